#!/usr/bin/env python3
"""terminal.py COMMAND...: runs it with standard error on a terminal of 100 columns, prints what the
terminal got, and ends with its status."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
process = subprocess.Popen(sys.argv[1:], stderr=slave, stdin=subprocess.DEVNULL)
os.close(slave)
text = b""
while True:
    try:
        block = os.read(master, 65536)
    except OSError:  # the last writer has gone
        break
    if not block:
        break
    text += block
sys.stdout.write(text.decode())
sys.exit(process.wait())
