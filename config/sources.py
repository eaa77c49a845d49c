"""Sources and their feeds as the files in config/sources state them."""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl

from config.words import FeedKind


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone; write one such as Asia/Shanghai") from error
    return name


class ApiFields(BaseModel):
    """Where a JSON answer keeps its articles, as JMESPath expressions.

    `entries` finds the list; the others are asked of each of its objects. An address may be put
    together: `join('', ['https://example.org/a/', to_string(id)])`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    entries: str = "[]"
    url: str = "url"
    title: str = "title"
    published: str = "published_at"


class FeedSpec(BaseModel):
    """One address to poll.

    `links` (a CSS selector) and `pattern` (a regular expression that an address must contain)
    belong to listings, `fields` to JSON interfaces.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: HttpUrl
    kind: FeedKind = FeedKind.RSS
    links: str | None = None
    pattern: str | None = None
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
    timezone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    feeds: Annotated[tuple[FeedSpec, ...], Field(min_length=1)]
    enabled: bool = True
