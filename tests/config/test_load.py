"""Settings and sources as they hold, and everything that keeps them from holding."""

from collections.abc import Mapping
from datetime import time
from ipaddress import ip_network
from pathlib import Path

import pytest

from config.environment import variables
from config.errors import ConfigError
from config.load import (
    PACKAGED_SOURCES,
    load_settings,
    load_sources,
    read_settings,
    source_dirs,
)
from config.settings import Settings, webhook_key


def refusal(config_dir: Path | None, environ: Mapping[str, str]) -> list[str]:
    """What is said, without the quoted lines and the folder's name."""
    with pytest.raises(ConfigError) as caught:
        load_settings(config_dir, environ)
    lines = str(caught.value).splitlines()
    return [line.replace(f"{config_dir}/", "") for line in lines if not line.startswith("   ")]


def write(folder: Path, text: str, name: str = "interopwatch.yaml") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_without_folder_and_variables_the_defaults_hold() -> None:
    loaded = read_settings(None, {"PATH": "/bin"})
    assert loaded.settings == Settings()
    assert set(loaded.origins.values()) == {"default"}


def test_variables_win_over_the_file_and_the_file_over_defaults(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "telegram:  # all keys commented out\ncrawl:\n  contact: from file\n  concurrency: 3\n",
    )
    secret = write(tmp_path, "123456:AbC\n", "token")
    loaded = read_settings(
        tmp_path,
        {
            "INTEROPWATCH_CRAWL_CONTACT": "from variable",
            "INTEROPWATCH_CRAWL_TIMEOUT_SECONDS": "2.5",
            "INTEROPWATCH_CRAWL_ALLOW_NETWORKS": '["127.0.0.0/8"]',
            "INTEROPWATCH_TELEGRAM_CHATS": '[{"chat": -100, "least_stage": "live"}]',
            "INTEROPWATCH_TELEGRAM_TOKEN_FILE": str(secret),
            "INTEROPWATCH_LOG_LEVEL": "",
        },
    )
    settings, origins = loaded.settings, loaded.origins
    assert settings.config_dir == tmp_path
    assert settings.crawl.contact == "from variable"
    assert settings.crawl.concurrency == 3
    assert settings.crawl.timeout_seconds == 2.5
    assert settings.crawl.allow_networks == (ip_network("127.0.0.0/8"),)
    assert settings.telegram.chats[0].chat == -100
    assert settings.telegram.token is not None
    assert settings.telegram.token.get_secret_value() == "123456:AbC"
    assert settings.log_level == "INFO"
    assert origins["config_dir"] == "command line"
    assert origins["crawl.contact"] == "INTEROPWATCH_CRAWL_CONTACT"
    assert origins["crawl.concurrency"] == f"{file}:4"
    assert origins["crawl.interval_seconds"] == "default"
    assert origins["telegram.token"] == f"{secret} (INTEROPWATCH_TELEGRAM_TOKEN_FILE)"
    assert origins.keys() == {".".join(variable.location) for variable in variables()}


def test_the_folder_may_come_from_a_variable(tmp_path: Path) -> None:
    write(tmp_path, "log_level: DEBUG\n")
    loaded = read_settings(None, {"INTEROPWATCH_CONFIG_DIR": str(tmp_path)})
    assert loaded.settings.log_level == "DEBUG"
    assert loaded.settings.config_dir == tmp_path
    assert loaded.origins["config_dir"] == "INTEROPWATCH_CONFIG_DIR"


def test_a_folder_without_the_file_is_fine(tmp_path: Path) -> None:
    assert load_settings(tmp_path, {}) == Settings(config_dir=tmp_path)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere: is no folder; create it, or correct"):
        load_settings(tmp_path / "nowhere", {})


