"""The gazetteer: how it is read, what is refused, and all platforms that are shipped."""

import re
from pathlib import Path

import pytest

from alerts.tagging.folding import fold
from config.errors import ConfigError, NotFoundError
from config.platforms import PACKAGED, Platforms, load_platforms

IDS = Path(__file__).parents[3] / "shared" / "ids.md"
LANGUAGES = ("en", "zh-Hans", "zh-Hant", "ja", "ko")
SHIPPED = load_platforms()
FILES = sorted(PACKAGED.glob("*.yaml"))

COMPANY = "  - {id: acme, kind: company, names: {en: [Acme, Acme Corp], zh-Hans: [顶点]}}\n"
SERVICE = (
    "  - {id: acme-pay, kind: service, owner: acme, names: {ja: [アクメペイ], en: [Acme Pay]}}\n"
)


def folder(path: Path, **files: str) -> Path:
    """Files of platforms, named like the keywords."""
    path.mkdir(exist_ok=True)
    for name, text in files.items():
        (path / f"{name}.yaml").write_text(f"platforms:\n{text}", encoding="utf-8")
    return path


def refusal(path: Path) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load_platforms([path])
    return caught.value


@pytest.fixture
def acme(tmp_path: Path) -> Platforms:
    twin = "  - {id: twin, kind: service, owner: acme, with: acme-pay, traits: [pay], names: {en: [Twin]}}\n"
    return load_platforms([folder(tmp_path, acme=COMPANY + SERVICE + twin)])


class TestReading:
    def test_files_of_a_later_folder_replace_those_of_the_same_name(self, tmp_path: Path) -> None:
        first = folder(tmp_path / "a", one=COMPANY, two=SERVICE)
        second = folder(tmp_path / "b", two=SERVICE.replace("acme-pay", "acme-cash"))
        assert set(load_platforms([first, second]).by_id) == {"acme", "acme-cash"}

    def test_an_empty_folder_holds_nothing(self, tmp_path: Path) -> None:
        assert list(load_platforms([tmp_path, tmp_path / "absent"])) == []

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (COMPANY + COMPANY, "platform 'acme' is already in"),
            (SERVICE, "platform 'acme-pay': owner 'acme' is no platform"),
            ("  - {id: a, kind: service, with: b, names: {en: [A]}}\n", "with 'b' is no platform"),
            (
                "  - {id: a, kind: service, names: {en: [A]}, guards: {B: {case: exact}}}\n",
                "the guard 'B' is for no listed name",
            ),
        ],
    )
    def test_what_does_not_go_together_is_refused_with_the_file(
        self, tmp_path: Path, text: str, said: str
    ) -> None:
        error = refusal(folder(tmp_path, wrong=text))
        assert error.file == tmp_path / "wrong.yaml"
        assert said in str(error)

    def test_a_double_id_names_both_files(self, tmp_path: Path) -> None:
        error = refusal(folder(tmp_path, first=COMPANY, second=COMPANY))
        assert error.file == tmp_path / "second.yaml"
        assert "first.yaml" in str(error)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("  - {id: Acme, kind: service, names: {}}\n", "2:10: platforms[0].id: found 'Acme'"),
            ("  - {id: a, kind: app, names: {}}\n", "2:19: platforms[0].kind: found 'app'"),
            ("  - {id: a, kind: service}\n", "'names' is missing"),
            ("  - {id: a, kind: service, names: {}, ownr: b}\n", "did you mean 'owner'?"),
            ("  - {id: a, kind: service, names: {}, traits: [shops]}\n", "did you mean 'shop'?"),
            ("  - {id: a, kind: service, names: {}, guards: {A: {case: any}}}\n", "expected"),
        ],
    )
    def test_a_key_or_value_that_is_wrong_is_refused_with_its_place(
        self, tmp_path: Path, text: str, said: str
    ) -> None:
        error = refusal(folder(tmp_path, wrong=text))
        assert said in str(error)
        assert (error.file, error.line) == (tmp_path / "wrong.yaml", 2)

    def test_a_guard_may_be_written_in_other_capitals(self, tmp_path: Path) -> None:
        text = "  - {id: a, kind: service, names: {en: [ACME]}, guards: {Acme: {case: exact}}}\n"
        assert load_platforms([folder(tmp_path, a=text)]).by_id["a"].guards


