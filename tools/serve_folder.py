#!/usr/bin/env python3
"""Serves a folder of static files on this machine alone, and prints the address.

Usage: serve_folder.py FOLDER [--port PORT]
  --port   0 (the default) takes any port that is free
"""

import argparse
import functools
import http.server
import sys


class Handler(http.server.SimpleHTTPRequestHandler):
    # What systems disagree about. A browser runs scripts and modules only if they say what they are.
    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".dfn": "application/octet-stream",
        ".flac": "audio/flac",
        ".svg": "image/svg+xml",
        ".webmanifest": "application/manifest+json",
    }

    def end_headers(self):
        # A file that was built anew is seen by the next reload.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format, *args):
        pass


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    handler = functools.partial(Handler, directory=options.folder)
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", options.port), handler)
    except OSError as error:
        print(f"serve_folder: port {options.port}: {error.strerror}", file=sys.stderr)
        return 1
    # A browser counts localhost as secure, which the microphone and the worklet need.
    print(f"http://localhost:{server.server_port}/", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
