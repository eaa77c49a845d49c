"""Dates in figures that look the same in every language."""

import re

from alerts.tagging.dates.grammar import Cues, Grammar, patterns

_END = r"(?![\d]|[.,:/-]\d)"

ISO = r"(?<![\d.,/-])(?P<y>(?:19|20)\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d|-\d)"
SLASHED = r"(?<![\d.,/-])(?P<y>(?:19|20)\d\d)/(?P<m>\d{1,2})/(?P<d>\d{1,2})(?!\d|/\d)"
DOTTED = r"(?<![\d.,/-])(?P<y>(?:19|20)\d\d)\. ?(?P<m>\d{1,2})\. ?(?P<d>\d{1,2})(?!\d|\.\d)\.?"
YEAR_MONTH = rf"(?<![\d.,/-])(?P<y>(?:19|20)\d\d)-(?P<m>0[1-9]|1[0-2]){_END}"

NUMERIC = (ISO, SLASHED, DOTTED, YEAR_MONTH)

YEAR = r"(?P<y>(?:19|20)\d\d)"

COPYRIGHT = r"(?:©|\(c\)|\bcopyright\b)[ ©]{0,3}(?:\d{4}(?:-\d{4})?)?"
"""The line of rights at the foot of a page, with the years that are no news."""

_NEVER = re.compile(r"(?!)")

PLAIN = Grammar(
    words={},
    dates=patterns(*NUMERIC),
    others=(),
    cues=Cues(_NEVER, _NEVER, _NEVER, _NEVER, _NEVER, _NEVER),
)
"""The grammar of a language that we do not know."""

LATIN_YEAR = (
    r"(?<![\d.,/$€£¥#&-])(?P<y>199\d|20[0-4]\d)"
    r"(?![\d/%-]|[.,]\d|s\b| ?(?:€|\$|euros?|dollars?|dólares|won|yuan|users|apps|uhr|people)\b)"
)
"""A year that stands alone: neither a price nor a number of things."""