def test_a_file_that_would_not_be_read_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "", "interopwatch.yml")
    assert refusal(tmp_path, {}) == [
        "interopwatch.yml: is not read; its name must end in .yaml",
    ]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, "crawl:\n  concurrency: 0\n  intervall_seconds: 9\ntelegram: 5\n")
    empty = write(tmp_path, "\n", "empty")
    said = refusal(
        tmp_path,
        {
            "INTEROPWATCH_CRAWL_INTERVAL_SECONDS": "soon",
            "INTEROPWATCH_CRAWL_ALLOW_NETWORKS": "127.0.0.0/8",
            "INTEROPWATCH_TELEGRAM_OPERATORS": '["me"]',
            "INTEROPWATCH_TELEGRAM_TOKEN_FILE": str(empty),
            "INTEROPWATCH_DATABASE_URL_FILE": str(tmp_path / "none"),
            "INTEROPWATCH_CRAWL_CONTCT": "x",
        },
    )
    assert said == [
        "interopwatch.yaml:2:16: crawl.concurrency: found 0; expected greater than or equal to 1",
        "interopwatch.yaml:3:3: unknown key 'intervall_seconds'; did you mean 'interval_seconds'?",
        "interopwatch.yaml:4:11: telegram: found 5; expected a mapping: lines of the form `key: value`",
        ("INTEROPWATCH_CRAWL_INTERVAL_SECONDS: crawl.interval_seconds: found 'soon';"
        " expected a valid integer, unable to parse string as an integer"),
        "INTEROPWATCH_DATABASE_URL_FILE: cannot read none: No such file or directory",
        "INTEROPWATCH_TELEGRAM_TOKEN_FILE: empty is empty; write the secret into it",
        ("INTEROPWATCH_CRAWL_ALLOW_NETWORKS: is no JSON (Extra data: line 1 column 6 (char 5));"
        ' expected a list such as ["a", "b"]'),
        "INTEROPWATCH_CRAWL_CONTCT: unknown variable; did you mean 'INTEROPWATCH_CRAWL_CONTACT'?",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "url", ["mysql://me:hidden@host/db", "postgres://me:hidden@host/db", "sqlite://", "data.db",
            "sqlite:///:memory:"],
)  # fmt: skip
def test_an_address_that_no_store_has_is_refused_without_repeating_it(url: str) -> None:
    assert refusal(None, {"INTEROPWATCH_DATABASE_URL": url}) == [
        (
            "INTEROPWATCH_DATABASE_URL: database_url: found something else; "
            "expected sqlite:///file or postgresql://host/name"
        )
    ]


def test_a_language_in_which_nothing_is_told_is_refused(tmp_path: Path) -> None:
    write(
        tmp_path,
        "telegram:\n  chats: [{chat: 1, language: jp}, {chat: 2, language: zh-TW}]\n"
        "publish:\n  language: deu\n",
    )
    languages = "expected one of en, ja, ko, zh-Hans, zh-Hant"
    assert refusal(tmp_path, {}) == [
        f"interopwatch.yaml:2:31: telegram.chats[0].language: found 'jp'; {languages}",
        f"interopwatch.yaml:4:13: publish.language: found 'deu'; {languages}",
    ]


def test_a_mistake_inside_a_json_variable_names_it() -> None:
    assert refusal(None, {"INTEROPWATCH_TELEGRAM_CHATS": '[{"chat": 1, "tpic": 2}]'}) == [
        "INTEROPWATCH_TELEGRAM_CHATS: unknown key 'tpic'; did you mean 'topic'?"
    ]


def test_mistakes_in_variables_alone_are_enough() -> None:
    said = refusal(None, {"INTEROPWATCH_NONSENSE_THAT_RESEMBLES_NOTHING": "1"})
    assert said[0].startswith("INTEROPWATCH_NONSENSE_THAT_RESEMBLES_NOTHING: unknown variable; ")


def test_a_secret_is_given_once(tmp_path: Path) -> None:
    secret = write(tmp_path, "s", "token")
    assert refusal(
        None,
        {
            "INTEROPWATCH_TELEGRAM_TOKEN": "t",
            "INTEROPWATCH_TELEGRAM_TOKEN_FILE": str(secret),
        },
    ) == ["INTEROPWATCH_TELEGRAM_TOKEN: is set, and so is INTEROPWATCH_TELEGRAM_TOKEN_FILE; keep one of them"]  # fmt: skip


def test_a_secret_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(b"\xff\xfe")
    said = refusal(None, {"INTEROPWATCH_TELEGRAM_TOKEN_FILE": str(tmp_path / "token")})
    assert said[0].endswith("it is no UTF-8 text")


