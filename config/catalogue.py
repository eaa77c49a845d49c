"""Writing source files: the operator's own folder holds new outlets and changed copies of ours."""

import io
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from config.drafts import draft_of
from config.errors import ConfigError
from config.files import read_document
from config.load import PACKAGED_SOURCES
from config.settings import Settings
from config.sources import FeedSpec, SourceSpec

_DEFAULTS = {"timezone": "UTC", "enabled": True}


def own_folder(settings: Settings) -> Path:
    """Where the operator's source files are. Raises ConfigError if no folder is configured."""
    if settings.config_dir is None:
        raise ConfigError(
            "there is no folder of your own to write to; create one and name it by "
            "--config-dir FOLDER or INTEROPWATCH_CONFIG_DIR=FOLDER"
        )
    return settings.config_dir / "sources"


def add_source(folder: Path, spec: SourceSpec, comment: str) -> Path:
    """Write the file of a new source; gives back where. Raises ConfigError if there is one."""
    path = folder / f"{spec.slug}.yaml"
    if path.exists() or (PACKAGED_SOURCES / path.name).exists():
        raise ConfigError(f"there is a source {spec.slug!r} already; give another --slug")
    data = CommentedMap(_plain(spec, _DEFAULTS))
    data["feeds"] = [_feed(feed) for feed in spec.feeds]
    data.yaml_set_start_comment(comment)
    _write(path, data)
    return path


def set_enabled(folder: Path, slug: str, *, enabled: bool) -> Path:
    """Turn a source on or off in the operator's folder; gives back the file.

    A packaged source is copied there first, because a file with its slug replaces it. Comments
    stay as they are.
    """
    own = folder / f"{slug}.yaml"
    path = own if own.exists() else PACKAGED_SOURCES / own.name
    data = _yaml().load(path.read_text(encoding="utf-8"))
    if "enabled" in data:
        data["enabled"] = enabled
    else:
        data.insert(list(data).index("feeds"), "enabled", enabled)
    _write(own, data)
    return own


def _feed(feed: FeedSpec) -> CommentedMap:
    return CommentedMap({"kind": str(feed.kind), **_plain(feed, {"kind": None, "enabled": True})})


def _plain(model: SourceSpec | FeedSpec, defaults: dict[str, Any]) -> dict[str, Any]:
    """What a file must say of a model: nothing that holds anyway."""
    values = model.model_dump(mode="json", exclude_none=True, exclude={"feeds"})
    return {
        key: value
        for key, value in values.items()
        if key != "kind" and (key not in defaults or value != defaults[key])
    }


def _yaml() -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _write(path: Path, data: Any) -> None:
    """Put the file in its place in one step, and only if it can be read again."""
    text = io.StringIO()
    _yaml().dump(data, text)
    try:
        path.parent.mkdir(exist_ok=True)
        with draft_of(path) as draft:
            draft.write_text(text.getvalue(), encoding="utf-8")
            read_document(draft, SourceSpec)
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", file=path) from error
