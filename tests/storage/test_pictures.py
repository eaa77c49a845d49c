"""Pictures hold what the text says, in every script, and stay within what Telegram takes."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from config.words import Capability, Stage
from storage import listings, pictures, pictures_canvas
from storage.listings import Wanted
from storage.matrix import Cell, matrix
from storage.pictures import Words, english, matrix_picture, timeline_picture
from storage.pictures_canvas import (
    COLOURS,
    Canvas,
    PictureError,
    find_font,
    fitted,
    missing,
    width,
    wrapped,
)
from storage.steps import Evidence, Opening
from storage.timeline import timeline
from tests.storage.test_cli import ask

try:
    FONT = find_font()
except PictureError as error:
    pytest.skip(f"{error}", allow_module_level=True)


pytestmark = pytest.mark.usefixtures("reads_english")


SCRIPTS = {
    "zh-Hans": "微信支付 → 淘宝 已上线 传闻",
    "zh-Hant": "微信支付 → 淘寶 已上線 傳聞",
    "ja": "ウィーチャットペイ → タオバオ 提供開始 うわさ",
    "ko": "위챗페이 → 타오바오 출시됨 소문",
    "en": "WeChat Pay → Taobao, “live” – e.g. Café · …",
}


def opened(picture: bytes) -> Image.Image:
    image = Image.open(BytesIO(picture))
    assert image.format == "PNG"
    return image.convert("RGB")


def shown(image: Image.Image, stage: Stage) -> bool:
    """Whether some area of a picture has the colour of a stage, nearly."""
    return any(
        count > 20 and all(abs(a - b) < 16 for a, b in zip(colour, COLOURS[stage], strict=True))  # type: ignore[arg-type]
        for count, colour in image.getcolors(image.width * image.height) or ()
    )


@pytest.mark.parametrize("language", SCRIPTS)
def test_every_script_is_legible(language) -> None:
    assert missing(SCRIPTS[language], FONT) == set()
    one, other = Canvas(800, 60), Canvas(800, 60)
    one.text(10, 30, SCRIPTS[language])
    drawn = opened(one.png())
    box = ImageChops.difference(drawn, opened(other.png())).getbbox()
    assert box is not None
    assert abs(box[2] - 10 - width(SCRIPTS[language])) < 8


def test_a_font_that_lacks_a_script_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "wqy-microhei.ttc").write_bytes(b"no font")
    with pytest.raises(PictureError, match=r"no font for pictures .* fonts-wqy-microhei"):
        find_font([tmp_path])
    assert missing("한", Path(tmp_path / "wqy-microhei.ttc")) == {"한"}
    assert missing("\U0010fffd", FONT) == {"\U0010fffd"}


def evidence(shelf) -> list[Evidence]:
    with shelf.database().read() as session:
        return listings.claims(session, Wanted())


def test_the_matrix_has_a_mark_where_host_and_guest_meet(shelf) -> None:
    cells = matrix(evidence(shelf), date(2024, 9, 30))
    image = opened(matrix_picture(cells, shelf.platforms.find, english("t")))
    plain = opened(matrix_picture([], str, english("t")))
    assert image.height > plain.height
    words = Words("互通矩阵", {"live": "已上线"}, {}, nothing="没有", disputed="有争议")
    other = opened(matrix_picture(cells, lambda one: shelf.platforms.name(one, "zh-Hans"), words))
    assert image.size != other.size


def test_a_matrix_of_many_platforms_says_what_is_left_out() -> None:
    cells = [cell(f"平台{n:03}", f"サービス{n % 60:03}", list(Stage)[n % 5]) for n in range(300)]
    said: list[int] = []

    def more(count: int) -> str:
        said.append(count)
        return f"+{count}"

    image = opened(matrix_picture(cells, str, Words("很多", {}, {}, more=more)))
    assert sum(image.size) <= 10_000
    assert max(image.size) / min(image.size) <= 20
    [left_out] = said
    assert 0 < left_out < 300
    assert all(shown(image, stage) for stage in Stage)


def cell(host: str, guest: str, stage: Stage) -> Cell:
    opening = Opening(host, guest, Capability.PAYMENT)
    return Cell(opening, 1, stage, (), (), 1, disputed=False, steps=())


def test_the_timeline_draws_every_step_and_every_date(shelf, monkeypatch) -> None:
    steps = timeline(evidence(shelf), "taobao", companies={})
    whole = opened(timeline_picture(steps, str, english("t")))
    part = opened(timeline_picture(steps[:1], str, english("t")))
    assert whole.height > part.height + 150
    assert shown(whole, Stage.ANNOUNCED)
    many = opened(timeline_picture(steps * 40, str, english("long " * 60)))
    assert sum(many.size) <= 10_000
    left: list[int] = []

    def more(count: int) -> str:
        left.append(count)
        return f"+{count}"

    words = Words("t", {}, {}, more=more)
    monkeypatch.setattr(pictures, "MOST_DOWN", 300)  # where every step has many dates
    less = opened(timeline_picture(steps * 40, str, words))
    assert (less.height < many.height, 0 < left[0] < len(steps) * 40) == (True, True)
    monkeypatch.setattr(pictures, "MOST_DOWN", 1)
    assert opened(timeline_picture(steps, str, english("t"))).height > part.height - 150


def test_long_text_is_broken_and_cut_by_its_width() -> None:
    lines = wrapped("淘宝天猫" * 40, 400)
    assert len(lines) == 4
    assert lines[-1].endswith("…")
    assert all(width(line) <= 400 for line in lines)
    words = wrapped("one two three four five six seven eight nine ten", 200)
    assert all(not line.startswith(" ") for line in words)
    assert "".join(words).replace(" ", "").startswith("onetwothreefourfive")
    assert fitted("短", 400) == "短"
    assert width(fitted("很长的名字" * 20, 100)) <= 100


def test_the_commands_draw(shelf, tmp_path) -> None:
    for command in (["matrix"], ["timeline", "taobao"]):
        file = tmp_path / f"{command[0]}.png"
        assert ask(shelf, *command, "--png", str(file)).exit_code == 0
        assert opened(file.read_bytes()).width > 300
    result = ask(shelf, "matrix", "--png", str(tmp_path / "no" / "m.png"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "cannot write" in result.stderr
    refused = ask(shelf, "matrix", "--diff", "2023", "2024", "--png", "x.png")
    assert refused.exit_code == 2


def test_without_a_font_the_command_says_what_to_do(shelf, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(pictures_canvas, "find_font", lambda: find_font([tmp_path]))
    pictures_canvas._font.cache_clear()
    pictures_canvas._found_font.cache_clear()
    result = ask(shelf, "matrix", "--png", str(tmp_path / "m.png"))
    assert result.exit_code == 1
    assert "install fonts-wqy-microhei" in result.stderr
