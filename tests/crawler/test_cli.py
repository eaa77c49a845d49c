"""What `extract` makes of one page: from a file, from standard input, over HTTP."""

import json
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from config.errors import InteropwatchError
from config.settings import Settings
from crawler.demo.site import NewsSite
from interopwatch import Installation, app
from tests.fakes.processes import call
from tests.fakes.site import Site, article

PAGE = article(
    "Taobao opens to WeChat Pay",
    head='<meta property="article:published_time" content="2024-09-27T11:05:00">'
    '<link rel="canonical" href="https://outlet.test/a">',
)
ADDRESS = "https://outlet.test/a?utm_source=x"


def extract(*words: str, stdin: bytes = b"") -> Result:
    root = Installation(settings=Settings())
    return CliRunner().invoke(app, ["extract", *words], obj=root, input=stdin)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "page.html"
    file.write_text(PAGE, encoding="utf-8")
    return file


def test_a_file_is_read_into_its_parts(file: Path):
    result = extract(str(file), "--url", ADDRESS, "--zone", "Asia/Shanghai", "-o", "json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found.keys() >= {"url", "title", "text", "language", "published_at", "canonical_url"}
    assert found["url"] == ADDRESS
    assert found["canonical_url"] == "https://outlet.test/a"
    assert found["title"] == "Taobao opens to WeChat Pay"
    assert found["language"] == "en"
    assert found["published_at"] == "2024-09-27 03:05:00+00:00"
    assert found["published_on"] == "2024-09-27"
    assert "buyers can pay with WeChat Pay" in found["text"]
    assert "All rights reserved" not in found["text"]


def test_standard_input_is_read_like_a_file(file: Path):
    by_file = extract(str(file), "-o", "json")
    by_stdin = extract("-", "-o", "json", stdin=file.read_bytes())
    assert by_stdin.exit_code == 0
    assert by_stdin.stdout == by_file.stdout


def test_people_get_text(file: Path):
    said = extract(str(file)).stdout.splitlines()
    assert said[0] == "title      Taobao opens to WeChat Pay"
    assert said[2] == "language   en"
    assert said[3].startswith("published  2024-09-27 ")
    assert said[4] == ""
    assert "buyers can pay" in said[5]


def test_a_page_without_a_date_says_so():
    result = extract("-", stdin=article().encode())
    assert "published  unknown (-)" in result.stdout


def test_what_is_printed_as_json_is_unicode():
    page = article(
        "淘宝接入微信支付", "淘宝今日宣布支持微信支付，所有买家都可以在付款时选择。" * 3
    )
    result = extract("-", "-o", "json", stdin=page.encode())
    assert "淘宝接入微信支付" in result.stdout
    assert json.loads(result.stdout)["language"] == "zh-Hans"


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (b"", "empty"),
        (b"<html><body><nav>Home</nav></body></html>", "no-article"),
        (b"\x00\x01\x02" * 99, ""),
    ],
)
def test_a_page_without_an_article_is_refused_with_the_reason(page: bytes, said: str):
    result = extract("-", stdin=page)
    assert isinstance(result.exception, InteropwatchError)
    assert said in str(result.exception)


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    result = extract(str(tmp_path / "none.html"))
    assert isinstance(result.exception, InteropwatchError)
    assert (
        str(result.exception) == f"cannot read {tmp_path / 'none.html'}: No such file or directory"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [(("-o", "xml"), "json or text"), (("--zone", "Asia/Shangai"), "no time zone")],
)
def test_wrong_options_say_what_is_expected(file: Path, words: tuple[str, str], said: str):
    result = extract(str(file), *words)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.replace("│", " ").split())


# ── over HTTP: Scrapy needs a process of its own, since it can be started only once ────────────

Answers = dict[str, subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """Several calls at the same time: they have nothing to do with one another."""
    folder = tmp_path_factory.mktemp("extract")
    open_: dict[str, Any] = {"crawl_allow_networks": '["127.0.0.0/8"]'}
    with NewsSite() as news, Site() as site, ThreadPoolExecutor(2) as pool:
        news.publish(4)
        page = news.page_url(news.world.page("taobao-weixin-zhifu-shangxian"))
        robots = Site()
        robots.put("/robots.txt", "User-agent: *\nDisallow: /", content_type="text/plain")
        calls = {
            "page": (page, open_),
            "blocked": (page, {}),
            "gone": (f"{site.url}/none.html", open_),
            "image": (site.put("/a.png", b"\x89PNG\r\n", content_type="image/png"), open_),
            "forbidden": (robots.put("/a.html", PAGE), open_),
        }
        running = {
            name: pool.submit(call, "extract", url, "-o", "json", cwd=folder, **settings)
            for name, (url, settings) in calls.items()
        }
        running["rules"] = pool.submit(call, "rules", "test", "--url", page, cwd=folder, **open_)
        yield {name: done.result() for name, done in running.items()}
        robots.close()


@pytest.mark.xdist_group("extract")
def test_an_address_is_fetched_and_read(answers: Answers):
    done = answers["page"]
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["language"] == "zh-Hans"
    assert found["url"].startswith("http://127.0.0.1:")
    assert "微信支付" in found["title"]
    assert done.stderr == ""


@pytest.mark.xdist_group("extract")
def test_the_rules_are_tried_on_an_address(answers: Answers):
    done = answers["rules"]
    assert done.returncode == 0, done.stderr
    assert "leading   taobao > wechat-pay payment live" in done.stdout
    assert done.stdout.endswith("relevant  yes\n")


@pytest.mark.xdist_group("extract")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("blocked", "blocked-address: robots.txt: 127.0.0.1 is 127.0.0.1, which is not public"),
        ("gone", "none.html cannot be fetched: http 404"),
        ("image", "a.png is no page: it was sent as image/png"),
        ("forbidden", "robots"),
    ],
)
def test_an_address_that_cannot_be_read_says_why(answers: Answers, name: str, said: str):
    done = answers[name]
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("interopwatch: ")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
