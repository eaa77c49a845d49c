"""What the Dockerfile and compose.yaml promise, read from the files; `make image-check` runs it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from config.environment import variables
from config.words import Role

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SECRET = re.compile(r"token|password|secret|api_?key", re.IGNORECASE)


def instructions(stage: int) -> list[tuple[str, str]]:
    """The instructions of one stage, continued lines joined, comments dropped."""
    lines = [line for line in DOCKERFILE.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    stages = re.split(r"(?m)^(?=FROM )", joined)[1:]
    words = [line.partition(" ") for line in stages[stage].splitlines() if line.strip()]
    return [(word, rest.strip()) for word, _, rest in words]


def only(word: str) -> str:
    (rest,) = [rest for found, rest in instructions(-1) if found == word]
    return rest


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    run = subprocess.run(
        [hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (run.stdout + run.stderr, run.returncode) == ("", 0)


def test_it_runs_as_a_user_with_a_group_by_number() -> None:
    assert only("USER") == "10001:10001"
    assert "groupadd --gid 10001" in DOCKERFILE
    assert instructions(-1).index(("USER", "10001:10001")) > max(
        place for place, (word, _) in enumerate(instructions(-1)) if word in {"RUN", "COPY"}
    )


def test_signals_reach_the_process_itself() -> None:
    assert json.loads(only("ENTRYPOINT")) == ["interopwatch"]
    assert json.loads(only("CMD")) == ["run"]
    assert only("STOPSIGNAL") == "SIGTERM"


def test_health_is_asked_of_our_own_command_without_a_shell() -> None:
    options, _, command = only("HEALTHCHECK").partition("CMD ")
    assert json.loads(command) == ["interopwatch", "health"]
    assert {"--interval=30s", "--timeout=5s", "--start-period=60s"} <= set(options.split())


def test_no_secret_is_baked_in() -> None:
    for stage in (0, 1):
        for word, rest in instructions(stage):
            assert word not in {"ENV", "ARG"} or not SECRET.search(rest), rest


def test_everything_that_is_installed_is_checked_against_a_hash() -> None:
    installs = re.findall(
        r"pip --python \S+ install (.*?)(?:&&|$)", re.sub(r"\\\n\s*", " ", DOCKERFILE)
    )
    assert installs
    for options in installs:
        assert "--require-hashes --only-binary :all:" in options or "--no-index" in options


def test_every_stage_starts_from_a_named_version() -> None:
    bases = re.findall(r"(?m)^FROM (\S+)", DOCKERFILE)
    assert set(bases) == {"docker.io/library/python:3.13-slim"}


def test_the_variables_that_are_set_exist() -> None:
    known = {variable.name for variable in variables()}
    known |= {f"{variable.name}_FILE" for variable in variables() if variable.is_secret}
    named = re.findall(r"(INTEROPWATCH_[A-Z_]+)[=:]", DOCKERFILE + str(COMPOSE_TEXT))
    assert set(named) <= known


def test_labels_say_what_the_image_is() -> None:
    (labels,) = [rest for word, rest in instructions(-1) if word == "LABEL"]
    found = set(re.findall(r"org\.opencontainers\.image\.(\w+)=", labels))
    assert found >= {"title", "description", "licenses", "version", "revision", "created"}


def test_only_what_the_image_needs_is_sent_to_the_builder() -> None:
    first, *others = [
        line
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert first == "*"
    allowed = {line.removeprefix("!") for line in others if line.startswith("!")}
    assert allowed == {
        "alerts", "config", "crawler", "storage", "interopwatch.py", "pyproject.toml", "README.md",
        "LICENSE", "requirements/main.txt", "requirements/build.txt",
    }  # fmt: skip


COMPOSE_TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")


def service() -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(COMPOSE_TEXT)["services"]["interopwatch"]
    return found


def test_compose_hardens_the_service() -> None:
    found = service()
    assert found["read_only"] is True
    assert found["cap_drop"] == ["ALL"]
    assert found["security_opt"] == ["no-new-privileges:true"]
    assert found["stop_grace_period"] == "30s"
    assert [mount.partition(":")[0] for mount in found["tmpfs"]] == ["/tmp"]


def test_compose_gives_it_the_memory_that_it_was_measured_with() -> None:
    """Less than 512 MiB leaves no room to grow; see bench/contained.py."""
    for name in set(services()) - {"postgres", "datasette"}:
        assert services()[name]["mem_limit"] == "1g", name


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = YAML(typ="safe").load(COMPOSE_TEXT)["services"]
    return found


def test_the_cluster_has_every_role_once_and_each_asks_for_its_own_health() -> None:
    others = {"postgres", "datasette"}
    workers = {name: one for name, one in services().items() if name not in others}
    roles = {name: one["command"][-1] for name, one in workers.items()}
    assert roles.pop("interopwatch") == "${ROLE:-all}"
    assert set(roles.values()) == {role.value for role in Role} - {"all", "scheduler"}
    for name, one in workers.items():
        assert one["healthcheck"]["test"][-2:] == one["command"][-2:], name
        assert one.get("profiles") == (None if name == "interopwatch" else ["cluster"])
        for key in ("read_only", "cap_drop", "security_opt", "tmpfs", "environment", "secrets"):
            assert one[key] == service()[key], (name, key)


def test_without_the_profile_nothing_but_the_daemon_starts() -> None:
    assert [name for name, one in services().items() if "profiles" not in one] == ["interopwatch"]


def test_compose_keeps_data_in_a_volume_and_configuration_read_only() -> None:
    assert service()["volumes"] == ["data:/data", "./config.d:/config:ro"]


def test_compose_hands_the_token_over_as_a_file() -> None:
    found = service()
    environment = found["environment"]
    assert environment["INTEROPWATCH_TELEGRAM_TOKEN_FILE"] == "/run/secrets/telegram_token"
    assert "INTEROPWATCH_TELEGRAM_TOKEN" not in environment
    secrets = YAML(typ="safe").load(COMPOSE_TEXT)["secrets"]
    assert secrets == {"telegram_token": {"file": "./telegram_token"}}
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"telegram_token", "config.d/"} <= set(ignored)


def test_asking_for_health_loads_no_database_library_and_makes_no_file(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from interopwatch import main\n"
        "sys.argv = ['interopwatch', 'health']\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print(sorted({'alembic', 'scrapy', 'sqlalchemy', 'sqlmodel'} & set(sys.modules)))\n"
    )
    url = f"sqlite:///{tmp_path}/data/interopwatch.db"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "INTEROPWATCH_DATABASE_URL": url},
    )  # fmt: skip
    assert (run.stdout, run.returncode) == ("[]\n", 1)
    assert "unhealthy: the database" in run.stderr
    assert list(tmp_path.iterdir()) == []
