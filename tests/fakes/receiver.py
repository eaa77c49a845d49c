"""What a webhook is sent to: a web server on loopback that answers as planned and remembers."""

import threading
import time
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


@dataclass(frozen=True)
class Received:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """Answers 204, or what `answers` says next: a status and headers, or no status to hang up."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answers: deque[tuple[int, dict[str, str]]] = deque()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.received.append(Received(self.path, headers, body))
                status, more = outer.answers.popleft() if outer.answers else (204, {})
                if not status:
                    self.close_connection = True
                    return
                (self.send_response_only if "Date" in more else self.send_response)(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.end_headers()
                if "endless" in more:
                    self._never_end()

            def _never_end(self) -> None:
                try:
                    while True:
                        self.wfile.write(b"x" * 65536)
                        time.sleep(0.01)
                except OSError:
                    return

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Keep the tests' output clean."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hooks/T0PSECRETPATH"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
