"""What stands under an alert: its sources, no more of it, and that it is wrong."""

from dataclasses import replace
from typing import Any

from sqlmodel import col, select

from alerts.delivery.buttons import alert_buttons, keyboard, pager
from alerts.delivery.commands.asking import Question, Reply, fitted, say
from alerts.delivery.commands.events import event_in
from alerts.delivery.dates import show_day
from alerts.delivery.messages import template
from alerts.delivery.parts import headline, outlet_of, show_language
from alerts.delivery.text import tame
from config.errors import NotFoundError
from storage import mutes, reports
from storage.models import Article, Claim, Source
from storage.views import AlertView, Outlet, event_view

SOURCES_SHOWN = 10
"""Articles of one page."""

_TITLE = 120


def sources(question: Question) -> Reply:
    """Every article that tells of an event, oldest first, with its link."""
    view = _view(question)
    if view is None:
        return no_event(question)
    first = question.asked.page * SOURCES_SHOWN
    found = question.session.exec(
        select(Article, Source)
        .join(Source, col(Source.slug) == Article.source_slug)
        .where(col(Article.id).in_(select(Claim.article_id).where(Claim.event_id == _id(view))))
        .order_by(col(Article.published_at), col(Article.id))
        .offset(first)
        .limit(SOURCES_SHOWN + 1)
    ).all()
    macros = template("answers.html.j2").module
    title = f"{headline(view, question.words, question.platforms.name)} · {view.event}"
    head = str(macros.title("📰", title)).strip()  # type: ignore[attr-defined]
    lines = [
        "\n" + str(macros.article(_source(question, *one))).strip()  # type: ignore[attr-defined]
        for one in found[:SOURCES_SHOWN]
    ]
    more = len(found) > SOURCES_SHOWN
    ways = pager(question.words, f"sources {view.event}", question.asked.page, more=more)
    return Reply(fitted(head, lines, question.words), buttons=keyboard(ways))


def _source(question: Question, article: Article, source: Source) -> dict[str, Any]:
    words = question.words
    day = article.published_on or (article.published_at and article.published_at.date())
    facts = [tame(source.name), show_language(article.language, words)]
    facts += [show_day(words, day)] if day else []
    facts += [words("source-copy")] if article.copy_of is not None else []
    return {
        "title": outlet_of(Outlet(article.title or article.url, article.url), _TITLE),
        "origin": " · ".join(facts),
        "quote": "",
    }


def mute(question: Question) -> Reply:
    """Tell this chat no more of an event."""
    return _muting(question, muted=True)


def unmute(question: Question) -> Reply:
    """Tell this chat of an event again."""
    return _muting(question, muted=False)


def _muting(question: Question, *, muted: bool) -> Reply:
    view = _view(question)
    if view is None:
        return no_event(question)
    row = question.subscription()
    if row is None:
        return say(question, "bot-follows-nothing")
    if muted:
        mutes.mute(question.session, row, _id(view), question.now)
    else:
        mutes.unmute(question.session, row, _id(view))
    done = say(question, "bot-muted" if muted else "bot-unmuted", id=view.event)
    if question.asked.press is None:
        return done
    return replace(done, buttons=alert_buttons(replace(view, muted=muted), question.words))


def wrong(question: Question) -> Reply:
    """Note for who writes the rules that an event's alert is wrong."""
    view = _view(question)
    if view is None:
        return no_event(question)
    new = reports.report(question.session, _id(view), question.here, question.now)
    return say(question, "bot-wrong-noted" if new else "bot-wrong-known")


def _view(question: Question) -> AlertView | None:
    number = event_in(question.asked.argument)
    if number is None:
        return None
    try:
        return event_view(question.session, number)
    except NotFoundError:
        return None


def _id(view: AlertView) -> int:
    return int(view.event[1:])


def no_event(question: Question) -> Reply:
    """That there is no such event, or that none was named."""
    number = event_in(question.asked.argument)
    if number is None:
        return say(question, "bot-event-how")
    return say(question, "bot-no-event", id=f"E{number}")
