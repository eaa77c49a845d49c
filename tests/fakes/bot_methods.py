"""What each method of the Bot API does on the fake server, with Telegram's own refusals."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fakes.telegram_html import MarkupError, TelegramEntity, detect, read_html, utf16

if TYPE_CHECKING:
    from tests.fakes.bot_api import BotApi


class ApiError(Exception):
    """A refusal as the Bot API words it."""

    def __init__(
        self, code: int, description: str, parameters: dict[str, int] | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


@dataclass(frozen=True)
class Upload:
    """A file that came with a request."""

    name: str
    data: bytes


class Params(dict[str, Any]):
    """The parameters of one request."""

    @property
    def chat(self) -> int | None:
        """The chat that the request is about."""
        value = self.get("chat_id")
        return int(value) if value not in (None, "") else None

    def number(self, key: str, default: int = 0) -> int:
        """A whole number."""
        return int(self.get(key) or default)

    def flag(self, key: str) -> bool:
        """A truth value, however it was written."""
        return str(self.get(key, "")).lower() in ("true", "1")


@dataclass
class SentMessage:
    """A message as its reader sees it now."""

    message_id: int
    chat: int
    topic: int
    text: str
    raw: str
    """The text as it was sent, with its markup."""
    entities: list[TelegramEntity]
    detected: list[TelegramEntity]
    """What Telegram made live by itself."""
    silent: bool
    reply_to: int | None
    preview: bool
    buttons: list[list[dict[str, Any]]] = field(default_factory=list)
    photo: bytes | None = None
    document: bytes | None = None
    file_name: str = ""
    edits: list[str] = field(default_factory=list)
    """The texts that it showed before, oldest first."""
    at: float = field(default_factory=time.monotonic)

    @property
    def labels(self) -> list[list[str]]:
        """What stands on its buttons, row by row."""
        return [[one["text"] for one in row] for row in self.buttons]

    def live(self, kind: str) -> list[str]:
        """The texts that Telegram made into links, mentions, hashtags … by itself."""
        data = self.text.encode("utf-16-le")
        return [
            data[one.offset * 2 : (one.offset + one.length) * 2].decode("utf-16-le")
            for one in self.detected
            if one.type == kind
        ]


def _read_text(params: Params, key: str, most: int) -> tuple[str, list[TelegramEntity]]:
    raw = str(params.get(key, ""))
    entities: list[TelegramEntity] = []
    text = raw
    if params.get("parse_mode") == "HTML":
        try:
            text, entities = read_html(raw)
        except MarkupError as error:
            raise ApiError(400, f"Bad Request: can't parse entities: {error}") from None
    elif params.get("parse_mode"):
        raise ApiError(400, "Bad Request: unsupported parse_mode")
    text = text.rstrip()
    if not text.strip():
        raise ApiError(400, "Bad Request: message text is empty")
    if utf16(text) > most:
        raise ApiError(400, "Bad Request: message is too long")
    if len(entities) + len(detect(text, entities)) > 100:
        raise ApiError(400, "Bad Request: ENTITIES_TOO_MANY")
    return text, entities


def _buttons(params: Params) -> list[list[dict[str, Any]]]:
    rows: list[list[dict[str, Any]]] = (params.get("reply_markup") or {}).get(
        "inline_keyboard", []
    )
    for row in rows:
        if len(row) > 8:
            raise ApiError(400, "Bad Request: BUTTON_ROW_TOO_LONG")
        for button in row:
            if not button.get("text") or not (button.get("callback_data") or button.get("url")):
                raise ApiError(400, "Bad Request: can't parse inline keyboard button")
            if len(button.get("callback_data", "").encode()) > 64:
                raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
    return rows


def _chat_of(api: BotApi, params: Params) -> int:
    chat = params.chat
    if chat is None or chat in api.gone:
        raise ApiError(400, "Bad Request: chat not found")
    if (chat, params.number("message_thread_id")) in api.closed_topics:
        raise ApiError(400, "Bad Request: TOPIC_CLOSED")
    return chat


def _reply(api: BotApi, params: Params, chat: int) -> int | None:
    wanted = params.get("reply_parameters")
    if not wanted:
        return None
    number = int(wanted["message_id"])
    if api.find(chat, number):
        return number
    if not wanted.get("allow_sending_without_reply"):
        raise ApiError(400, "Bad Request: message to be replied not found")
    return None


def _send(api: BotApi, params: Params, key: str, most: int, **file: Any) -> dict[str, Any]:
    chat = _chat_of(api, params)
    text, entities = ("", []) if file and not params.get(key) else _read_text(params, key, most)
    preview = params.get("link_preview_options") or {}
    with api.changed:
        message = SentMessage(
            message_id=api.new_message_id(),
            chat=chat,
            topic=params.number("message_thread_id"),
            text=text,
            raw=str(params.get(key, "")),
            entities=entities,
            detected=detect(text, entities),
            silent=params.flag("disable_notification"),
            reply_to=_reply(api, params, chat),
            preview=not preview.get("is_disabled", False),
            buttons=_buttons(params),
            **file,
        )
        api.sent[chat].append(message)
    return as_json(api, message)


def as_json(api: BotApi, message: SentMessage) -> dict[str, Any]:
    """A message of the bot as the Bot API gives it."""
    kind = "private" if message.chat > 0 else "supergroup"
    chat = api.chats.get(message.chat, {"id": message.chat, "type": kind})
    topic = {"message_thread_id": message.topic, "is_topic_message": True}
    return {
        "message_id": message.message_id,
        "date": int(time.time()),
        "chat": chat,
        "from": api.user,
        "text": message.text,
        "entities": [one.as_json() for one in message.entities],
        "reply_markup": {"inline_keyboard": message.buttons},
    } | (topic if message.topic else {})


def send_message(api: BotApi, params: Params) -> object:
    """sendMessage."""
    return _send(api, params, "text", 4096)


def send_photo(api: BotApi, params: Params) -> object:
    """sendPhoto; the picture comes as a multipart file."""
    return _send(api, params, "caption", 1024, photo=_upload(params, "photo").data)


def send_document(api: BotApi, params: Params) -> object:
    """sendDocument; the document comes as a multipart file with a name."""
    file = _upload(params, "document")
    return _send(api, params, "caption", 1024, document=file.data, file_name=file.name)


def _upload(params: Params, kind: str) -> Upload:
    files = [value for value in params.values() if isinstance(value, Upload)]
    if not files or not files[0].data:
        raise ApiError(400, f"Bad Request: there is no {kind} in the request")
    return files[0]


def edit_message_text(api: BotApi, params: Params) -> object:
    """editMessageText."""
    chat = _chat_of(api, params)
    text, entities = _read_text(params, "text", 4096)
    with api.changed:
        message = api.find(chat, params.number("message_id"))
        if message is None:
            raise ApiError(400, "Bad Request: message to edit not found")
        buttons = _buttons(params)
        if (message.text, message.entities, message.buttons) == (text, entities, buttons):
            raise ApiError(
                400,
                "Bad Request: message is not modified: specified new message content and reply "
                "markup are exactly the same as a current content and reply markup of the message",
            )
        message.edits.append(message.text)
        message.text, message.entities = text, entities
        message.detected = detect(text, entities)
        message.buttons = buttons
    return as_json(api, message)


def edit_message_reply_markup(api: BotApi, params: Params) -> object:
    """editMessageReplyMarkup."""
    chat = _chat_of(api, params)
    with api.changed:
        message = api.find(chat, params.number("message_id"))
        if message is None:
            raise ApiError(400, "Bad Request: message to edit not found")
        if message.buttons == (buttons := _buttons(params)):
            raise ApiError(400, "Bad Request: message is not modified")
        message.buttons = buttons
    return as_json(api, message)


def delete_message(api: BotApi, params: Params) -> object:
    """deleteMessage."""
    chat = _chat_of(api, params)
    with api.changed:
        api.sent[chat] = [
            one for one in api.sent[chat] if one.message_id != params.number("message_id")
        ]
    return True


def pin_chat_message(api: BotApi, params: Params) -> object:
    """pinChatMessage."""
    api.pinned.append((_chat_of(api, params), params.number("message_id")))
    return True


def unpin_chat_message(api: BotApi, params: Params) -> object:
    """unpinChatMessage."""
    chat = _chat_of(api, params)
    api.pinned = [one for one in api.pinned if one != (chat, params.number("message_id"))]
    return True


def get_updates(api: BotApi, params: Params) -> object:
    """getUpdates: an offset confirms what is below it; a newer poll ends an older one with 409."""
    if api.webhook:
        raise ApiError(409, "Conflict: can't use getUpdates method while webhook is active")
    offset = params.number("offset")
    with api.changed:
        api.polls += 1
        mine = api.polls
        api.changed.notify_all()
        if offset > 0:
            api.updates = [one for one in api.updates if one["update_id"] >= offset]
        elif offset < 0:
            api.updates = api.updates[offset:]
        api.changed.wait_for(
            lambda: api.updates or api.stopping or api.polls != mine, params.number("timeout")
        )
        if api.polls != mine:
            raise ApiError(409, "Conflict: terminated by other getUpdates request")
        return api.updates[: params.number("limit", 100)]


def set_my_commands(api: BotApi, params: Params) -> object:
    """setMyCommands, per scope and language; a chat's scope is `chat 5`."""
    scope, code = _scope(params), str(params.get("language_code", ""))
    if not re.fullmatch("([a-z]{2})?", code):
        raise ApiError(400, "Bad Request: invalid language code specified")
    api.commands[scope, code] = params.get("commands") or []
    return True


