"""Encoded sounds through the program, many at a time, so that bits, formats and tags are its own.

Sounds are staged: a folder holds them under plain names, one run of the program enhances all, and the
outputs are beside them. What one sound does, a crash included, does not touch the others.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

from ._command import program_path
from ._errors import CancelledError, DeepFilterError
from ._files import _BY_STATUS, _run
from ._library import DEFAULT_MODEL
from ._options import Level, level_choice, limit_db

# What the program takes for a sound in a folder, by the end of its name.
SOUND_ENDINGS = frozenset(
    ".wav .wave .flac .ogg .oga .opus .mp3 .mp2 .rf64 .w64 .caf .aif .aiff .aifc .au .snd .voc .sph"
    " .nist .ircam .sf .paf .svx .avr".split()
)
_INTERRUPTED = 130


def is_sound(name: str) -> bool:
    """Whether the program takes a file of this name for a sound."""
    return ending_of(name) in SOUND_ENDINGS


def ending_of(name: str) -> str:
    """ ".flac" of "a/b.FLAC"."""
    return os.path.splitext(name)[1].lower()


def program_flags(
    model: Union[str, "os.PathLike[str]"] = DEFAULT_MODEL,
    atten_lim_db: Optional[float] = None,
    level: Optional[Level] = None,
    precision: Optional[str] = None,
    options: Sequence[str] = (),
) -> List[str]:
    """Options as the program's command line has them; `options` are further ones of that."""
    source = os.fspath(model)
    if os.path.exists(source):
        source = os.path.abspath(source)  # a worker may have another current folder
    flags = ["-m", source]
    if atten_lim_db is not None:
        flags += ["--atten-lim-db", repr(limit_db(atten_lim_db))]
    if level is not None:
        level_choice(level)
        flags += ["--level", level if isinstance(level, str) else repr(float(level))]
    if precision is not None:
        flags += ["--precision", precision]
    return flags + list(options)


class Outcome(NamedTuple):
    """What became of one sound."""

    row: Dict[str, Any]  # of the manifest, see docs/corpora.md
    output: Optional[str]  # path of the enhanced sound; None: it failed

    @property
    def error(self) -> Optional[str]:
        """Why there is no output, in one sentence."""
        sentence = self.row.get("error")
        return None if sentence is None else str(sentence)


class Stage:
    """A folder for one run of the program. A context manager removes it.

    parent: where to make it; None: the system's folder of temporary files. Outputs can be renamed to
            places on the same file system.
    """

    def __init__(self, parent: Optional[str] = None) -> None:
        self._folder = tempfile.mkdtemp(prefix="deepfilter-", dir=parent)
        self._in = os.path.join(self._folder, "in")
        self._out = os.path.join(self._folder, "out", "")
        self._staged: List[Tuple[str, str]] = []
        for folder in (self._in, self._out):
            os.mkdir(folder)

    def __enter__(self) -> Stage:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def __len__(self) -> int:
        return len(self._staged)

    def place_for(self, name: str) -> str:
        """A path for the next sound, with its name's ending; `name` is what its messages call it."""
        path = os.path.join(self._in, f"{len(self._staged):06d}{ending_of(name)}")
        self._staged.append((path, name))
        return path

    def add_bytes(self, name: str, content: bytes) -> None:
        """Stages a sound in memory."""
        with open(self.place_for(name), "wb") as file:
            file.write(content)

    def add_link(self, name: str, path: str) -> None:
        """Stages a file of this machine where it is."""
        place = self.place_for(name)
        try:
            os.symlink(os.path.abspath(path), place)
        except OSError:  # a system or a file system without links
            shutil.copyfile(path, place)

    def run(self, flags: Sequence[str]) -> List[Outcome]:
        """Enhances what is staged; one outcome for each, in order.

        Raises what concerns all of them: InvalidArgumentError, NotFoundError (the program),
        CorruptError (the model), CancelledError.
        """
        return self._run(list(range(len(self._staged))), flags)

    def _run(self, which: List[int], flags: Sequence[str]) -> List[Outcome]:
        if not which:
            return []
        paths = [self._staged[i][0] for i in which]
        manifest = os.path.join(self._folder, "manifest.jsonl")
        command = [program_path(), "enhance", *paths, "-o", self._out, "--force", "--json"]
        status, _, sentence = _run([*command, "--manifest", manifest, *flags], None)
        if status == _INTERRUPTED:
            raise CancelledError("the work was interrupted")
        found = self._outcomes(manifest)
        missing = [i for i in which if i not in found]
        if missing and status > 0:
            raise _BY_STATUS.get(status, DeepFilterError)(sentence)
        if missing and len(which) > 1:  # the program crashed at one of them
            found.update((i, self._run([i], flags)[0]) for i in missing)
        elif missing:
            ended = f"the program ended by signal {-status}" if status else "it got no row"
            name = self._staged[which[0]][1]
            row = {"path": name, "status": "failed", "error": f"{name}: {ended}", "input": name}
            return [Outcome(row, None)]
        return [found[i] for i in which]

    def _outcomes(self, manifest: str) -> Dict[int, Outcome]:
        found: Dict[int, Outcome] = {}
        if os.path.exists(manifest):
            with open(manifest, encoding="utf-8") as file:
                for row in whole_rows(file.read()):
                    i = int(os.path.splitext(row["path"])[0])
                    found[i] = self._outcome(i, row)
        return found

    def _outcome(self, i: int, row: Dict[str, Any]) -> Outcome:
        path, name = self._staged[i]
        output = os.path.join(self._out, os.path.basename(path))
        for key in ("error", "note"):
            if row.get(key):
                row[key] = row[key].replace(path, name).replace(output, name)
        row.update(path=name, input=name)
        return Outcome(row, output if row["status"] == "done" else None)


