"""The Bot API on loopback: real HTTP, Telegram's rules and limits, and every way to fail.

    with BotApi() as api:
        settings = api.settings(chats=(Chat(chat=5),))
        api.fault("flood", chat=5, retry_after=3)
        ...
        assert api.messages(5)[0].text == "…"

Time is real here, except that nothing is slower than a test asks for.
"""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Self
from urllib.request import urlopen

from pydantic import SecretStr

from config.settings import Telegram
from tests.fakes.bot_methods import Params, SentMessage, as_json
from tests.fakes.bot_server import Server

TOKEN = "987654321:AAcanary_Canary-canaryCANARYcanary00"
BOT_USER = {
    "id": 987654321,
    "is_bot": True,
    "first_name": "interopwatch",
    "username": "interopwatch_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}

Kind = Literal[
    "flood",  # 429 with retry_after
    "forbidden",  # 403: blocked, kicked, deactivated
    "bad_request",  # 400 with a description
    "migrate",  # 400 with the supergroup's id
    "unauthorized",  # 401
    "conflict",  # 409
    "server_error",  # 500 as JSON
    "bad_gateway",  # 502 as a proxy's HTML page
    "hang",  # no answer until the client gives up
    "reset",  # the connection is cut
    "garbage",  # 200 with something that is not JSON
    "odd",  # 200 with JSON that is not the Bot API's
]


@dataclass
class Fault:
    """One planned failure; `accept` says whether the request takes effect before it."""

    kind: Kind
    method: str = "sendMessage"
    chat: int | None = None
    times: int = 1
    accept: bool = False
    retry_after: int = 1
    description: str = ""
    new_chat: int = 0


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    method: str
    params: Params
    at: float
    """Monotonic seconds."""


@dataclass
class Limits:
    """Telegram's limits as sliding windows: (number, seconds)."""

    overall: tuple[int, float] = (30, 1.0)
    chat: tuple[int, float] = (1, 1.0)
    group: tuple[int, float] = (20, 60.0)
    seen: defaultdict[object, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def refuse(self, chat: int, now: float) -> float:
        """Seconds to wait, or 0 with the send counted."""
        windows: list[tuple[object, tuple[int, float]]] = [("all", self.overall)]
        windows.append((("chat", chat), self.chat))
        if chat < 0:
            windows.append((("group", chat), self.group))
        for key, (number, seconds) in windows:
            times = self.seen[key]
            while times and times[0] <= now - seconds:
                times.popleft()
            if len(times) >= number:
                return times[0] + seconds - now
        for key, _ in windows:
            self.seen[key].append(now)
        return 0.0


class BotApi:
    """A Bot API server; use it as a context manager. All methods may be called from any thread."""

    def __init__(
        self, token: str = TOKEN, *, limits: Limits | None = None, answer_seconds: float = 0.0
    ) -> None:
        self.token = token
        self.limits = limits
        self.answer_seconds = answer_seconds
        self.changed = threading.Condition(threading.RLock())
        self.stopping = False
        self.sent: dict[int, list[SentMessage]] = defaultdict(list)
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.updates: list[dict[str, Any]] = []
        self.chats: dict[int, dict[str, Any]] = {}
        self.administrators: dict[int, list[dict[str, Any]]] = {}
        self.gone: set[int] = set()
        self.closed_topics: set[tuple[int, int]] = set()
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.answered: list[Params] = []
        self.pinned: list[tuple[int, int]] = []
        self.webhook = ""
        self.user: dict[str, Any] = dict(BOT_USER)
        self.polls = 0
        self.violations = 0
        self._next_message = 1
        self._next_update = 1000
        self._server: Server | None = None
        self._port = 0

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.down()

    @property
    def base_url(self) -> str:
        """What goes into `telegram.base_url`."""
        return f"http://127.0.0.1:{self._port}"

    def settings(self, **given: Any) -> Telegram:
        """The telegram section of a configuration that talks to this server."""
        return Telegram(token=SecretStr(self.token), base_url=self.base_url, **given)

    def up(self) -> None:
        """Listen; after down() on the same port."""
        self.stopping = False
        self._server = Server(("127.0.0.1", self._port), self)
        self._port = self._server.server_address[1]
        threading.Thread(
            target=self._server.serve_forever, args=(0.02,), name="bot-api", daemon=True
        ).start()

    def down(self) -> None:
        """Refuse connections and cut those that are open."""
        if self._server is None:
            return
        with self.changed:
            self.stopping = True
            self.changed.notify_all()
        self._server.shutdown()
        self._server.server_close()
        self._server.cut()
        self._server = None

    def settle(self) -> None:
        """Wait until everything that clients sent before they ended has taken effect."""
        assert self._server is not None
        # Connections are accepted in order: once this one is answered, older ones are known.
        with urlopen(f"{self.base_url}/bot{self.token}/getMe") as answer:
            answer.read()
        deadline = time.monotonic() + 60
        while self._server.busy():
            if time.monotonic() > deadline:
                raise TimeoutError("a client is still connected")
            time.sleep(0.01)

    def messages(self, chat: int) -> list[SentMessage]:
        """What a chat has got, oldest first."""
        with self.changed:
            return list(self.sent[chat])

    def calls(self, method: str) -> list[Request]:
        """The requests for one method, oldest first."""
        with self.changed:
            return [one for one in self.requests if one.method == method]

    def fault(self, kind: Kind, **details: Any) -> Fault:
        """Plan a failure for the next `times` requests of `method` (to `chat`)."""
        fault = Fault(kind, **details)
        with self.changed:
            self.faults.append(fault)
        return fault

    def wait_until(self, ready: Callable[[], object], seconds: float = 60.0) -> None:
        """Wait for something that a request brings about. Raises TimeoutError."""
        with self.changed:
            if not self.changed.wait_for(lambda: bool(ready()), seconds):
                raise TimeoutError("the Bot API never saw what the test waits for")

    def push_update(self, update: dict[str, Any]) -> int:
        """Queue an update for getUpdates; its id is given unless it has one."""
        with self.changed:
            number = int(update.setdefault("update_id", self._next_update))
            self._next_update = max(self._next_update, number) + 1
            self.updates.append(update)
            self.changed.notify_all()
        return number

    def push_message(
        self,
        text: str,
        *,
        chat: int = 5,
        user: int = 5,
        language: str = "en",
        **given: Any,
    ) -> int:
        """Queue what a person writes; negative chats are supergroups. `given` joins the message."""
        kind = "private" if chat > 0 else "supergroup"
        message: dict[str, Any] = {
            "message_id": self.new_message_id(),
            "date": int(time.time()),
            "chat": self.chats.get(chat, {"id": chat, "type": kind, "title": "a group"}),
            "from": {
                "id": user,
                "is_bot": False,
                "first_name": "Somebody",
                "language_code": language,
            },
            "text": text,
        }
        if text.startswith("/"):
            length = len(text.split()[0])
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return self.push_update({"message": message | given})

    def push_press(
        self,
        on: SentMessage,
        button: str,
        *,
        user: int | None = None,
        language: str = "en",
        **given: Any,
    ) -> str:
        """Queue a press on the button of a message whose label has these words; gives its id.

        `given` joins the callback query: `data` is what a forged client says instead.
        """
        found = [one for row in on.buttons for one in row if button in one["text"]]
        if not found and "data" not in given:
            raise LookupError(f"no button {button!r} among {on.labels}")
        number = f"press-{self.new_message_id()}"
        query: dict[str, Any] = {
            "id": number,
            "from": {
                "id": on.chat if user is None else user,
                "is_bot": False,
                "first_name": "Somebody",
                "language_code": language,
            },
            "message": as_json(self, on),
            "chat_instance": "1",
            "data": found[0].get("callback_data", "") if found else "",
        }
        self.push_update({"callback_query": query | given})
        return number

    def note(self, method: str, params: Params) -> None:
        """Remember a request as it came in."""
        with self.changed:
            self.requests.append(Request(method, params, time.monotonic()))
            self.changed.notify_all()

    def new_message_id(self) -> int:
        """The next message id."""
        with self.changed:
            self._next_message += 1
            return self._next_message

    def find(self, chat: int, message_id: int) -> SentMessage | None:
        """A message that a chat has got."""
        return next((one for one in self.sent[chat] if one.message_id == message_id), None)

    def take_fault(self, method: str, chat: int | None) -> Fault | None:
        """The failure planned for this request, if any; counts it."""
        with self.changed:
            for fault in self.faults:
                if fault.method in (method, "*") and fault.chat in (None, chat) and fault.times:
                    fault.times -= 1
                    return fault
        return None