def _scope(params: Params) -> str:
    scope = params.get("scope") or {"type": "default"}
    return f"{scope['type']} {scope.get('chat_id', '')}".rstrip()


def get_my_commands(api: BotApi, params: Params) -> object:
    """getMyCommands."""
    return api.commands.get((_scope(params), str(params.get("language_code", ""))), [])


def set_webhook(api: BotApi, params: Params) -> object:
    """setWebhook."""
    api.webhook = str(params.get("url", ""))
    return True


def delete_webhook(api: BotApi, params: Params) -> object:
    """deleteWebhook; asking to drop pending updates drops them."""
    api.webhook = ""
    if params.flag("drop_pending_updates"):
        api.updates.clear()
    return True


def answer_callback_query(api: BotApi, params: Params) -> object:
    """answerCallbackQuery; a URL may only open the bot itself."""
    if utf16(str(params.get("text", ""))) > 200:
        raise ApiError(400, "Bad Request: MESSAGE_TOO_LONG")
    url = str(params.get("url", ""))
    if url and not re.fullmatch(
        rf"https://t\.me/{api.user['username']}\?start=[\w-]{{1,64}}", url
    ):
        raise ApiError(400, "Bad Request: URL_INVALID")
    api.answered.append(params)
    return True


def get_chat(api: BotApi, params: Params) -> object:
    """getChat."""
    chat = _chat_of(api, params)
    known = api.chats.get(chat, {"id": chat, "type": "private" if chat > 0 else "supergroup"})
    gifts = dict.fromkeys(
        (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        ),
        False,
    )
    return known | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
    }


