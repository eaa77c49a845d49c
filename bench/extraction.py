"""The extractor as `score_extraction.py` calls it: `extraction:fast` and `extraction:precise`.

    make bench-extraction

A page is handed over as text or as bytes, and what comes back has text, title, date and language.
"""

from crawler.extraction.errors import ExtractionError
from crawler.extraction.page import extract

Outcome = dict[str, str | None]


def fast(page: str | bytes, url: str | None = None) -> Outcome | None:
    """What every fetched page costs."""
    return _extracted(page, url, precise=False)


def precise(page: str | bytes, url: str | None = None) -> Outcome | None:
    """What a page costs that the gate has let through."""
    return _extracted(page, url, precise=True)


def _extracted(page: str | bytes, url: str | None, *, precise: bool) -> Outcome | None:
    body = page.encode("utf-8", "replace") if isinstance(page, str) else page
    try:
        found = extract(body, url or "https://unknown.example/", precise=precise)
    except ExtractionError:
        return None
    date = found.published_on.isoformat() if found.published_on else None
    return {"text": found.text, "title": found.title, "date": date, "language": found.language}
