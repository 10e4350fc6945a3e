#!/usr/bin/env python3
"""interrupt.py SIGNAL BYTES COMMAND...: starts a command, sends it the bytes of a file on a pipe that
then stays open, waits until the pipe is empty, sends the signal and ends with its status."""

import fcntl
import signal
import struct
import subprocess
import sys
import termios
import time

process = subprocess.Popen(
    sys.argv[3:],
    stdin=subprocess.PIPE,
    # Shells start what runs in the background with SIGINT ignored.
    preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
)
with open(sys.argv[2], "rb") as source:
    process.stdin.write(source.read())
process.stdin.flush()
waiting = 1
while waiting and process.poll() is None:
    time.sleep(0.02)
    answer = fcntl.ioctl(process.stdin, termios.FIONREAD, struct.pack("i", 0))
    waiting = struct.unpack("i", answer)[0]
time.sleep(0.1)
process.send_signal(getattr(signal, sys.argv[1]))
sys.exit(process.wait(timeout=30))
