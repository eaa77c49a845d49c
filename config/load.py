"""Settings and sources as they hold: packaged defaults, then the operator's files, then variables.

Everything that is wrong is told at once, and nothing starts with it.
"""

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr, ValidationError

from config.environment import PREFIX, Overlay, read_variables, variables
from config.errors import ConfigError
from config.files import read_document
from config.problems import Location, Problem, dotted, explain, kinds_at, refusal
from config.settings import Settings
from config.sources import SourceSpec

if TYPE_CHECKING:
    from config.documents import Document

SETTINGS_FILE = "interopwatch.yaml"
PACKAGED_SOURCES = Path(__file__).parent / "sources"


@dataclass(frozen=True)
class Loaded:
    """Settings, and for every key where its value comes from: file:line, variable or default."""

    settings: Settings
    origins: Mapping[str, str]


def load_settings(config_dir: Path | None, environ: Mapping[str, str]) -> Settings:
    """Give the settings that hold for a configuration folder and an environment.

    Without a folder INTEROPWATCH_CONFIG_DIR names it; without that the defaults hold. Raises
    ConfigError with everything that is wrong in the file and in the variables.
    """
    return read_settings(config_dir, environ).settings


def read_settings(config_dir: Path | None, environ: Mapping[str, str]) -> Loaded:
    """Like load_settings, and say of every value where it comes from."""
    overlay = read_variables(environ)
    if config_dir is not None:
        overlay.values["config_dir",] = config_dir
        overlay.origins["config_dir",] = "command line"
    document = _settings_file(overlay.values.get(("config_dir",)))
    data = _merge(document, overlay)
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        raise refusal([*_place(error, document, overlay), *overlay.problems]) from error
    if overlay.problems:
        raise refusal(overlay.problems)
    return Loaded(settings, _origins(document, overlay))


def source_dirs(settings: Settings) -> tuple[Path, ...]:
    """The folders of source files: the packaged one, then the operator's, which overrides it."""
    own = [settings.config_dir / "sources"] if settings.config_dir else []
    return (PACKAGED_SOURCES, *own)


def load_sources(dirs: Iterable[Path]) -> tuple[SourceSpec, ...]:
    """Read all source files, sorted by slug; a later folder overrides an earlier one by slug.

    Raises ConfigError when a file is wrong, when its name is not its slug, or when one address
    is a feed of two sources.
    """
    sources: dict[str, tuple[Path, SourceSpec]] = {}
    errors: list[ConfigError] = []
    for path in _files(dirs):
        try:
            spec = read_document(path, SourceSpec)
            if spec.slug != path.stem:
                from config.documents import read_mapping

                wanted = f"slug: found {spec.slug!r}; expected {path.stem!r}, the file's name"
                raise read_mapping(path).refuse([(("slug",), wanted)])
            sources[spec.slug] = (path, spec)
        except ConfigError as error:
            errors.append(error)
    if errors:
        raise errors[0] if len(errors) == 1 else ConfigError("\n".join(map(str, errors)))
    _check_feeds(sources)
    return tuple(spec for _, (_, spec) in sorted(sources.items()))


def _settings_file(config_dir: Any) -> "Document | None":
    if config_dir is None:
        return None
    folder = Path(config_dir)
    path = folder / SETTINGS_FILE
    if not folder.is_dir():
        message = f"is no folder; create it, or correct {PREFIX}CONFIG_DIR"
        raise ConfigError(message, file=folder)
    if not path.exists():
        _refuse_yml(folder, "interopwatch.yml")
        return None
    from config.documents import read_mapping  # slow to import: with a file of settings only

    document = read_mapping(path, may_be_empty=True)
    if "config_dir" in document.data:
        message = f"config_dir cannot stand in the folder it names; set {PREFIX}CONFIG_DIR"
        raise refusal([document.problem(("config_dir",), message, key=True)])
    return document


def _refuse_yml(folder: Path, pattern: str) -> None:
    misnamed = sorted(folder.glob(pattern))
    if misnamed:
        raise ConfigError("is not read; its name must end in .yaml", file=misnamed[0])


def _merge(document: "Document | None", overlay: Overlay) -> dict[str, Any]:
    data = copy.deepcopy(document.data) if document else {}
    sections = {variable.location[0] for variable in variables() if len(variable.location) > 1}
    for name in sections & data.keys():
        if data[name] is None:  # all keys of the section are commented out
            del data[name]
    for (*above, name), value in overlay.values.items():
        section = data
        for part in above:
            section = section.setdefault(part, {})
        if isinstance(section, dict):  # else it is wrong in the file, which is said there
            section[name] = value
    return data


def _place(
    error: ValidationError, document: "Document | None", overlay: Overlay
) -> Iterable[Problem]:
    for location, message in explain(error, Settings):
        name = _origin(location, overlay)
        if name:
            yield Problem(f"{name}: {message}")
        elif document:
            found = document.finding(location, message)
            yield replace(found, quote=_without(found.quote, _secrets(document.data)))


def _without(quote: str, secrets: Iterable[str]) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        quote = quote.replace(secret, "****")
    return quote


def _secrets(data: Any, location: Location = ()) -> Iterator[str]:
    """What stands in the file where only a secret may stand, whatever it looks like."""
    if isinstance(data, Mapping | list):
        parts = data.items() if isinstance(data, Mapping) else enumerate(data)
        for part, below in parts:
            yield from _secrets(below, (*location, part))
    elif location and SecretStr in kinds_at(Settings, location) and str(data):
        yield str(data)


def _origin(location: Location, overlay: Overlay) -> str | None:
    heads = (location[:length] for length in range(len(location), 0, -1))
    return next((overlay.origins[head] for head in heads if head in overlay.origins), None)


def _origins(document: "Document | None", overlay: Overlay) -> dict[str, str]:
    origins = {}
    for variable in variables():
        location = variable.location
        origin = overlay.origins.get(location, "default")
        if origin == "default" and document and document.holds(location):
            origin = f"{document.path}:{document.position(location)[0]}"
        origins[dotted(location)] = origin
    return origins


def _files(dirs: Iterable[Path]) -> Iterable[Path]:
    for folder in dirs:
        _refuse_yml(folder, "*.yml")
        yield from sorted(folder.glob("*.yaml"))


def _check_feeds(sources: Mapping[str, tuple[Path, SourceSpec]]) -> None:
    owners: dict[str, str] = {}
    problems = []
    for slug, (path, spec) in sorted(sources.items()):
        for number, feed in enumerate(spec.feeds):
            owner = owners.setdefault(str(feed.url), slug)
            if owner != slug or [f.url for f in spec.feeds[:number]].count(feed.url):
                from config.documents import read_mapping

                message = f"feeds[{number}].url: found {feed.url}, which is a feed of {owner} already; remove one"
                place = ("feeds", number, "url")  # positions are known to the slow reader only
                problems.append(read_mapping(path).problem(place, message))
    if problems:
        raise refusal(problems)
