"""In the place of Prefect's server: says it is well to whoever knows the secret.

Run as ``python -m tests.support.serve_nothing``.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer


class Health(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        secret = b64encode(os.environ["PREFECT_SERVER_API_AUTH_STRING"].encode()).decode()
        known = self.headers["Authorization"] == f"Basic {secret}" and self.path == "/api/health"
        self.send_response(200 if known else 401)
        self.end_headers()


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", 0), Health, bind_and_activate=False)
    server.socket = socket.socket(fileno=int(sys.argv[1]))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.buffer.read()
