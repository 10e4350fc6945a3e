"""A peer as a running program: peers/harness.h says how it is spoken to."""

import json
import subprocess


class PeerError(Exception):
    """One sentence on why a peer cannot take part."""


class PeerProcess:
    def __init__(self, command, env=None):
        self.command = [str(word) for word in command]
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=env,
        )  # fmt: skip
        try:
            about = self._read()
        except PeerError:
            self.close()
            raise
        self.name = about["name"]
        self.version = about["version"]
        self.delay_samples = about["delay_samples"]
        self.modes = about["modes"]

    def _read(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            lines = self.process.stderr.read().strip().splitlines()
            raise PeerError(lines[-1] if lines else f"{self.command[0]} ended without a word")
        answer = json.loads(line)
        if "error" in answer:
            raise PeerError(answer["error"])
        return answer

    def ask(self, *words):
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()
        return self._read()

    def measure(self, mode, seconds, sleep_ms=0.0):
        return self.ask("measure", mode, seconds, sleep_ms)

    def close(self):
        """Ends the program: its input is over."""
        self.process.communicate()
