"""Every way in which a request to Telegram can end, over real HTTP."""

import pytest
from telegram.error import TelegramError

from alerts.delivery.channels import (
    Gone,
    Halted,
    Migrated,
    NotSent,
    Refused,
    Sent,
    Uncertain,
)
from alerts.delivery.channels.telegram import TelegramChannel, classify, make_bot
from alerts.delivery.messages import Message
from config.settings import Telegram

HELLO = Message("<b>hello</b> &amp; bye", "hello & bye", silent=False, entities=1, length=11)


async def send(
    channel: TelegramChannel,
    message: Message = HELLO,
    address: str = "5",
    topic: int = 0,
    reply_to: int | None = None,
    *,
    silent: bool = False,
):
    return await channel.send(address, topic, message, reply_to, silent=silent)


async def test_sent(api, channel):
    outcome = await send(channel)
    (message,) = api.messages(5)
    assert outcome == Sent(message.message_id)
    assert message.text == "hello & bye"
    assert [one.type for one in message.entities] == ["b"]
    assert (message.silent, message.preview, message.reply_to) == (False, False, None)


async def test_silently_to_a_topic_as_a_reply(api, channel):
    first = await send(channel, address="-100")
    await send(channel, address="-100", topic=3, reply_to=first.message_id, silent=True)
    message = api.messages(-100)[1]
    assert (message.topic, message.reply_to, message.silent) == (3, first.message_id, True)


async def test_a_reply_to_a_deleted_message_is_sent_all_the_same(api, channel):
    assert isinstance(await send(channel, reply_to=999), Sent)
    assert api.messages(5)[0].reply_to is None


@pytest.mark.parametrize(
    ("kind", "details", "expected"),
    [
        ("flood", {"retry_after": 43_838}, NotSent),
        ("server_error", {}, NotSent),
        ("conflict", {}, NotSent),
        ("forbidden", {}, Gone),
        ("unauthorized", {}, Halted),
        ("migrate", {"new_chat": -1005}, Migrated),
        ("bad_request", {}, Refused),
        ("bad_request", {"description": "Bad Request: chat not found"}, Gone),
        ("bad_request", {"description": "Bad Request: TOPIC_CLOSED"}, Gone),
        (
            "bad_request",
            {"description": "Bad Request: not enough rights to send text messages to the chat"},
            Gone,
        ),
        ("bad_gateway", {}, Uncertain),
        ("garbage", {"accept": True}, Uncertain),
        ("odd", {"accept": True}, Uncertain),
        ("hang", {}, Uncertain),
        ("hang", {"accept": True}, Uncertain),
        ("reset", {}, Uncertain),
        ("reset", {"accept": True}, Uncertain),
    ],
)
async def test_each_outcome_is_told_apart_after_one_request(api, channel, kind, details, expected):
    api.fault(kind, **details)
    outcome = await send(channel)
    assert isinstance(outcome, expected)
    assert len(api.calls("sendMessage")) == 1
    assert len(api.messages(5)) == int(details.get("accept", False))
    assert api.token not in repr(outcome)


async def test_details_of_an_outcome(api, channel):
    api.fault("flood", retry_after=43_838)
    assert (await send(channel)).retry_after == 43_838
    api.fault("migrate", new_chat=-1005)
    assert (await send(channel)).new_chat == "-1005"


async def test_a_server_that_is_down_got_nothing(api, channel):
    api.down()
    outcome = await send(channel)
    assert isinstance(outcome, NotSent)
    assert "ConnectError" in outcome.reason


async def test_refused_markup_goes_out_as_plain_text_once(api, channel):
    broken = Message("<b>hello <i>", "hello", silent=False, entities=0, length=5)
    assert isinstance(await send(channel, broken), Sent)
    assert api.messages(5)[0].text == "hello"
    assert len(api.calls("sendMessage")) == 2
    api.fault("bad_request", times=9, description="Bad Request: can't parse entities: x")
    assert isinstance(await send(channel, broken), Refused)
    assert len(api.calls("sendMessage")) == 4


async def test_edit(api, channel):
    sent = await send(channel)
    changed = Message("<i>changed</i>", "changed", silent=False, entities=1, length=7)
    assert await channel.edit("5", sent.message_id, changed) == sent
    assert await channel.edit("5", sent.message_id, changed) == sent
    (message,) = api.messages(5)
    assert (message.text, message.edits) == ("changed", ["hello & bye"])


async def test_an_edit_of_a_deleted_message_is_refused(api, channel):
    assert isinstance(await channel.edit("5", 999, HELLO), Refused)


async def test_a_wrong_token_halts(api):
    settings = api.settings().model_copy(update={"base_url": api.base_url + "/"})
    good = TelegramChannel(settings)
    assert isinstance(await send(good), Sent)
    await good.close()
    api.token = "1:other"
    bad = TelegramChannel(settings)
    assert isinstance(await send(bad), Halted)
    await bad.close()


def test_what_ptb_cannot_name_is_uncertain():
    assert isinstance(classify(TelegramError("Invalid server response")), Uncertain)


def test_no_bot_without_a_token():
    with pytest.raises(ValueError, match="needs telegram"):
        make_bot(Telegram())


async def test_the_proxy_of_the_settings_is_used(api):
    channel = TelegramChannel(api.settings(proxy="http://127.0.0.1:9"))
    outcome = await send(channel)
    assert isinstance(outcome, NotSent)
    assert not api.requests
    await channel.close()
