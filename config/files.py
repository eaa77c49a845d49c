"""Configuration files as models: quickly where they are right, with every place where they are not."""

from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from config.errors import ConfigError
from config.kept import kept

M = TypeVar("M", bound=BaseModel)


def read_document(path: Path, model: type[M]) -> M:
    """Read a YAML file into a model. Raises ConfigError with everything that is wrong in it."""
    with suppress(ValidationError):
        data = kept(path, decoded(path), _quick)
        if data is not None:
            return model.model_validate(data)
    from config.documents import read_mapping  # takes as long to import as a gazetteer to read

    document = read_mapping(path, may_be_empty=True)
    fields = model.model_fields.items()
    required = [field.alias or name for name, field in fields if field.is_required()]
    if not document.data and required:
        raise document.refuse([((), f"the file is empty; expected {', '.join(required)}")])
    return document.validate(model)


def _quick(text: str) -> dict[str, Any] | None:
    from config.quick import quick  # not needed where there is a copy

    return quick(text)


def decoded(path: Path) -> str:
    """The text of a file. Raises ConfigError with the place of what is no UTF-8."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=path) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        message = f"found the byte 0x{raw[error.start]:02x}; expected UTF-8: save the file as such"
        line = before.count(b"\n") + 1
        column = error.start - before.rfind(b"\n")
        raise ConfigError(message, file=path, line=line, column=column) from error