class TestLookingUp:
    def test_owners_are_followed_to_the_top(self, acme: Platforms) -> None:
        assert acme.owner("acme-pay") == "acme"
        assert acme.owner("acme") == "acme"
        assert acme.owner("unheard-of") == "unheard-of"

    def test_a_ring_of_owners_ends(self, tmp_path: Path) -> None:
        ring = "".join(
            f"  - {{id: {a}, kind: service, owner: {b}, names: {{en: [{a}]}}}}\n"
            for a, b in ("xy", "yx")
        )
        found = load_platforms([folder(tmp_path, ring=ring)])
        assert found.owner("x") in ("x", "y")

    def test_twins_are_one_surface(self, acme: Platforms) -> None:
        assert acme.surface("twin") == acme.surface("acme-pay") == "acme-pay"
        assert acme.surface("unheard-of") == "unheard-of"

    def test_traits(self, acme: Platforms) -> None:
        assert acme.traits("twin") == {"pay"}
        assert acme.traits("acme") == acme.traits("unheard-of") == frozenset()

    @pytest.mark.parametrize(
        ("platform", "language", "name"),
        [
            ("acme", "zh-Hans", "顶点"),
            ("acme", "en", "Acme"),
            ("acme", "ko", "Acme"),  # English where nothing better is known
            ("acme-pay", "ja", "アクメペイ"),
            ("unheard-of", "en", "unheard-of"),
        ],
    )
    def test_names_in_the_readers_language(
        self, acme: Platforms, platform: str, language: str, name: str
    ) -> None:
        assert acme.name(platform, language) == name

    def test_any_name_is_better_than_the_id_and_the_id_than_nothing(self, tmp_path: Path) -> None:
        one = "  - {id: a, kind: service, names: {ko: [가]}}\n"
        none = "  - {id: b, kind: service, names: {ko: []}}\n"
        found = load_platforms([folder(tmp_path, a=one + none)])
        assert (found.name("a", "ja"), found.name("b", "ja")) == ("가", "b")

    @pytest.mark.parametrize("text", ["acme-pay", "ACME PAY", " アクメペイ ", "Acme-Pay"])
    def test_a_platform_is_found_by_its_id_or_any_name(self, acme: Platforms, text: str) -> None:
        assert acme.find(text) == "acme-pay"

    def test_what_is_not_there_is_told_with_near_matches(self, acme: Platforms) -> None:
        with pytest.raises(NotFoundError, match=r"no platform called 'Acme Pai'.*acme-pay"):
            acme.find("Acme Pai")
        with pytest.raises(NotFoundError, match=r"no platform called 'qqqq'\.$"):
            acme.find("qqqq")
        with pytest.raises(NotFoundError, match=r"Did you mean acme-pay, acme\?"):
            acme.find("acme p")  # only begun

    def test_a_name_is_found_whatever_its_width_and_signs(self, acme: Platforms) -> None:
        assert acme.find("ＡＣＭＥ－Ｐａｙ") == "acme-pay"


