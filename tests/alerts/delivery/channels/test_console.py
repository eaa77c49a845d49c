"""Alerts on a terminal and in a pipe."""

import io
from datetime import date

from alerts.delivery.channels import NotSent, Sent
from alerts.delivery.channels.console import ConsoleChannel
from alerts.delivery.messages import Message, render
from config.words import Capability, Stage
from storage.deliveries import AlertView, Outlet, Quote

HELLO = Message(
    "🆕 <b>A.\u2060com</b>\n<blockquote>said</blockquote>", "…", silent=False, entities=2, length=9
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


async def test_plain_text_in_a_pipe():
    stream = io.StringIO()
    channel = ConsoleChannel(stream)
    first = await channel.send("console", 0, HELLO, None, silent=False)
    assert first == Sent(1)
    assert stream.getvalue() == "🆕 A.com\nsaid\n\n"
    await channel.send("console", 0, HELLO, 1, silent=False)
    assert stream.getvalue().endswith("↪ 🆕 A.com\n🆕 A.com\nsaid\n\n")
    await channel.edit("console", 1, HELLO)
    assert "✎ edited" in stream.getvalue()
    await channel.close()


async def test_a_reply_to_a_message_of_an_earlier_run():
    stream = io.StringIO()
    await ConsoleChannel(stream, "ja").send("console", 0, HELLO, 77, silent=False)
    assert stream.getvalue().startswith("↪ 以前のメッセージへの返信\n")


async def test_a_panel_on_a_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    view = AlertView(
        "E1",
        ("taobao",),
        ("wechat-pay",),
        Capability.PAYMENT,
        Stage.LIVE,
        quote=Quote(
            "淘宝 t.co", Outlet("36氪", "https://a.example/"), "zh", None, date(2024, 9, 4)
        ),
    )

    class Names:
        def name(self, platform: str, language: str) -> str:
            return platform

    channel = ConsoleChannel(stream)
    assert isinstance(
        await channel.send("console", 0, render(view, "en", Names()), None, silent=False), Sent
    )
    await channel.send("console", 0, render(view, "en", Names()), 1, silent=False)
    drawn = stream.getvalue()
    assert "╭" in drawn
    assert "\x1b[1m" in drawn
    assert "https://a.example/" in drawn
    assert "淘宝 t.co" in drawn
    assert "\u2060" not in drawn
    assert "↪ 🆕 taobao → wechat-pay" in drawn


async def test_a_closed_stream_is_not_the_end():
    stream = io.StringIO()
    stream.close()
    outcome = await ConsoleChannel(stream).send("console", 0, HELLO, None, silent=False)
    assert isinstance(outcome, NotSent)
