"""Configuration files as models: quickly where they are right, with every place where they are not."""

from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from config.kept import kept
from config.quick import decoded, quick

M = TypeVar("M", bound=BaseModel)


def read_document(path: Path, model: type[M]) -> M:
    """Read a YAML file into a model. Raises ConfigError with everything that is wrong in it."""
    with suppress(ValidationError):
        data = kept(path, decoded(path), quick)
        if data is not None:
            return model.model_validate(data)
    from config.documents import read_mapping  # takes as long to import as a gazetteer to read

    document = read_mapping(path, may_be_empty=True)
    fields = model.model_fields.items()
    required = [field.alias or name for name, field in fields if field.is_required()]
    if not document.data and required:
        raise document.refuse([((), f"the file is empty; expected {', '.join(required)}")])
    return document.validate(model)
