"""The words of the interface: a folder of Fluent files per language, all with the same messages."""

from functools import cache
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource

LANGUAGES = ("en", "zh-Hans", "zh-Hant", "ja", "ko")
"""Languages of the interface, as BCP 47 tags; each has its folder here."""

_HERE = Path(__file__).parent


class Words:
    """The words of one language: `words("alert-since", date=…)`.

    Numbers are written in the language's way and choose its plurals; give a year or a day of the
    month as text. Nothing is put around values: who shows foreign text has made it safe.
    """

    def __init__(self, language: str, files: list[str]) -> None:
        self.language = language
        self._bundle = FluentBundle([language], use_isolating=False)
        for text in files:
            self._bundle.add_resource(FluentResource(text))

    def __call__(self, key: str, **values: object) -> str:
        """The words for a key. Raises KeyError for an unknown one, ValueError for a missing value."""
        pattern = self._bundle.get_message(key).value if key in self else None
        if pattern is None:
            raise KeyError(f"no words for {key!r} in {self.language}")
        text, errors = self._bundle.format_pattern(pattern, values)
        if errors:
            raise ValueError(f"the words for {key!r} in {self.language} are not whole: {errors}")
        return str(text)

    def __contains__(self, key: str) -> bool:
        return self._bundle.has_message(key)


@cache
def words_for(language: str) -> Words:
    """The words of the nearest language that we have; English for all others."""
    nearest = nearest_language(language)
    files = sorted((_HERE / nearest).glob("*.ftl"))
    return Words(nearest, [file.read_text("utf-8") for file in files])


def nearest_language(code: str | None) -> str:
    """The interface language for a tag like `zh-TW` or `ja`, as Telegram or a person gives it."""
    parts = (code or "").replace("_", "-").lower().split("-")
    if parts[0] in ("zh", "yue", "cmn"):
        traditional = {"hant", "tw", "hk", "mo"} & set(parts) or parts[0] == "yue"
        return "zh-Hant" if traditional else "zh-Hans"
    return parts[0] if parts[0] in ("ja", "ko") else "en"
