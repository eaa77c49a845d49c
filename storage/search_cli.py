"""The command that looks for words in articles and events."""

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from storage import layouts
from storage.mistakes import WordsCommand
from storage.options import (
    After,
    Limit,
    OfLanguage,
    OfPlatform,
    OfSource,
    OfStage,
    Since,
    Until,
    command,
)
from storage.output import Listing
from storage.surroundings import around, named, one_page, reading, wanted_of

if TYPE_CHECKING:
    from storage.search import FoundArticle, FoundEvent
    from storage.search_snippets import Snippet

app = typer.Typer(rich_markup_mode=None)


class Where(StrEnum):
    """What is searched."""

    ALL = "all"
    EVENTS = "events"
    ARTICLES = "articles"


@command(
    app,
    "search",
    "search 淘宝 微信",
    "search '\"开放平台\" taobao -京东' --in articles",
    "search WeChat Pay --since 2024 --lang ja -o jsonl",
    cls=WordsCommand,
)
def search(
    ctx: typer.Context,
    words: Annotated[
        list[str], typer.Argument(help='Words, "phrases" and -words that must not be there.')
    ],
    where: Annotated[Where, typer.Option("--in", help="What to look through.")] = Where.ALL,
    platform: OfPlatform = None,
    stage: OfStage = None,
    lang: OfLanguage = None,
    source: OfSource = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 20,
    after: After = None,
) -> Listing:
    """Look for words in events and articles; all must be there. Hits stand in [brackets].

    The name of a platform stands for all its names in every language, unless it is quoted.
    Traditional and Simplified characters are the same, and so are case and width. Events come
    first; titles before texts, then the newest. Quote the words for the shell if one begins with
    a minus sign.
    """
    from storage.search import search_articles, search_events
    from storage.search_query import parse

    query = parse(" ".join(words), around(ctx).platforms.spellings)
    of_event = after is not None and re.match("[Ee]", after.strip()) is not None
    rows: list[dict[str, Any]] = []
    with reading(ctx) as session:
        asked = {
            "platform": platform, "stage": stage, "language": lang, "source": source,
            "since": since, "until": until,
        }  # fmt: skip
        if where is not Where.ARTICLES and (after is None or of_event):
            wanted = wanted_of(ctx, session, **asked, limit=limit, after=after)
            rows = [_event(one) for one in search_events(session, query, wanted)]
        if where is not Where.EVENTS and len(rows) <= limit:
            room = limit - len(rows)
            start = None if of_event else after
            wanted = wanted_of(ctx, session, **asked, limit=room, after=start)
            rows += [_article(one) for one in search_articles(session, query, wanted)]
    shown, cursor = one_page(rows, limit)
    return Listing(layouts.found(named(ctx)), shown, cursor=cursor)


def _event(found: "FoundEvent") -> dict[str, Any]:
    event = found.event
    return {
        "id": f"E{event.id}",
        "kind": "event",
        "date": event.last_seen,
        "stage": event.stage,
        "host": event.host,
        "guest": event.guest,
        "capability": event.capability,
        "article": found.article_id,
        **_shown(found.snippet),
    }


def _article(found: "FoundArticle") -> dict[str, Any]:
    article = found.article
    return {
        "id": article.id,
        "kind": "article",
        "date": article.published_at or article.fetched_at,
        "source": article.source_slug,
        "language": article.language,
        "title": article.title,
        "url": article.url,
        "article": article.id,
        "in_title": found.in_title,
        **_shown(found.snippet),
    }


def _shown(snippet: "Snippet") -> dict[str, Any]:
    return {
        "snippet": snippet.marked("[", "]"),
        "text": snippet.text,
        "marks": [list(mark) for mark in snippet.marks],
    }
