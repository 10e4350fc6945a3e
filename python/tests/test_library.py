"""The declarations of C against the headers, and the package itself."""

import ctypes
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import SOURCE

import deepfilter
from deepfilter import _library, _tools

STRUCTS = {
    "dfn_model_options": _library.ModelOptions,
    "dfn_file": _library.File,
    "dfn_stream_options": _library.StreamOptions,
    "dfn_enhance_options": _library.EnhanceOptions,
    "dfn_block": _library.Block,
    "dfn_clip": _library.Clip,
    "dfn_enhance_batch_options": _library.EnhanceBatchOptions,
    "dfn_export_options": _tools.ExportOptions,
    "dfn_merge_options": _tools.MergeOptions,
    "dfn_split_options": _tools.SplitOptions,
    "dfn_inspect_options": _tools.InspectOptions,
}


def abi():
    return (SOURCE / "tests" / "capi" / "abi.txt").read_text().splitlines()


def test_struct_layouts_are_those_of_the_header():
    facts = dict(line.rsplit(" ", 1) for line in abi() if line.startswith(("size ", "offset ")))
    for name, struct in STRUCTS.items():
        assert ctypes.sizeof(struct) == int(facts[f"size {name}"]), name
        fields = [key.rsplit(".", 1)[1] for key in facts if key.startswith(f"offset {name}.")]
        assert fields == [field[0] for field in struct._fields_], name
        for field in fields:
            assert getattr(struct, field).offset == int(facts[f"offset {name}.{field}"]), (name, field)


def c_type(text):
    """The ctypes type with which this package declares a C type."""
    text = re.sub(r"\b\w+$", "", text.strip()) if not text.endswith("*") else text
    text = text.strip()
    if text == "const char *":
        return "text"
    if "*" in text or "progress_function" in text:
        return "pointer"
    return {"size_t": "size", "uint32_t": "u32", "uint64_t": "u64", "float": "float", "void": "void"}.get(
        text, "int"
    )


KINDS = {
    None: "void",
    ctypes.c_char_p: "text",
    ctypes.c_void_p: "pointer",
    _library._handle: "pointer",
    ctypes.c_size_t: "size",
    ctypes.c_uint32: "u32",
    ctypes.c_float: "float",
    ctypes.c_int: "int",
}


def test_functions_are_declared_as_in_the_header():
    declared = {}
    for line in abi():
        found = re.match(r"function (.*?)(dfn_\w+)\((.*)\)$", line)
        if found:
            result, name, arguments = found.groups()
            types = [] if arguments == "void" else [c_type(part) for part in arguments.split(",")]
            declared[name] = (c_type(result + "x"), types)
    ours = {name: (result, arguments) for name, result, arguments in _library._FUNCTIONS}
    ours.update(_tools._FUNCTIONS)
    for name, (result, arguments) in ours.items():
        found = (KINDS[result], [KINDS[argument] for argument in arguments])
        assert found == declared[name], name


def test_version_is_that_of_the_build():
    wanted = re.search(r"project\(deepfilter VERSION ([0-9.]+)", (SOURCE / "CMakeLists.txt").read_text())
    assert deepfilter.__version__ == wanted.group(1)
    metadata = pytest.importorskip("importlib.metadata")
    if Path(_library.FOLDER).parent.name == "site-packages":
        assert metadata.version("deepfilter") == wanted.group(1)


def test_importing_loads_nothing_that_is_not_used():
    program = (
        "import sys, deepfilter; "
        "print([m for m in ('numpy', 'ctypes.util', 'subprocess', 'tqdm') if m in sys.modules]); "
        "deepfilter.enhance; "
        "print([m for m in ('ctypes.util', 'subprocess', 'tqdm', 'multiprocessing') "
        "if m in sys.modules and m not in set(sys.argv)])"
    )
    numpys = subprocess.run(
        [sys.executable, "-c", "import sys, numpy; print(*sys.modules)"], capture_output=True, text=True
    ).stdout.split()
    done = subprocess.run(
        [sys.executable, "-c", program, *numpys], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["[]", "[]"], done.stdout


def test_the_package_is_whole():
    if Path(_library.FOLDER).parent.name != "site-packages":
        pytest.skip("the package was not installed from its wheel")
    folder = Path(_library.FOLDER)
    assert (folder / "py.typed").exists()
    assert _library.packaged_model("dfn3")
    assert Path(_library.library_path()).parent == folder / "_lib"
    assert "libsndfile" in (folder / "_licenses" / "THIRD-PARTY.txt").read_text("utf-8")


def test_a_library_that_is_not_there_is_said():
    program = "import deepfilter\ntry: deepfilter.Model()\nexcept FileNotFoundError as e: print(e)"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**__import__("os").environ, "DEEPFILTER_LIBRARY": "/no/such/library.so"},
    )
    assert "DEEPFILTER_LIBRARY" in done.stdout and done.stdout.count("\n") == 1, done.stderr
