"""`doctor` and `config`: what holds, where it comes from, and what is wrong with it."""

import json
import os
import re
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner, Result

import interopwatch
from config.quick import quick
from config.schemas import FILES, FileKind, schema
from interopwatch import Installation
from storage import examination, pictures_canvas
from storage import schema as store_schema
from storage.database import Database
from storage.heartbeats import begin
from storage.subscriptions import WEBHOOK, Address, pause, sync_others
from tests.fakes.bot_api import BotApi
from tests.fakes.processes import ROOT, write_config

BAD_TARGET = "{name: a, url: 'http://x', platforms: [tabao]}"
TOKEN = "123456:a-token-of-nobody-at-all-really"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration folder with every packaged source switched off, and a clean environment."""
    for name in ("TOKEN", "TOKEN_FILE", "BASE_URL", "CHATS"):
        monkeypatch.delenv(f"INTEROPWATCH_TELEGRAM_{name}", raising=False)
    monkeypatch.setenv("INTEROPWATCH_DATABASE_URL", f"sqlite:///{tmp_path / 'store.db'}")
    return write_config(tmp_path / "config", [])


def ask(folder: Path, *words: str, now: datetime | None = None) -> Result:
    installation = Installation(folder)
    if now is not None:
        installation.clock = lambda: now
    return CliRunner().invoke(interopwatch.app, list(words), obj=installation)


def settings(folder: Path, **sections: Any) -> None:
    (folder / "interopwatch.yaml").write_text(json.dumps(sections, indent=1), encoding="utf-8")


def examined(result: Result) -> dict[str, dict[str, str]]:
    return {one["check"]: one for one in json.loads(result.stdout)["checks"]}


@pytest.fixture
def telegram(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with BotApi() as api:
        (tmp_path / "token").write_text(api.token)
        monkeypatch.setenv("INTEROPWATCH_TELEGRAM_TOKEN_FILE", str(tmp_path / "token"))
        yield api


# doctor -------------------------------------------------------------------------------------


def test_a_sound_installation_is_examined(folder, telegram, tmp_path) -> None:
    chats = [{"chat": 5}, {"chat": -7, "topic": 3}]
    telegram.chats[-7] = {"id": -7, "type": "supergroup", "title": "News", "is_forum": True}
    settings(folder, telegram={"base_url": telegram.base_url, "chats": chats})
    database = Database(f"sqlite:///{tmp_path / 'store.db'}")
    store_schema.upgrade(database)
    with database.write() as session:
        begin(session, ["sender"], datetime.now(UTC))
    database.close()
    result = ask(folder, "doctor", "--json")
    found = examined(result)
    assert result.exit_code == 0, result.output
    for check in ("platforms", "sources", "rules", "database", "sqlite", "rights", "daemon", "zone",
                  "token", "chat 5", "chat -7 topic 3"):  # fmt: skip
        assert found[check]["status"] == "ok", found[check]
    assert found["chat -7 topic 3"]["detail"] == "News: may post"
    rows = {one["key"]: one for one in json.loads(result.stdout)["settings"]}
    assert rows["telegram.token"]["value"] == "****"
    assert rows["telegram.token"]["origin"].endswith("(INTEROPWATCH_TELEGRAM_TOKEN_FILE)")
    assert rows["telegram.chats"]["origin"] == f"{folder / 'interopwatch.yaml'}:4"
    assert telegram.token not in result.output


@pytest.mark.parametrize(
    ("chat", "member", "told"),
    [
        ({"type": "supergroup"}, None, "has no topics"),
        ({"type": "channel"}, {"status": "administrator", "can_post_messages": False}, "may not post"),
        ({"type": "supergroup", "is_forum": True}, {"status": "left"}, "the bot is not in it"),
        (
            {"type": "supergroup", "is_forum": True, "permissions": {"can_send_messages": False}},
            None, "members may not send messages",
        ),
    ],
)  # fmt: skip
def test_a_chat_where_nothing_can_be_posted(chat, member, told, folder, telegram) -> None:
    telegram.chats[-7] = {"id": -7, "title": "News"} | chat
    topic = 0 if chat["type"] == "channel" else 3
    if member:
        rights = dict.fromkeys(
            ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages",
             "can_manage_video_chats", "can_restrict_members", "can_promote_members",
             "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
             "can_delete_stories"), False,
        )  # fmt: skip
        extra = rights if member["status"] == "administrator" else {}
        telegram.administrators[-7] = [{"user": telegram.user} | extra | member]
    settings(
        folder, telegram={"base_url": telegram.base_url, "chats": [{"chat": -7, "topic": topic}]}
    )
    result = ask(folder, "doctor", "--json")
    found = next(one for name, one in examined(result).items() if name.startswith("chat"))
    assert (result.exit_code, found["status"], told in found["detail"]) == (1, "fail", True), found
    assert found["hint"]


def test_what_does_not_work_is_told_with_what_to_do(
    folder, telegram, tmp_path, monkeypatch
) -> None:
    settings(folder, telegram={"base_url": telegram.base_url})
    (tmp_path / "token").write_text(TOKEN)
    found = examined(ask(folder, "doctor", "--json"))
    assert (found["token"]["status"], found["token"]["hint"] != "") == ("fail", True)
    assert found["database"]["detail"].startswith("there is no ")
    assert not (tmp_path / "store.db").exists()

    monkeypatch.delenv("INTEROPWATCH_TELEGRAM_TOKEN_FILE")
    settings(
        folder, telegram={"base_url": "http://127.0.0.1:9", "proxy": "http://u:p@127.0.0.1:9"}
    )
    Database(f"sqlite:///{tmp_path / 'store.db'}").close()
    result = ask(folder, "doctor", "-o", "json")
    found = examined(result)
    assert found["token"]["detail"] == "none: alerts go to the console"
    assert found["clock"]["status"] == "skipped"
    assert found["database"]["detail"].count("pending 0001")
    assert found["proxy"]["detail"] == "http://127.0.0.1:9"
    assert "u:p" not in result.output


def test_a_server_that_cannot_be_reached_is_told_and_hides_nothing_else(
    folder, monkeypatch
) -> None:
    settings(folder, telegram={"base_url": "http://127.0.0.1:9", "proxy": "http://127.0.0.1:9"})
    monkeypatch.setenv("INTEROPWATCH_DATABASE_URL", "postgresql://me:T0PSECRET@127.0.0.1:9/x")
    result = ask(folder, "doctor", "--json")
    found = examined(result)
    assert (result.exit_code, found["database"]["status"], "zone" in found) == (1, "fail", True)
    told = "cannot reach the database postgresql+psycopg://me:***@127.0.0.1:9/x: connection failed"
    assert found["database"]["detail"].startswith(told)
    refused = ask(folder, "db", "status")
    assert (refused.exit_code, told in refused.stderr) == (1, True)


def test_webhooks_and_feeds_are_examined(folder, tmp_path) -> None:
    target = {"name": "desk", "url": "http://127.0.0.1:9/T0PSECRET"}
    given: dict[str, Any] = {
        "telegram": {"base_url": "http://127.0.0.1:9", "proxy": "http://127.0.0.1:9"},
        "webhooks": {"secret": f"whsec_{'QUJD' * 11}", "targets": [target]},
        "publish": {"folder": str(tmp_path / "feeds")},
    }
    settings(folder, **given)
    database = Database(f"sqlite:///{tmp_path / 'store.db'}")
    store_schema.upgrade(database)
    with database.write() as session:
        sync_others(session, Installation(folder).settings, datetime.now(UTC))
        pause(session, Address(WEBHOOK, "desk"), 0, "it answered 410: it wants no more")
    database.close()
    result = ask(folder, "doctor", "--json")
    found = examined(result)
    assert (found["webhook desk"]["status"], found["feeds"]["status"]) == ("fail", "ok")
    assert (result.exit_code, "T0PSECRET" in result.output) == (1, False)
    with socket.create_server(("127.0.0.1", 0)) as server:
        given["webhooks"]["targets"] = [
            target | {"url": f"http://127.0.0.1:{server.getsockname()[1]}"}
        ]
        settings(folder, **given)
        found = examined(ask(folder, "doctor", "--json"))
    assert found["webhook desk"]["detail"] == "paused: it answered 410: it wants no more"


def test_a_wrong_configuration_ends_with_4(folder, monkeypatch) -> None:
    settings(folder, colour="red")
    result = ask(folder, "doctor", "--json")
    assert (result.exit_code, list(examined(result))) == (4, ["settings"])
    settings(folder, telegram={"base_url": "http://127.0.0.1:9", "proxy": "http://127.0.0.1:9"})
    (folder / "sources" / "bad.yaml").write_text("slug: worse")
    result = ask(folder, "doctor", "--json")
    found = examined(result)
    assert (result.exit_code, found["sources"]["status"]) == (4, "fail")
    assert "bad.yaml:1:" in found["sources"]["detail"]
    monkeypatch.setenv("INTEROPWATCH_TELEGRAM_TOKN", "x")
    result = ask(folder, "doctor", "--json")
    assert "did you mean 'INTEROPWATCH_TELEGRAM_TOKEN'?" in examined(result)["settings"]["detail"]


def test_a_clock_that_is_off_is_told(folder, telegram) -> None:
    settings(folder, telegram={"base_url": telegram.base_url})
    found = examined(ask(folder, "doctor", "--json"))
    if found["clock"]["status"] == "ok":
        late = datetime.now(UTC) + timedelta(hours=2)
        found = examined(ask(folder, "doctor", "--json", now=late))
        assert (found["clock"]["status"], "off" in found["clock"]["detail"]) == ("fail", True)


def test_disk_rights_file_system_and_fonts(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(examination, "LEAST_FREE", 1 << 60)
    [disk] = examination._disk(tmp_path, 0)
    assert disk.status == "fail"
    monkeypatch.setattr(examination, "LEAST_FREE", 0)
    monkeypatch.setattr(examination, "AMPLE_FREE", 1 << 60)
    [disk] = examination._disk(tmp_path, 0)
    assert disk.status == "warn"
    mounts = tmp_path / "mounts"
    mounts.write_text(f"nas:/x {tmp_path}/my\\040data nfs4 rw 0 0\nroot / ext4 rw 0 0\n")
    [found] = examination._file_system(tmp_path / "my data" / "store.db", mounts)
    assert (found.status, "nfs4" in found.detail) == ("fail", True)
    assert not list(examination._file_system(tmp_path / "store.db", mounts))
    assert not list(examination._file_system(tmp_path, tmp_path / "none"))
    with monkeypatch.context() as patch:  # a file that only has the name of such a font
        (tmp_path / "NotoSansCJK-Regular.ttc").write_bytes(b"no font")
        patch.setattr(pictures_canvas, "FOLDERS", [tmp_path])
        fonts = examination._fonts()
    assert (fonts.status, "fonts-noto-cjk" in fonts.hint) == ("warn", True)
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "chown" in str(examination._writable(tmp_path / "store.db").hint)
    monkeypatch.setattr(examination, "sqlite_version", lambda: "3.46.1")
    assert examination._version().status == "warn"


# config -------------------------------------------------------------------------------------


def test_every_setting_is_shown_with_its_origin(folder, monkeypatch) -> None:
    settings(
        folder, crawl={"contact": "me"}, telegram={"chats": [{"chat": 1, "language": "ja"}]},
        database_url="postgresql://me:hush-hush@db/store",
    )  # fmt: skip
    monkeypatch.delenv("INTEROPWATCH_DATABASE_URL")
    monkeypatch.setenv("INTEROPWATCH_LOG_LEVEL", "debug")
    result = ask(folder, "config", "show", "-o", "json")
    rows = {one["key"]: one for one in json.loads(result.stdout)}
    assert rows["crawl.contact"] == {
        "key": "crawl.contact", "value": "me", "variable": "INTEROPWATCH_CRAWL_CONTACT",
        "origin": f"{folder / 'interopwatch.yaml'}:3",
    }  # fmt: skip
    assert (rows["log_level"]["value"], rows["log_level"]["origin"]) == (
        "DEBUG", "INTEROPWATCH_LOG_LEVEL",
    )  # fmt: skip
    assert rows["config_dir"]["origin"] == "command line"
    assert rows["alerts.fresh_days"]["origin"] == "default"
    assert rows["database_url"]["value"] == "postgresql://****@db/store"
    assert rows["telegram.chats"]["value"] == [{"chat": 1, "language": "ja"}]
    assert "hush-hush" not in result.output


def test_a_sound_configuration_is_read_whole(folder) -> None:
    found = json.loads(ask(folder, "config", "check", "-o", "json").stdout)
    assert [one["kind"] for one in found] == ["platforms", "sources", "rules"]


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("interopwatch.yaml", "telegram:\n  chats: [{chat: 1, platforms: [tabao]}]", "'taobao'"),
        (
            "interopwatch.yaml",
            "telegram:\n  chats: [{chat: 1, platforms: [qqqqqq]}]",
            "no platform",
        ),
        (
            "interopwatch.yaml",
            f"webhooks: {{secret: whsec_{'QUJD' * 11}, targets: [{BAD_TARGET}]}}",
            "webhooks.targets[0].platforms: found 'tabao'",
        ),
        ("interopwatch.yaml", "crwl: {}", "did you mean 'crawl'?"),
        ("sources/a.yaml", "slug: a", "is missing"),
        ("rules/zh.yaml", "language: zh\nframes: 7", "rules/zh.yaml:2:9"),
        ("platforms/x.yaml", "platforms:\n  - id: X", "platforms/x.yaml:2:9"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(file, text, told, folder) -> None:
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text(text, encoding="utf-8")
    result = ask(folder, "config", "check")
    assert (result.exit_code, told in result.stderr) == (4, True), result.output


@pytest.mark.parametrize("kind", FileKind)
def test_there_is_a_schema_of_every_kind_of_file(kind, folder) -> None:
    found = json.loads(ask(folder, "config", "schema", kind.value).stdout)
    assert found == schema(kind)
    assert found["$schema"].startswith("https://json-schema.org/")
    assert found["additionalProperties"] is False
    assert "config_dir" not in found["properties"]


@pytest.mark.parametrize("kind", [kind for kind in FileKind if kind is not FileKind.SETTINGS])
def test_an_editor_finds_no_mistake_in_what_is_shipped(kind) -> None:
    found = schema(kind)
    jsonschema.Draft202012Validator.check_schema(found)
    marks = jsonschema.Draft202012Validator(found)
    folder = ROOT / "config" / FILES[kind].partition("/")[0]
    files = sorted(folder.glob("*.yaml"))
    assert files
    for file in files:
        data = quick(file.read_text("utf-8"))
        assert [error.message for error in marks.iter_errors(data)] == [], file
    assert list(marks.iter_errors({**(data or {}), "nmae": "x"}))


def test_an_editor_marks_mistakes_in_settings() -> None:
    marks = jsonschema.Draft202012Validator(schema(FileKind.SETTINGS))
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    samples = re.findall(r"```yaml\n(# interopwatch\.yaml\n.*?)```", page, re.DOTALL)
    assert samples
    for sample in samples:
        assert list(marks.iter_errors(quick(sample))) == []
    for wrong in ("crwl: {}", "crawl: {concurrency: many}", "telegram: {chats: [{language: ja}]}"):
        assert list(marks.iter_errors(quick(wrong))), wrong


def test_an_unknown_kind_of_file_is_a_mistake(folder) -> None:
    result = ask(folder, "config", "schema", "recipe")
    assert (result.exit_code, "'recipe' is no kind of file" in result.stderr) == (2, True)