def get_chat_administrators(api: BotApi, params: Params) -> object:
    """getChatAdministrators: what the test put into `administrators`."""
    return api.administrators.get(_chat_of(api, params), [])


def get_chat_member(api: BotApi, params: Params) -> object:
    """getChatMember: an administrator, or else a plain member."""
    chat, user = _chat_of(api, params), params.number("user_id")
    for member in api.administrators.get(chat, []):
        if member["user"]["id"] == user:
            return member
    return {"status": "member", "user": {"id": user, "is_bot": False, "first_name": "Somebody"}}


def owner(user: int, *, anonymous: bool = False) -> dict[str, Any]:
    """The creator of a group, for `administrators`."""
    person = {"id": user, "is_bot": False, "first_name": "Owner"}
    return {"status": "creator", "user": person, "is_anonymous": anonymous}


Method = Callable[["BotApi", Params], object]

METHODS: dict[str, Method] = {
    "getme": lambda api, _: api.user,
    "getupdates": get_updates,
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "senddocument": send_document,
    "editmessagetext": edit_message_text,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "pinchatmessage": pin_chat_message,
    "unpinchatmessage": unpin_chat_message,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "answercallbackquery": answer_callback_query,
    "getchat": get_chat,
    "getchatadministrators": get_chat_administrators,
    "getchatmember": get_chat_member,
}
