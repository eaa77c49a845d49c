"""/search, free text and links: the events and articles that somebody looks for."""

import re
from html import escape
from typing import Any

from sqlmodel import col, select

from alerts.delivery.buttons import keyboard, pager
from alerts.delivery.commands.asking import Question, Reply, fitted, say
from alerts.delivery.commands.events import items, told
from alerts.delivery.commands.naming import MOST_WRITTEN, meant, platform_named
from alerts.delivery.dates import show_day
from alerts.delivery.messages import template
from alerts.delivery.parts import ShownOutlet, outlet_of
from alerts.delivery.text import cut, tame, units
from storage import search_query
from storage.listings import Wanted
from storage.models import Article, Claim, Event, Source
from storage.search import FoundArticle, search_articles, search_events
from storage.search_query import MOST_CHARACTERS, MOST_TERMS, QueryError
from storage.views import Outlet, event_view

MOST_FOUND = 5
"""Events, and articles, of one page."""

MOST_PAGES = 10
"""So far can be turned: what is not among the first is asked for with other words."""

_TITLE = 160
_URL = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)


def link_in(text: str) -> str | None:
    """The first address of a page in a text."""
    found = _URL.search(text)
    return found.group() if found else None


def search(question: Question) -> Reply:
    """The events, then the articles, that have all the words."""
    written = question.asked.argument.strip()
    try:
        query = search_query.parse(written, question.platforms.spellings)
    except QueryError:
        return say(question, "bot-search-how", words=MOST_TERMS, characters=MOST_CHARACTERS)
    first = min(question.asked.page, MOST_PAGES) * MOST_FOUND
    wanted = Wanted(limit=first + MOST_FOUND + 1)
    events = search_events(question.session, query, wanted)[first:]
    articles = search_articles(question.session, query, wanted)[first:]
    more = max(len(events), len(articles)) > MOST_FOUND
    events, articles = events[:MOST_FOUND], articles[:MOST_FOUND]
    shown = tame(cut(written, 100))
    if not events and not articles:
        return _nothing(question, written, shown)
    quotes = {one.event.id or 0: one.snippet.text for one in events}
    parts = items(question, [one.event for one in events], quotes)
    parts += [_article(question, one) for one in articles]
    head = f"🔎 <b>{escape(shown)}</b>"
    ways = pager(question.words, f"search {written}", question.asked.page, more=more)
    return Reply(fitted(head, parts, question.words), buttons=keyboard(ways))


def _nothing(question: Question, written: str, shown: str) -> Reply:
    """That nothing was found; of what is nearly a platform's name, which one that is."""
    unknown = units(written) <= MOST_WRITTEN and platform_named(question, written) is None
    near = question.platforms.near(written) if unknown else []
    if not near:
        return say(question, "bot-found-nothing", words=shown)
    told = question.words("bot-found-nothing", words=shown)
    return meant(question, told, {one: f"search {one}" for one in near})


def _article(question: Question, found: FoundArticle) -> str:
    article = found.article
    source = question.session.get_one(Source, article.source_slug)
    macros = template("answers.html.j2").module
    given = {
        "title": _title(article),
        "origin": " · ".join([tame(source.name), *_published(question, article)]),
        "quote": tame(found.snippet.text) if found.snippet.text != article.title else "",
    }
    return "\n" + str(macros.article(given)).strip()  # type: ignore[attr-defined]


def _title(article: Article) -> ShownOutlet:
    return outlet_of(Outlet(article.title or article.url, article.url), _TITLE)


def _published(question: Question, article: Article) -> list[str]:
    day: Any = article.published_on or (article.published_at and article.published_at.date())
    return [show_day(question.words, day)] if day else []


def about_link(question: Question, url: str) -> Reply:
    """Which event a page tells of. Nothing is fetched: the page is known or it is not."""
    addresses = question.knowledge.addresses(url)
    article = question.session.exec(
        select(Article).where(col(Article.url).in_(addresses)).order_by(col(Article.id)).limit(1)
    ).first()
    if article is None:
        return say(question, "bot-link-unknown")
    about = select(Claim.event_id).where(Claim.article_id == article.id)
    events = question.session.exec(
        select(Event)
        .where(col(Event.id).in_(about), col(Event.merged_into).is_(None))
        .order_by(col(Event.last_seen).desc(), col(Event.id).desc())
    ).all()
    if not events:
        return say(question, "bot-link-nothing", title=tame(cut(article.title, _TITLE)))
    if len(events) == 1:
        return told(question, event_view(question.session, events[0].id or 0))
    head = f"🔎 <b>{escape(question.words('bot-link-several', count=len(events)))}</b>"
    return Reply(fitted(head, items(question, events[:MOST_FOUND]), question.words))
