"""Sources and their feeds as the files in config/sources state them."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl

from config.times import Zone
from config.words import FeedKind

_XPATH = re.compile(r"\s*(\(|\.?/)")


def is_xpath(selector: str) -> bool:
    """Whether a selector is XPath: it begins with `/`, `./` or `(`, which no CSS does."""
    return _XPATH.match(selector) is not None


def _known_selector(text: str) -> str:
    from lxml.cssselect import CSSSelector  # here: few files have one, and lxml is slow to import
    from lxml.etree import XPath, XPathSyntaxError

    try:
        XPath(text) if is_xpath(text) else CSSSelector(text)
    except (XPathSyntaxError, SyntaxError) as error:
        kind = "XPath" if is_xpath(text) else "CSS selector"
        raise ValueError(f"{text!r} is no {kind}: {error}") from error
    return text


def _known_pattern(text: str) -> str:
    import re2

    try:
        re2.compile(text)
    except re2.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from error
    return text


def _known_expression(text: str) -> str:
    import jmespath

    try:
        jmespath.compile(text)
    except jmespath.exceptions.JMESPathError as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"{text!r} is no JMESPath expression: {reason}") from error
    return text


Selector = Annotated[str, AfterValidator(_known_selector)]
Pattern = Annotated[str, AfterValidator(_known_pattern)]
Expression = Annotated[str, AfterValidator(_known_expression)]


class ApiFields(BaseModel):
    """Where a JSON answer keeps its articles, as JMESPath expressions.

    `entries` finds the list; the others are asked of each of its objects. An address may be put
    together: `join('', ['https://example.org/a/', to_string(id)])`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    entries: Expression = "[]"
    url: Expression = "url"
    title: Expression = "title"
    published: Expression = "published_at"


class FeedSpec(BaseModel):
    """One address to poll.

    `links` and `pattern` (a regular expression that an address must contain) belong to listings,
    and so do `next_page`, which finds the link to older entries, and `max_pages`, which bounds how
    many pages of a listing are read in a run. Selectors are CSS, or XPath if they begin with `/`,
    `./` or `(`. `fields` belongs to JSON interfaces.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: HttpUrl
    kind: FeedKind = FeedKind.RSS
    links: Selector | None = None
    pattern: Pattern | None = None
    next_page: Selector | None = None
    max_pages: Annotated[int, Field(ge=1, le=8)] | None = None
    fields: ApiFields | None = None
    interval_seconds: Annotated[int, Field(ge=1)] | None = None
    enabled: bool = True


class SourceSpec(BaseModel):
    """An outlet: what config/sources/<slug>.yaml holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    name: str
    homepage: HttpUrl
    language: Literal["zh-Hans", "zh-Hant", "ja", "ko", "en", "de", "fr", "es"] | None = None
    country: str | None = None
    timezone: Zone = "UTC"
    feeds: Annotated[tuple[FeedSpec, ...], Field(min_length=1)]
    enabled: bool = True
