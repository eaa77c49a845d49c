"""The five seed articles as pages: their own text with its chrome, wrapped in plain HTML."""

from html import escape
from pathlib import Path

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
REASON = f"the seed articles are not there ({SEEDS.parent.name}/{SEEDS.name})"

ORDER = ("000", "002", "001", "003", "004")
"""The order in which the five are fed; each is a round of its own."""


def seed_text(number: str) -> str:
    """The text of one seed, as it lies there."""
    (path,) = SEEDS.glob(f"{number}_*.txt")
    return path.read_text("utf-8")


def seed_page(number: str) -> bytes:
    """One seed as an HTML page: every line a paragraph; the site's name is the only title."""
    lines = (line.strip() for line in seed_text(number).splitlines())
    body = "\n".join(f"<p>{escape(line)}</p>" for line in lines if line)
    return (
        "<!doctype html><html><head><meta charset='utf-8'><title>site</title></head>"
        f"<body><div class='content'>\n{body}\n</div></body></html>"
    ).encode()
