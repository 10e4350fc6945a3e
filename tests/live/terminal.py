"""A terminal for tests: a program runs in it, and what it shows can be looked at."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

TOKEN = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])|([^\x1b])", re.S)


class Terminal:
    """Understands what deepfilter writes: places, styles, clearing and pages. Anything else is an error."""

    def __init__(self, command, environment, columns, rows, utf8=True):
        self.environment = dict(environment, TERM="xterm-256color",
                                LC_ALL="C.UTF-8" if utf8 else "C")
        self.environment.pop("NO_COLOR", None)
        self.columns, self.rows = columns, rows
        self.clear()
        self.pending = b""
        self.page = 1
        self.cursor_shown = True
        self.style = ()
        pid, self.file = pty.fork()
        if pid == 0:
            os.execvpe(command[0], [str(word) for word in command], self.environment)
        self.pid = pid
        self.resize(columns, rows)

    def clear(self):
        self.cells = [[(" ", ())] * self.columns for _ in range(self.rows)]
        self.column = self.row = 0

    def resize(self, columns, rows):
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if (columns, rows) != (self.columns, self.rows):
            self.columns, self.rows = columns, rows
            self.clear()

    def press(self, keys):
        os.write(self.file, keys.encode())

    def watch(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not select.select([self.file], [], [], 0.05)[0]:
                continue
            try:
                data = os.read(self.file, 65536)
            except OSError:
                return
            if not data:
                return
            self.feed(data)

    def watch_for(self, text, seconds=15):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.watch(0.1)
            if text in self.text():
                return
        raise AssertionError(f'the screen never shows "{text}":\n{self.text()}')

    def feed(self, data):
        data = self.pending + data
        # What is cut within a sign or a sequence waits for its end.
        cut = len(data)
        escape = data.rfind(b"\x1b")
        if escape >= 0 and not re.match(rb"\x1b\[[?0-9;]*[A-Za-z]", data[escape:]):
            cut = escape
        while True:
            try:
                text = data[:cut].decode()
                break
            except UnicodeDecodeError as error:
                if cut - error.start > 4:
                    raise
                cut = error.start
        self.pending = data[cut:]
        for arguments, command, sign in TOKEN.findall(text):
            self.obey(arguments, command, sign)

    def obey(self, arguments, command, sign):
        if sign == "\r":
            self.column = 0
        elif sign == "\n":
            self.row = min(self.row + 1, self.rows - 1)
        elif sign:
            if self.page == 2 and (self.row >= self.rows or self.column >= self.columns):
                return  # drawn for the size before
            if self.column < self.columns:
                self.cells[self.row][self.column] = (sign, self.style)
                self.column += 1
        elif command == "H":
            row, column = (int(n) for n in arguments.split(";"))
            self.row, self.column = row - 1, column - 1
        elif command == "J" and arguments == "2":
            row, column = self.row, self.column
            self.clear()
            self.row, self.column = row, column
        elif command == "m":
            self.style = tuple(int(n) for n in arguments.split(";") if n != "0")
        elif arguments == "?1049":
            self.page = 2 if command == "h" else 1
        elif arguments == "?25":
            self.cursor_shown = command == "h"
        else:
            raise AssertionError(f"an unknown sequence: ESC[{arguments}{command}")

    def text(self):
        return "\n".join("".join(sign for sign, _ in row).rstrip() for row in self.cells)

    def styles(self):
        return {style for row in self.cells for _, style in row}

    def finish(self):
        """Waits for the program's end and returns its status."""
        end = time.monotonic() + 15
        while time.monotonic() < end:
            self.watch(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.watch(0.1)
                os.close(self.file)
                return os.waitstatus_to_exitcode(status)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        raise AssertionError("the program does not end")
