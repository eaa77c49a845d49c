"""JSON Schema of every kind of file, so that editors complete keys and mark mistakes."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from config.platforms import PlatformFile
from config.rules import RulePack
from config.settings import Settings
from config.sources import SourceSpec


class FileKind(StrEnum):
    """The kinds of files in a configuration folder."""

    SETTINGS = "settings"
    SOURCE = "source"
    PLATFORMS = "platforms"
    RULES = "rules"


MODELS: dict[FileKind, type[BaseModel]] = {
    FileKind.SETTINGS: Settings,
    FileKind.SOURCE: SourceSpec,
    FileKind.PLATFORMS: PlatformFile,
    FileKind.RULES: RulePack,
}
FILES = {
    FileKind.SETTINGS: "interopwatch.yaml",
    FileKind.SOURCE: "sources/<slug>.yaml",
    FileKind.PLATFORMS: "platforms/*.yaml",
    FileKind.RULES: "rules/*.yaml",
}


class _Quiet(GenerateJsonSchema):
    """Leaves out defaults that JSON cannot say (secrets), without a word."""

    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012


def schema(kind: FileKind) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one kind of file."""
    found = MODELS[kind].model_json_schema(by_alias=True, schema_generator=_Quiet)
    found["$schema"] = GenerateJsonSchema.schema_dialect
    found["title"] = f"interopwatch: {FILES[kind]}"
    if kind is FileKind.SETTINGS:
        del found["properties"]["config_dir"]  # it cannot stand in the folder that it names
    return found