def test_the_folder_cannot_name_another_one(tmp_path: Path) -> None:
    write(tmp_path, "log_level: INFO\nconfig_dir: /elsewhere\n")
    assert refusal(tmp_path, {}) == [
        ("interopwatch.yaml:2:1: config_dir cannot stand in the folder it names;"
        " set INTEROPWATCH_CONFIG_DIR")
    ]  # fmt: skip


SOURCE = """\
slug: {slug}
name: A paper
homepage: https://paper.example/
language: ja
timezone: Asia/Tokyo
feeds:
  - url: {url}
"""


def source(folder: Path, slug: str, url: str = "", **changes: str) -> Path:
    text = SOURCE.format(slug=changes.get("says", slug), url=url or f"https://{slug}.example/feed")
    return write(folder, text + changes.get("more", ""), f"{slug}.yaml")


def test_an_operators_source_replaces_the_packaged_one_of_the_same_slug(tmp_path: Path) -> None:
    packaged, own = tmp_path / "packaged", tmp_path / "own"
    source(packaged, "b-paper")
    source(packaged, "a-paper")
    source(own, "b-paper", "https://b.example/new")
    sources = load_sources([packaged, own, tmp_path / "absent"])
    assert [(spec.slug, str(spec.feeds[0].url)) for spec in sources] == [
        ("a-paper", "https://a-paper.example/feed"),
        ("b-paper", "https://b.example/new"),
    ]


def test_all_source_files_are_told_of_at_once(tmp_path: Path) -> None:
    source(tmp_path, "a", "nothing")
    source(tmp_path, "b", says="c")
    source(tmp_path, "d", more="color: red\n")
    with pytest.raises(ConfigError) as caught:
        load_sources([tmp_path])
    said = str(caught.value)
    assert "a.yaml:7:10: feeds[0].url: found 'nothing'; expected a valid URL" in said
    assert "b.yaml:1:7: slug: found 'c'; expected 'b', the file's name" in said
    assert "d.yaml:8:1: unknown key 'color'; expected one of slug, name, homepage" in said


def test_one_wrong_source_file_keeps_its_place(tmp_path: Path) -> None:
    file = source(tmp_path, "d", more="color: red\n")
    with pytest.raises(ConfigError) as caught:
        load_sources([tmp_path])
    assert (caught.value.file, caught.value.line) == (file, 8)


def test_a_feed_belongs_to_one_source(tmp_path: Path) -> None:
    source(tmp_path, "a", "https://one.example/feed")
    source(tmp_path, "b", "https://one.example/feed")
    source(tmp_path, "c", more="  - url: https://c.example/feed\n")
    with pytest.raises(ConfigError) as caught:
        load_sources([tmp_path])
    first, *others = [line for line in str(caught.value).splitlines() if line[0] != " "]
    assert (
        "b.yaml:7:10: feeds[0].url: found https://one.example/feed, which is a feed of a" in first
    )
    assert (
        "c.yaml:8:10: feeds[1].url: found https://c.example/feed, which is a feed of c"
        in others[0]
    )


def test_a_source_file_that_would_not_be_read_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "", "a.yml")
    with pytest.raises(ConfigError, match=r"a\.yml: is not read; its name must end in \.yaml"):
        load_sources([tmp_path])


def test_source_folders(tmp_path: Path) -> None:
    assert source_dirs(Settings()) == (PACKAGED_SOURCES,)
    assert source_dirs(Settings(config_dir=tmp_path)) == (PACKAGED_SOURCES, tmp_path / "sources")


def test_when_a_chat_is_sent_to_is_checked(tmp_path: Path) -> None:
    write(
        tmp_path,
        "telegram:\n  chats:\n    - chat: 5\n      zone: Berlin\n      quiet_from: 22\n"
        "      quiet_to: 07:30Z\n    - chat: 6\n      quiet_from: 22:00\n",
    )
    assert refusal(tmp_path, {}) == [
        ("interopwatch.yaml:4:13: telegram.chats[0].zone: found 'Berlin'; 'Berlin' is no time zone;"
        " write one such as Asia/Shanghai"),
        ("interopwatch.yaml:5:19: telegram.chats[0].quiet_from: found 22; 22 is no time of the day;"
        " write one such as 07:30"),
        ("interopwatch.yaml:6:17: telegram.chats[0].quiet_to: found '07:30Z'; '07:30Z' is no time of"
        " the day; write one such as 07:30"),
        ("interopwatch.yaml:7:7: telegram.chats[1]: found a mapping; quiet hours need both"
        " quiet_from and quiet_to"),
    ]  # fmt: skip


