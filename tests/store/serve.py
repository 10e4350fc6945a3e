"""Serves one file on the loopback address in the ways that a download can go.

serve.py FILE: prints the port, then answers GET /MODE/ANYTHING until its standard input closes.
"""

import http.server
import sys
import threading
import time

with open(sys.argv[1], "rb") as source:
    BODY = source.read()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, length=None, location=None):
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        if location is not None:
            self.send_header("Location", location)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def do_GET(self):
        mode, _, rest = self.path[1:].partition("/")
        if mode == "good":
            self.answer(200, len(BODY))
            self.wfile.write(BODY)
        elif mode == "unmeasured":  # no length: the end of the connection ends the file
            self.answer(200)
            self.wfile.write(BODY)
        elif mode == "cut":
            self.answer(200, len(BODY))
            self.wfile.write(BODY[: len(BODY) // 2])
        elif mode == "cut-unmeasured":
            self.answer(200)
            self.wfile.write(BODY[: len(BODY) // 2])
        elif mode == "wrong":
            self.answer(200, len(BODY))
            self.wfile.write(BODY[:-1] + bytes([BODY[-1] ^ 1]))
        elif mode == "long":
            self.answer(200)
            self.wfile.write(BODY + b"x")
        elif mode == "stall":
            self.answer(200, len(BODY))
            self.wfile.write(BODY[:1000])
            self.wfile.flush()
            time.sleep(60)
        elif mode == "redirect":
            self.answer(302, 0, "/good/" + rest)
        elif mode == "loop":
            self.answer(302, 0, self.path)
        elif mode == "away":  # TEST-NET-1: no such host, and none may be asked
            self.answer(302, 0, "http://192.0.2.1/" + rest)
        elif mode == "file":
            self.answer(302, 0, "file:///etc/hostname")
        elif mode == "refuse":
            self.answer(403, 0)
        elif mode == "broken":
            self.answer(500, 0)
        else:
            self.answer(404, 0)

    def do_CONNECT(self):  # as a proxy that lets nobody through
        self.answer(403, 0)

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
