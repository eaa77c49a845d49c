"""The date of publication as the page itself prints it, where the metadata lacks one."""

import re
from collections.abc import Sequence
from datetime import date

from alerts.tagging.dates.search import DateFound, find_dates
from alerts.tagging.folding import prepare

_HEAD, _TAIL = 10, 6
"""Publication dates stand in the first or last lines of a page."""

_LONGEST = 300
"""A longer line is a paragraph of the article."""

_BYLINE = 60
"""What may stand beside a date without a label: a name, a section, a reading time."""

_PUBLISHED = re.compile(
    r"发[布表]|发稿|刊[登出发]|见报|出版|时间|日期|上[传线架]|公開|掲載|配信|投稿|発[売行表]|作成"
    r"|입력|등록|게재|발행|작성|승인|기사입력|publi|posted|release|issued|\bdate\b|first seen"
    r"|veröffentlicht|erstellt|erschienen|vom|stand|mis en ligne|paru|écrit|fecha|creado"
)
_UPDATED = re.compile(
    r"更新|修[改订]|最終|수정|업데이트|최종|updated|modified|edited|aktualisiert|geändert"
    r"|mis à jour|modifié|actualizad"
)
_RIGHTS = re.compile(r"©|\(c\)|copyright|版权|著作権|저작권|all rights")
_PROSE = re.compile(r"[。!?]|[a-zà-ÿ가-힣]{2}\.(?:\s|$)")
_CLOCK = re.compile(
    r"\d{1,2}[:时時시]\s?\d{0,2}(?::\d{2})?[分분]?|[上下]午|午[前后後]|오[전후]|\b[ap]\.?m\b"
)


def page_date(lines: Sequence[str], language: str) -> date | None:
    """The publication date in the first and last lines of a page, or None.

    Only full dates count: "(新加坡30日讯)" has no month and a copyright notice no day. A line
    that says "published" is better than one that says "updated", and that than a bare date.
    """
    written = [line for line in lines if line.strip()]
    edge = written if len(written) <= _HEAD + _TAIL else written[:_HEAD] + written[-_TAIL:]
    best: tuple[int, date] | None = None
    for line in edge:
        for rank, day in _ranked(line, language):
            if best is None or rank < best[0]:
                best = (rank, day)
    return best[1] if best else None


def _ranked(line: str, language: str) -> list[tuple[int, date]]:
    if len(line) > _LONGEST:
        return []
    cjk = language[:2] in ("zh", "ja")
    folded = prepare(line, chinese=language.startswith("zh"), spaces=not cjk).folded
    if _RIGHTS.search(folded):
        return []
    found = [one for one in find_dates(folded, language, None) if one.how == "absolute"]
    ranks = [(_rank(folded, one), one.first) for one in found]
    return [(rank, day) for rank, day in ranks if rank is not None]


def _rank(line: str, found: DateFound) -> int | None:
    before = line[max(0, found.start - 25) : found.start]
    after = line[found.end : found.end + 25]
    # a label stands right before its date or, in Japanese, right after it
    updated = _last(_UPDATED, before)
    published = _last(_PUBLISHED, before)
    prose = bool(_PROSE.search(line))
    if not prose or len(before.strip(" |")) < len(before):
        if published > updated:
            return 0
        if updated >= 0:
            return 1
    if prose:
        return None
    tail = _CLOCK.sub("", after)[:10]
    if _PUBLISHED.search(tail):
        return 0
    if _UPDATED.search(tail):
        return 1
    rest = _CLOCK.sub("", line[: found.start] + line[found.end :])
    return 2 if len(rest) <= _BYLINE else None


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((hit.start() for hit in pattern.finditer(text)), default=-1)
