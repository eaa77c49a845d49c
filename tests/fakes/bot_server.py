"""The HTTP side of the fake Bot API: reading requests, answering them, and failing as planned."""

from __future__ import annotations

import json
import socket
import struct
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.fakes.bot_methods import METHODS, ApiError, Params
from tests.fakes.bot_wire import read_params

if TYPE_CHECKING:
    from tests.fakes.bot_api import BotApi, Fault


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], api: BotApi) -> None:
        self.api = api
        self.open: set[socket.socket] = set()
        self.polling: set[socket.socket] = set()
        """Those of `open` that wait for updates; they notice late that nobody is there any more."""
        super().__init__(address, Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def busy(self) -> bool:
        """True while a request may still take effect, or its client may still send one."""
        return bool(self.open - self.polling)

    def cut(self) -> None:
        """Close what clients still hold open."""
        for connection in list(self.open):
            _reset(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nothing to report."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body leave apart: each answer would wait for 40 ms
    server: Server

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the tests' output clean."""

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        api = self.server.api
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        _, token, method = ("/" + unquote(self.path).lstrip("/")).split("?")[0].split("/", 2)
        query = self.path.partition("?")[2]
        params = read_params(self.headers.get("Content-Type", ""), body, query)
        with api.changed:
            api.note(method, params)
        if token != f"bot{api.token}":
            self._error(ApiError(401, "Unauthorized"))
            return
        fault = api.take_fault(method, params.chat)
        if fault and not fault.accept:
            self._fail(fault)
            return
        try:
            result = self._perform(method, params)
        except ApiError as error:
            self._error(error)
            return
        if fault:
            self._fail(fault)
            return
        time.sleep(api.answer_seconds)
        self._answer(200, json.dumps({"ok": True, "result": result}).encode())

    def _perform(self, method: str, params: Params) -> object:
        api = self.server.api
        perform = METHODS.get(method.lower())
        if perform is None:
            raise ApiError(404, "Not Found")
        if api.limits and params.chat is not None and method.startswith(("send", "edit")):
            with api.changed:
                wait = api.limits.refuse(params.chat, time.monotonic())
                api.violations += wait > 0
            if wait > 0:
                seconds = max(1, round(wait + 0.5))
                raise ApiError(
                    429,
                    f"Too Many Requests: retry after {seconds}",
                    {"retry_after": seconds},
                )
        if method.lower() == "getupdates":
            self.server.polling.add(self.connection)
        try:
            result = perform(api, params)
        finally:
            self.server.polling.discard(self.connection)
        with api.changed:
            api.changed.notify_all()
        return result

    def _fail(self, fault: Fault) -> None:
        said = fault.description
        wait = {"retry_after": fault.retry_after}
        errors = {
            "flood": ApiError(429, f"Too Many Requests: retry after {fault.retry_after}", wait),
            "forbidden": ApiError(403, said or "Forbidden: bot was blocked by the user"),
            "bad_request": ApiError(400, said or "Bad Request: something is wrong"),
            "migrate": ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": fault.new_chat},
            ),
            "unauthorized": ApiError(401, "Unauthorized"),
            "conflict": ApiError(
                409, "Conflict: terminated by other getUpdates request; make sure that only one"
            ),
            "server_error": ApiError(500, "Internal Server Error"),
        }
        if fault.kind in errors:
            self._error(errors[fault.kind])
        elif fault.kind == "bad_gateway":
            page = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
            self._answer(502, page, "text/html")
        elif fault.kind == "garbage":
            self._answer(200, b"\x00\xffthis is not JSON", "text/plain")
        elif fault.kind == "odd":
            self._answer(200, b'{"surprise": true}')
        else:
            if fault.kind == "hang":
                api = self.server.api
                with api.changed:
                    api.changed.wait_for(lambda: api.stopping, 60)
            _reset(self.connection)
            self.close_connection = True

    def _error(self, error: ApiError) -> None:
        answer: dict[str, Any] = {
            "ok": False,
            "error_code": error.code,
            "description": error.description,
        }
        if error.parameters:
            answer["parameters"] = error.parameters
        self._answer(error.code, json.dumps(answer).encode())

    def _answer(self, code: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _reset(connection: socket.socket) -> None:
    """Cut a connection as a crashed peer does: with RST."""
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    except OSError:
        return
