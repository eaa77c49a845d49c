"""After a run: what is wrong with its feeds for longer than a moment, and what no longer is."""

import logging
from collections.abc import Sequence
from datetime import datetime

from storage.database import Database
from storage.notices import in_words, review

log = logging.getLogger(__name__)


async def tell_health(database: Database, feed_ids: Sequence[int], now: datetime) -> None:
    """Note and log it. The rows stay until the operators have been told of them."""
    try:
        for notice, feed in await database.run(review, feed_ids, now):
            level = logging.WARNING if notice.cleared_at is None else logging.INFO
            log.log(level, "%s", in_words(notice, feed))
    except Exception:
        log.exception("the health of %d feeds could not be reviewed", len(feed_ids))
