"""A reader from the first tap to the last alert, with the real sender, on both kinds of database."""

from alerts.delivery.channels.telegram import TelegramChannel
from alerts.delivery.pacing import Pace
from alerts.delivery.sender import Sender
from config.words import Rhythm, Stage
from storage import deliveries, reports
from storage.interests import subscription_at
from storage.models import Event
from storage.subscriptions import Address
from tests.fakes import rows
from tests.fakes.knowledge import PLATFORMS
from tests.fakes.talk import Talk, listening

QUESTIONS = {
    "/latest 3 live": "🗞 Told last · 🟢 live\n\nTaobao → WeChat Pay · E1",
    "/event 1": "🔎 Taobao → WeChat Pay\n🟢 live",
    "/sources 1": "📰 Taobao → WeChat Pay · E1",
    "/timeline taobao": "📈 Taobao\n",
    "/matrix payment": "▦ Payments\n\nTaobao\n→ WeChat Pay",
    "/following": "This chat follows\n1. Payments\n",
    "/settings": "⚙️ Settings of this chat",
    "tabao": "I found nothing for “tabao”.",
    "https://36kr.test/1": "🔎 Taobao → WeChat Pay",
}
"""What is asked by the way, with the beginning of the answer."""


async def test_an_answer_counts_where_alerts_are_paced(api, database, wall):
    pace = Pace(monotonic=lambda: 0.0)
    async with listening(api, database, wall, pace=pace):
        await Talk(api).ask("/help")
        assert pace.busy() == {Address("telegram", "5")}
        assert len(pace._counted) == 1  # that its menu is right as it is takes no request


async def test_from_the_first_tap_to_the_last_alert(talk, api, database, wall):
    channel = TelegramChannel(api.settings())
    sender = Sender(database, {"telegram": channel}, PLATFORMS, clock=wall, alone=True)

    def news(stage: Stage, number: int) -> None:
        with database.write() as session:
            event = session.get(Event, 1) or rows.make_event(session, stage=stage)
            event.stage = stage
            article = rows.make_article(session, number, "36kr")
            claim = rows.make_claim(session, event, article, stage=stage)
            change = rows.make_change(session, event, stage, claim_id=claim.id)
            deliveries.queue(session, event, change, wall())

    try:
        hello = await talk.ask("/start")
        for label in ("English", "Payments", "At once"):
            await talk.press(hello, label)
        news(Stage.TEST, 1)
        assert await sender.drain() == 1
        first = talk.last
        assert first.text.startswith("🆕 Taobao → WeChat Pay\n🧪 test")

        await talk.press(first, "Mute")
        news(Stage.ANNOUNCED, 2)
        assert await sender.drain() == 0
        await talk.press(first, "Unmute")
        await talk.press(hello, "Settings")
        await talk.press(hello, "Pause")
        news(Stage.WITHDRAWN, 3)
        assert await sender.drain() == 0
        await talk.press(hello, "Resume")
        await talk.press(hello, "What is followed")
        await talk.press(hello, "1. Payments")
        await talk.press(hello, "🟢 live")
        await talk.press(hello, "What is followed")
        await talk.press(hello, "Undo")
        assert hello.text.startswith("✅ This chat follows\n1. Payments\n")
        news(Stage.LIVE, 4)
        assert await sender.drain() >= 1
        last = talk.last
        assert last.reply_to == first.message_id
        assert last.text.startswith("🔁 Taobao → WeChat Pay")
        await talk.press(last, "Wrong")
        for question, told in QUESTIONS.items():
            (answer, *_) = await talk.write(question)
            assert answer.text.startswith(told)
        operator = Talk(api, chat=77, user=77)
        assert (await operator.ask("/status")).text.startswith("Waiting: 0 · sent: ")
    finally:
        await channel.close()
    with database.read() as session:
        (report,) = reports.reports(session)
        row = subscription_at(session, Address("telegram", "5"))
    assert row is not None
    assert (report.stage, row.rhythm, row.paused) == (Stage.LIVE, Rhythm.IMMEDIATE, False)