class TestShipped:
    """Everything under config/platforms; a new platform is tested without being asked."""

    def test_all_files_go_together(self) -> None:
        assert len(SHIPPED.by_id) > 200
        assert len(FILES) > 20

    @pytest.mark.parametrize(
        ("slip", "near"),
        [
            ("tabao", ["taobao"]), ("wechta", ["wechat"]), ("whatsa", ["whatsapp"]),
            ("支付保", ["alipay"]), ("微信支会", ["wechat-pay", "wechat"]), ("nosuch", []),
            ("other", []), ("zzzz", []),
        ],
    )  # fmt: skip
    def test_only_what_is_near_is_offered_for_a_slip(self, slip: str, near: list[str]) -> None:
        assert SHIPPED.near(slip) == near

    @pytest.mark.parametrize("chinese", [True, False])
    def test_no_two_platforms_claim_one_name_without_a_guard(self, chinese: bool) -> None:
        claims: dict[str, dict[str, bool]] = {}
        for platform in SHIPPED:
            guarded = {fold(name, chinese=chinese) for name in platform.guards}
            for name in platform.all_names():
                folded = fold(name, chinese=chinese)
                claims.setdefault(folded, {})[platform.id] = folded in guarded
        rivals = {name: by for name, by in claims.items() if len(by) > 1}
        assert {name: by for name, by in rivals.items() if not any(by.values())} == {}

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_platform_has_a_name_for_readers(self, language: str) -> None:
        nameless = [
            platform.id
            for platform in SHIPPED
            if SHIPPED.name(platform.id, language) not in set(platform.all_names())
            or not (platform.names.get(language) or platform.names.get("en"))
        ]
        assert nameless == []

    def test_names_hold_no_stray_spaces_and_are_not_empty(self) -> None:
        odd = [
            (platform.id, name)
            for platform in SHIPPED
            for name in platform.all_names()
            if not name or name != " ".join(name.split())
        ]
        assert odd == []

    def test_owners_and_twins_exist_and_make_no_ring(self) -> None:
        for platform in SHIPPED:
            assert platform.owner is None or platform.owner in SHIPPED.by_id
            assert platform.twin is None or platform.twin in SHIPPED.by_id
            assert platform.owner != platform.id
            assert platform.twin != platform.id
            top = SHIPPED.by_id[SHIPPED.owner(platform.id)]
            assert top.owner is None, f"{platform.id} is owned in a ring"

    def test_a_twin_is_grouped_under_one_that_has_none_itself(self) -> None:
        chains = [p.id for p in SHIPPED if p.twin and SHIPPED.by_id[p.twin].twin]
        assert chains == []

    def test_phrases_of_a_guard_hold_a_name_of_the_platform(self) -> None:
        """A phrase without the name could never take it away."""
        idle = [
            (platform.id, name, phrase)
            for platform in SHIPPED
            for name, guard in platform.guards.items()
            for phrase in guard.not_in
            if fold(name, chinese=True) not in fold(phrase, chinese=True)
        ]
        assert idle == []

    @pytest.mark.skipif(
        not IDS.exists(), reason="../shared/ids.md, the naming contract, is absent"
    )
    def test_every_id_of_the_naming_contract_is_known(self) -> None:
        rows = re.findall(r"(?m)^\|\s*([a-z0-9][a-z0-9 /-]*?)\s*\|", IDS.read_text("utf-8"))
        wanted = {id_.strip() for row in rows for id_ in row.split("/")} - {"id"}
        assert len(wanted) > 200
        assert sorted(wanted - SHIPPED.by_id.keys()) == []

    @pytest.mark.skipif(
        not IDS.exists(), reason="../shared/ids.md, the naming contract, is absent"
    )
    def test_every_name_of_the_naming_contract_is_looked_for(self) -> None:
        known: dict[str, set[str]] = {}
        for platform in SHIPPED:
            for name in platform.all_names():
                known.setdefault(fold(name, chinese=True), set()).add(platform.id)
        missing = []
        for row in re.findall(r"(?m)^\| (?!id )(.+) \|$", IDS.read_text("utf-8")):
            ids, _, _, names = (cell.strip() for cell in row.split("|"))
            meant = {id_.strip() for id_ in ids.split("/")}
            meant |= {"galaxy"} if "samsung" in meant else set()  # the phones have an id by now
            for name in re.split("[,/]", re.sub(r"\([^)]*\)", "", names)):
                found = known.get(fold(name.strip(), chinese=True), set())
                if name.strip() and not found & meant:
                    missing.append((ids, name.strip()))
        assert missing == []