def whole_rows(text: str) -> List[Dict[str, Any]]:
    """The rows of a manifest's text, without half a row at its end."""
    lines = text.split("\n")[:-1]
    return [json.loads(line) for line in lines if line]


def origin_of(flags: Sequence[str]) -> Dict[str, Any]:
    """The row of a little silence: what all sounds with these flags have in common.

    Raises now what would befall every sound: a wrong option, a missing model, no program.
    """
    with Stage() as stage:
        stage.add_bytes("check.wav", _silence())
        outcome = stage.run(flags)[0]
        if outcome.error is not None:
            raise DeepFilterError(outcome.error)
        return outcome.row


def _silence() -> bytes:
    samples = b"\0\0" * 480
    header = b"RIFF" + (36 + len(samples)).to_bytes(4, "little") + b"WAVEfmt \x10\0\0\0\1\0\1\0"
    header += (48000).to_bytes(4, "little") + (96000).to_bytes(4, "little") + b"\2\0\x10\0"
    return header + b"data" + len(samples).to_bytes(4, "little") + samples


Sound = Tuple[str, Optional[bytes]]


def enhance_encoded(sounds: Sequence[Sound], flags: Sequence[str]) -> List[Tuple[Optional[bytes], Outcome]]:
    """Files in memory, or of this machine where the bytes are None, as files in memory.

    sounds: name and bytes of each; the name's ending tells the format if the first bytes do not, and
            no ending is ".wav".
    """
    finished: List[Tuple[Optional[bytes], Outcome]] = []
    with Stage() as stage:
        for name, content in sounds:
            named = name if ending_of(name) else name + guessed_ending(content or b"")
            if content is None:
                stage.add_link(named, name)
            else:
                stage.add_bytes(named, content)
        for outcome in stage.run(flags):
            content = None
            if outcome.output is not None:
                with open(outcome.output, "rb") as file:
                    content = file.read()
            finished.append((content, outcome))
    return finished


def guessed_ending(content: bytes) -> str:
    """The ending for a sound without a name, by its first bytes."""
    if content[:4] == b"fLaC":
        return ".flac"
    if content[:4] == b"OggS":
        return ".opus" if b"OpusHead" in content[:64] else ".ogg"
    if content[:3] == b"ID3" or content[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"):
        return ".mp3"
    return ".wav"