def test_when_a_chat_is_sent_to(tmp_path: Path) -> None:
    write(
        tmp_path,
        "telegram:\n  chats:\n    - {chat: 5, zone: Asia/Tokyo, quiet_from: 22:00,"
        " quiet_to: 7:30, rhythm: daily, digest_at: 09:00}\n",
    )
    (chat,) = load_settings(tmp_path, {}).telegram.chats
    assert (chat.quiet_from, chat.quiet_to, chat.digest_at) == (time(22), time(7, 30), time(9))


def test_webhooks_are_checked_and_nothing_secret_is_repeated(tmp_path: Path) -> None:
    write(
        tmp_path,
        "webhooks:\n"
        "  secret: hunter2hunter2\n"
        "  targets:\n"
        "    - {name: The Desk, url: https://hooks.example.org/T0PSECRET}\n"
        "    - name: b\n"
        "      url: ftp://hooks.example.org/T0PSECRET\n"
        "    - name: c\n"
        "      url: https://me:T0PSECRET@hooks.example.org/\n",
    )
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path, {})
    said = str(caught.value)
    assert "T0PSECRET" not in said
    assert "hunter2" not in said
    assert [line.split("webhooks.")[1][:28] for line in refusal(tmp_path, {})] == [
        "secret: found something else",
        "targets[0].name: found 'The ",
        "targets[1].url: found someth",
        "targets[2].url: found someth",
    ]
    assert "interopwatch.yaml:4:14" in said


@pytest.mark.parametrize(
    "proxy",
    ["ftp://me:T0PSECRET@proxy", "http://me:T0P/SECRET@proxy", "http://me:T0P@SECRET@proxy:1",
     "http://proxy:T0PSECRET", "me:T0PSECRET@proxy:80"],
)  # fmt: skip
def test_a_proxy_is_checked_and_its_password_not_repeated(tmp_path: Path, proxy: str) -> None:
    write(tmp_path, f"telegram: {{proxy: '{proxy}', token: 7}}\n")
    with pytest.raises(ConfigError) as caught:
        load_settings(tmp_path, {})
    told = str(caught.value)
    assert "telegram.proxy: found something else; expected an address that begins with" in told
    assert not [part for part in ("T0P", "SECRET") if part in told]
    write(tmp_path, "telegram: {proxy: 'http://me:hush%40hush@[::1]:8080'}\n")
    assert "hush" not in repr(load_settings(tmp_path, {}))


SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@pytest.mark.parametrize(
    ("text", "environ", "said"),
    [
        ("- {name: a, url: 'http://x'}", {}, "set INTEROPWATCH_WEBHOOKS_SECRET_FILE"),
        ("- {name: a, url: 'http://x'}\n    - {name: a, url: 'http://x'}", {"SECRET": SECRET}, "a stands twice"),
        ("[]", {"SECRET": "whsec_c2hvcnQ="}, "24 bytes or more in base64"),
        ("[]", {"SECRET": "whsec_!"}, "INTEROPWATCH_WEBHOOKS_SECRET: webhooks.secret"),
    ],
)  # fmt: skip
def test_targets_are_told_apart_and_signed(
    tmp_path: Path, text: str, environ: Mapping[str, str], said: str
) -> None:
    write(tmp_path, f"webhooks:\n  targets:\n    {text}\n")
    given = {f"INTEROPWATCH_WEBHOOKS_{name}": value for name, value in environ.items()}
    assert any(said in line for line in refusal(tmp_path, given))


def test_a_secret_of_webhooks_may_stand_in_a_file(tmp_path: Path) -> None:
    write(tmp_path, "webhooks:\n  targets:\n    - {name: a, url: 'http://x/y'}\n")
    file = write(tmp_path, f"{SECRET}\n", "secret")
    settings = load_settings(tmp_path, {"INTEROPWATCH_WEBHOOKS_SECRET_FILE": str(file)})
    assert settings.webhooks.secret is not None
    assert len(webhook_key(settings.webhooks.secret)) == 32
