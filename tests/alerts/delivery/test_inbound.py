"""Who wrote what, read from raw updates; and how much of it is answered."""

from typing import Any

import pytest

from alerts.delivery.crowd import Crowd
from alerts.delivery.inbound import (
    ANONYMOUS_ADMIN,
    Asked,
    let_in_again,
    read_message,
)


def message(text: str = "/start", **given: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "chat": {"id": 5, "type": "private"},
        "from": {"id": 5, "is_bot": False, "language_code": "ja"},
        "text": text,
    }
    return {"message": values | given}


def by(author: dict[str, Any]) -> dict[str, Any]:
    return {"from": author}


GROUP = {"id": -100, "type": "supergroup"}


def read(update) -> Asked:
    asked = read_message(update, "our_bot")
    assert asked is not None
    return asked


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/start", "start"),
        ("/START now", "start"),
        ("/help@Our_Bot", "help"),
        ("hello", None),
        ("/", None),
    ],
)
def test_commands(text, command):
    asked = read_message(message(text), "our_bot")
    assert (asked and asked.command) == command


def test_everything_of_a_private_message():
    assert read(message()) == Asked(
        chat=5, topic=0, sender=5, user=5, private=True, language="ja", command="start"
    )


def test_a_topic_of_a_group():
    asked = read(message(chat=GROUP, message_thread_id=7, is_topic_message=True))
    assert (asked.chat, asked.topic, asked.private) == (-100, 7, False)


def test_a_reply_thread_is_no_topic():
    assert read(message(chat=GROUP, message_thread_id=7)).topic == 0


def test_an_anonymous_administrator_is_nobody_in_particular():
    author = {"id": ANONYMOUS_ADMIN, "is_bot": True}
    asked = read(message(chat=GROUP, sender_chat=GROUP, **by(author)))
    assert (asked.sender, asked.user) == (-100, None)


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"edited_message": {}},
        {"message": {"chat": {"id": 1}, "photo": []}},
        message("/start@other_bot"),
        message(**by({"id": 9, "is_bot": True})),
    ],
)
def test_nothing_to_answer(update):
    assert read_message(update, "our_bot") is None


def test_let_in_again():
    change = {"chat": {"id": 5}, "new_chat_member": {"status": "member"}}
    assert let_in_again({"my_chat_member": change}) == 5
    change["new_chat_member"] = {"status": "kicked"}
    assert let_in_again({"my_chat_member": change}) is None
    assert let_in_again(message()) is None


class Turned:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_one_notice_then_silence_then_answers_again():
    clock = Turned()
    crowd = Crowd(clock)
    asked = read(message())
    assert [crowd.judge(asked) for _ in range(30)] == ["answer"] * 30
    assert [crowd.judge(asked) for _ in range(3)] == ["notice", "silence", "silence"]
    clock.now = 61.0
    assert crowd.judge(asked) == "answer"


def test_a_busy_group_does_not_silence_another_chat():
    crowd = Crowd(Turned(), chat=2)
    for user in (1, 2):
        author = {"id": user, "is_bot": False}
        assert crowd.judge(read(message(chat=GROUP, **by(author)))) == "answer"
    author = {"id": 3, "is_bot": False}
    assert crowd.judge(read(message(chat=GROUP, **by(author)))) == "notice"
    assert crowd.judge(read(message())) == "answer"


def test_strangers_do_not_fill_the_memory():
    clock = Turned()
    crowd = Crowd(clock, overall=100_000)
    for user in range(6_000):
        clock.now += 1.0
        author = {"id": user, "is_bot": False}
        crowd.judge(read(message(chat={"id": user, "type": "private"}, **by(author))))
    assert len(crowd._seen) < 10_500
