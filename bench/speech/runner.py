"""Runs the program over cases, as a user would: folders of files, and pipes."""

import json
import pathlib
import struct
import subprocess
import tempfile

import numpy as np

from peer_process import PeerError


def write_wav(path, sound, rate_hz):
    data = np.asarray(sound, "<f4").tobytes()
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 3, 1, rate_hz, 4 * rate_hz, 4, 32)
    head = struct.pack("<4sI4s", b"RIFF", 4 + len(form) + 8 + len(data), b"WAVE")
    path.write_bytes(head + form + struct.pack("<4sI", b"data", len(data)) + data)


def read_wav(path):
    """The samples of a WAV of float32."""
    data = path.read_bytes()
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        if name == b"data":
            return np.frombuffer(data, "<f4", min(size, len(data) - at - 8) // 4, at + 8)
        at += 8 + size + size % 2
    raise PeerError(f"{path} has no samples")


class Program:
    def __init__(self, path, model, work, jobs):
        self.command = [str(path), "enhance", "-m", model]
        self.model = model
        self.work = work
        self.jobs = jobs

    def files(self, cases, level):
        """[(samples, gain in dB)] of cases that are files, under --level."""
        # Its own folder, so that two runs at a time do not meet.
        with tempfile.TemporaryDirectory(dir=self.work) as folder:
            source, target = pathlib.Path(folder) / "in", pathlib.Path(folder) / "out"
            source.mkdir()
            return self._files(cases, level, source, target)

    def _files(self, cases, level, source, target):
        names = [f"{i:05}.wav" for i in range(len(cases))]
        for name, case in zip(names, cases):
            write_wav(source / name, case.sound, case.rate_hz)
        options = ["--level", level, "--sample-format", "f32", "--threads", str(self.jobs), "--json", "-f"]
        done = self._run([source, "-o", target, *options], None)
        gains = {}
        for file in json.loads(done)["files"]:
            gains[file["output"].rsplit("/", 1)[-1]] = file["level"]["gain_db"]
        return [(read_wav(target / name), (gains.get(name) or [0.0])[0]) for name in names]

    def pipe(self, case, level):
        options = ["-", "--raw-format", "f32", "--rate", str(case.rate_hz), "--level", level, "-o", "-"]
        return np.frombuffer(self._run(options, case.sound.astype("<f4").tobytes()), "<f4")

    def _run(self, options, samples):
        """The standard output of the program, given samples on its standard input or none."""
        command = [*self.command, *map(str, options)]
        done = subprocess.run(command, input=samples, capture_output=True, check=False)
        if done.returncode != 0:
            lines = done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"]
            raise PeerError(f"{self.model}, {' '.join(command[4:])}: {lines[-1]}")
        return done.stdout


def enhanced(program, cases):
    """Yields (case, way, samples, gain in dB, same bits as with the level kept)."""
    kept = {}
    for way, level in (("keep", "keep"), ("file", "auto")):
        chosen = [case for case in cases if way in case.ways]
        if not chosen:
            continue
        for case, (sound, gain_db) in zip(chosen, program.files(chosen, level)):
            if way == "keep":
                kept[case.key()] = sound
            same = way != "keep" and case.key() in kept and np.array_equal(sound, kept[case.key()])
            yield case, way, sound, gain_db, same
    for case in cases:
        if "pipe" in case.ways:
            sound = program.pipe(case, "auto")
            same = case.key() in kept and np.array_equal(sound, kept[case.key()])
            yield case, "pipe", sound, None, same
    for gain_db in sorted({case.gain_db for case in cases} - {None}):
        chosen = [case for case in cases if case.gain_db == gain_db]
        for case, (sound, _) in zip(chosen, program.files(chosen, f"{gain_db}")):
            yield case, "gain", sound, gain_db, False
