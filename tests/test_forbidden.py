"""What must not be written anywhere: every rule is seen to find a planted line.

What ruff can find it finds (`S` and the banned names in pyproject.toml); the rest is looked for here.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = [
    ROOT / "interopwatch.py",
    *(file for part in ("alerts", "config", "crawler", "storage") for file in ROOT.glob(f"{part}/**/*.py")),
]  # fmt: skip

PARSER = (
    "XML from outside: resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False"
)
CALLS = {
    r"\bresolve_entities=(?!False\b)": PARSER,
    r"\bno_network=(?!True\b)": PARSER,
    r"\bload_dtd=(?!False\b)": PARSER,
    r"\bhuge_tree=(?!False\b)": PARSER,
    r"\bXMLParser\((?!.*\bresolve_entities=False\b)": PARSER,
    r"\betree\.(fromstring|XML|parse)\([^,]*\)$": f"hand a parser over. {PARSER}",
    r"\betree\.iterparse\(": PARSER,
    r"\bdrop_pending_updates=(?!False\b)": "what people wrote while we were away is answered",
    r"\bYAML\(.*typ=['\"]unsafe": "files of an operator are data: YAML(typ='safe')",
    r"\btrust_env=(?!False\b)": "a proxy is a setting of ours, not of the environment",
}
"""What a call must not look like, with what to do instead."""

TEXTS = {
    r"\bmmap_size\b": "a disk that fails under mmap kills the process; the page cache is enough",
    r"(?i)pragma\s+writable_schema": "the schema is changed by revisions alone",
}
"""What no text that the code holds may say."""


def is_put_together(node: ast.expr) -> bool:
    """Whether a text is put together on the spot, so that nobody has escaped its parts."""
    match node:
        case ast.JoinedStr() | ast.BinOp(op=ast.Mod() | ast.Add()):
            return True
        case ast.Call(func=ast.Attribute(attr="format")):
            return True
        case _:
            return False


def is_marked_up(call: ast.Call) -> bool:
    modes = [one.value for one in call.keywords if one.arg == "parse_mode"]
    return any(not (isinstance(mode, ast.Constant) and mode.value is None) for mode in modes)


def forbidden_in(code: str) -> Iterator[str]:
    """What is wrong with a piece of code, each with its line and what to do instead."""
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Call():
                shown = ast.unparse(node)
                found = [why for pattern, why in CALLS.items() if re.search(pattern, shown)]
                given = [*node.args, *(one.value for one in node.keywords)]
                if is_marked_up(node) and any(is_put_together(one) for one in given):
                    found.append("markup comes from a template, which escapes: messages.py")
            case ast.Constant(value=str(said)):
                found = [why for pattern, why in TEXTS.items() if re.search(pattern, said)]
            case _:
                continue
        yield from (f"line {node.lineno}: {why}" for why in dict.fromkeys(found))


def test_nothing_forbidden_is_written() -> None:
    assert len(CODE) > 200
    found = {file: list(forbidden_in(file.read_text(encoding="utf-8"))) for file in CODE}
    assert {str(file): why for file, why in found.items() if why} == {}


@pytest.mark.parametrize(
    "line",
    [
        "etree.XMLParser(recover=True, resolve_entities=True)",
        "etree.XMLParser(recover=True)",
        "etree.XMLParser(resolve_entities=False, no_network=False)",
        "etree.XMLParser(resolve_entities=False, load_dtd=True)",
        "etree.XMLParser(resolve_entities=False, huge_tree=True)",
        "etree.fromstring(text)",
        "etree.iterparse(file, resolve_entities=False)",
        "bot.delete_webhook(drop_pending_updates=True)",
        "bot.delete_webhook(drop_pending_updates=wanted)",
        "YAML(typ='unsafe')",
        "AsyncClient(trust_env=True)",
        "bot.send_message(chat, f'<b>{title}</b>', parse_mode=ParseMode.HTML)",
        "bot.send_message(chat, text='<b>%s</b>' % title, parse_mode='HTML')",
        "bot.send_photo(chat, caption='<b>' + title + '</b>', parse_mode=mode)",
        "bot.send_message(chat, '<b>{}</b>'.format(title), parse_mode=ParseMode.HTML)",
        "connection.execute('PRAGMA mmap_size = 268435456')",
        "execute('PRAGMA writable_schema = 1')",
    ],
)
def test_a_planted_line_is_found(line: str) -> None:
    assert len(list(forbidden_in(line))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True))",
        "bot.send_message(chat, f'{title}', parse_mode=None)",
        "bot.send_message(chat, template.render(title=title), parse_mode=ParseMode.HTML)",
        "connection.execute('PRAGMA synchronous = FULL')",
    ],
)
def test_what_is_right_is_left_alone(line: str) -> None:
    assert list(forbidden_in(line)) == []


PLANTED = {
    "import requests": "TID251",
    "import httpx": "TID251",
    "import aiohttp": "TID251",
    "from urllib.request import urlopen": "TID251",
    "from urllib3 import PoolManager": "TID251",
    "from http.client import HTTPSConnection": "TID251",
    "socket.create_connection(('a', 1))": "TID251",
    "asyncio.open_connection('a', 1)": "TID251",
    "from trafilatura import fetch_url": "TID251",
    "from trafilatura import fetch_response": "TID251",
    "from trafilatura.downloads import fetch_url": "TID251",
    "from telegram.ext import Application": "TID251",
    "import shelve": "TID251",
    "pickle.loads(x)": "S301",
    "marshal.loads(x)": "S302",
    "tempfile.mktemp()": "S306",
    "eval(x)": "S307",
    "exec(x)": "S102",
    "subprocess.run(x, shell=True)": "S602",
    "os.system(x)": "S605",
    "yaml.load(x)": "S506",
    "ElementTree.fromstring(x)": "S314",
    "jinja2.Environment()": "S701",
    "markupsafe.Markup(f'<b>{x}</b>')": "S704",
    "connect(verify=False)\nhttpx.get(x, verify=False)": "S501",
    "ssl._create_unverified_context()": "S323",
    "execute(f'select * from {x}')": "S608",
    "hashlib.md5(x)": "S324",
    "host = '0.0.0.0'": "S104",
    "token_password = 'hunter2'": "S105",
    "datetime.utcnow()": "DTZ003",
    "assert x": "S101",
}
"""Lines that ruff must refuse, with the rule that does."""

PREAMBLE = """
import asyncio, hashlib, marshal, os, pickle, socket, ssl, subprocess, tempfile
import httpx, jinja2, markupsafe, yaml
from datetime import datetime
from xml.etree import ElementTree
x = input()
"""


def test_ruff_refuses_every_planted_line(tmp_path: Path) -> None:
    # one run over many files; beside the real settings, so that the exceptions of tests/ do not hold
    named = {f"planted_{at}.py": rule for at, rule in enumerate(PLANTED.values())}
    for name, line in zip(named, PLANTED, strict=True):
        (tmp_path / name).write_text(f"{PREAMBLE}\n\n{line}\n")
    run = subprocess.run(
        [Path(sys.executable).with_name("ruff"), "check", "--config", ROOT / "pyproject.toml",
         "--no-cache", "--output-format", "concise", tmp_path],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    last = {name: len((tmp_path / name).read_text().splitlines()) for name in named}
    found = {
        (name, rule)
        for name, line, rule in re.findall(r"(planted_\d+\.py):(\d+):\d+: ([A-Z]+\d+)", run.stdout)
        if int(line) == last[name]
    }
    assert set(named.items()) <= found, run.stdout[-2000:] + run.stderr
