"""Whether this user may write to a SQLite file: who owns it, and what to do if not."""

import os
from pathlib import Path

BESIDE = ("", "-wal", "-shm")
"""Files that SQLite writes: the store itself, its log, and the map of the log."""


def hindrance(file: Path) -> tuple[str, str] | None:
    """What keeps this user from writing to the file or beside it, and what mends that."""
    places = [file.parent, *(Path(f"{file}{side}") for side in BESIDE)]
    where = next((one for one in places if one.exists() and not os.access(one, os.W_OK)), None)
    if where is None:
        return None
    if os.statvfs(where).f_flag & os.ST_RDONLY:
        detail = f"{where} lies on a file system that is mounted read-only"
        return detail, "mount it for writing, or keep the database elsewhere"
    uid, gid, owner = os.getuid(), os.getgid(), where.stat()
    detail = f"{where} belongs to {owner.st_uid}:{owner.st_gid} and cannot be written to by "
    hint = f"chown -R {uid}:{gid} {file.parent}, or run as the owner"
    return (
        f"{detail}uid {uid}, gid {gid}",
        f"{hint} (docker run --user {owner.st_uid}:{owner.st_gid})",
    )
