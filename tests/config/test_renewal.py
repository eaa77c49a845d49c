"""A mistake in changed files is told once, with its place, and the last good ones stay."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from config.load import load_sources
from config.renewal import Renewal, Sources

GOOD = "slug: {0}\nname: N\nhomepage: https://e.org/\nfeeds:\n  - url: https://e.org/{0}\n"


@dataclass
class Held:
    folder: Path
    sources: Sources = ()
    outdated: bool = False

    def renewed(self) -> Self:
        return type(self)(self.folder)

    def read_all(self) -> Sources:
        self.sources = load_sources([self.folder])
        return self.sources

    def take_over(self, fresh: Self) -> None:
        self.sources = fresh.sources


async def test_a_refusal_is_told_once_and_its_end_once(tmp_path: Path) -> None:
    used: list[list[str]] = []
    told: list[str] = []

    async def use(sources: Sources) -> None:
        used.append([source.slug for source in sources])

    held = Held(tmp_path)
    renewal = Renewal(held, use)
    renewal.tell = told.append
    (tmp_path / "a.yaml").write_text(GOOD.format("a"))
    await renewal.renew([])
    assert (used, told, renewal.refusal) == ([["a"]], [], None)

    wrong = tmp_path / "b.yaml"
    wrong.write_text(GOOD.format("b") + "token: 123456:a-secret-of-somebody\n")
    await renewal.renew(["sources/b.yaml"])
    await renewal.renew([])
    assert (used, [one.slug for one in held.sources]) == ([["a"]], ["a"])
    assert len(told) == 1
    assert f"not taken over, the last good one stays: {wrong}:6:1: unknown key" in told[0]
    assert "a-secret" not in told[0]
    assert renewal.refusal is not None
    wrong.write_text("slug: [")
    await renewal.renew([])
    assert len(told) == 2

    wrong.write_text(GOOD.format("b"))
    await renewal.renew([])
    assert (used[1:], told[2:]) == ([["a", "b"]], ["✅ configuration taken over"])
    assert not renewal.refusal
    assert renewal.edition == 2
