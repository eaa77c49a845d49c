"""The words of the interface: one YAML file per language, all with the same keys."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

LANGUAGES = ("en", "zh-Hans", "zh-Hant", "ja", "ko")
"""Languages of the interface, as BCP 47 tags; each has its file here."""

_HERE = Path(__file__).parent


class Words:
    """The words of one language, by dotted key: `words("alert.since", date=…)`."""

    def __init__(self, language: str, tree: Mapping[str, Any]) -> None:
        self.language = language
        self._flat = dict(flatten(tree))

    def __call__(self, key: str, **values: object) -> str:
        """The words for a key, with its {values} filled in.

        With `count` given, the key may have the forms `one` and `other`.
        """
        form = f"{key}.one" if values.get("count") == 1 else f"{key}.other"
        text = self._flat.get(form) or self._flat.get(f"{key}.other") or self._flat[key]
        return text.format(**values)

    def __contains__(self, key: str) -> bool:
        return key in self._flat

    def keys(self) -> set[str]:
        """Every key that this language has words for."""
        return set(self._flat)


def flatten(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Dotted keys with their texts."""
    flat: list[tuple[str, str]] = []
    for key, value in tree.items():
        if isinstance(value, Mapping):
            flat += flatten(value, f"{prefix}{key}.")
        else:
            flat.append((f"{prefix}{key}", str(value)))
    return flat


@cache
def words_for(language: str) -> Words:
    """The words of the nearest language that we have; English for all others."""
    nearest = nearest_language(language)
    tree = YAML(typ="safe").load(_HERE / f"{nearest}.yaml")
    return Words(nearest, tree)


def nearest_language(code: str | None) -> str:
    """The interface language for a tag like `zh-TW` or `ja`, as Telegram or a person gives it."""
    parts = (code or "").replace("_", "-").lower().split("-")
    if parts[0] in ("zh", "yue", "cmn"):
        traditional = {"hant", "tw", "hk", "mo"} & set(parts) or parts[0] == "yue"
        return "zh-Hant" if traditional else "zh-Hans"
    return parts[0] if parts[0] in ("ja", "ko") else "en"
