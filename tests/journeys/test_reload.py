"""The daemon takes over sources and rules while it runs, and keeps the last good ones."""

import json
import signal
from pathlib import Path

import pytest

from crawler.demo.setting import demo_sources
from crawler.demo.site import NewsSite
from tests.fakes.processes import Process, rows, write_config

pytestmark = pytest.mark.journey


def test_a_changed_folder_is_taken_over_and_a_broken_one_is_not(tmp_path: Path) -> None:
    """One life: nothing to read, a new source, a mistake, a platform, SIGHUP, a changed setting."""
    config = write_config(tmp_path / "config", [])
    sources, store = config / "sources", tmp_path / "watch.db"
    with NewsSite() as site:
        first, second, *_ = (
            one.model_dump(mode="json", exclude_none=True) for one in demo_sources(site)
        )
        given = {"config_dir": config, "database_url": f"sqlite:///{store}"}
        with Process("run", folder=tmp_path, **given) as daemon:
            daemon.until(lambda: "ready: 0 sources" in daemon.said, "the start")

            site.publish(1)
            (sources / f"{first['slug']}.yaml").write_text(json.dumps(first), encoding="utf-8")
            daemon.until(lambda: rows(store, "SELECT id FROM article"), "an article")
            assert f"taken over (sources/{first['slug']}.yaml): 1 sources" in daemon.said

            wrong = sources / f"{second['slug']}.yaml"
            wrong.write_text(json.dumps(second | {"timezone": "Mars/Base"}), encoding="utf-8")
            daemon.until(lambda: "configuration not taken over" in daemon.said, "the refusal")
            assert f"{wrong.name}:1:" in daemon.said
            assert "the last good one stays" in daemon.said
            before = rows(store, "SELECT count(*) FROM crawlrun")
            daemon.until(lambda: rows(store, "SELECT count(*) FROM crawlrun") > before, "a run")

            wrong.write_text(json.dumps(second), encoding="utf-8")
            daemon.until(lambda: f"({'sources/' + wrong.name}): 2 sources" in daemon.said, "both")

            daemon.popen.send_signal(signal.SIGHUP)
            daemon.until(lambda: "taken over (asked to): 2 sources" in daemon.said, "SIGHUP")

            settings = config / "interopwatch.yaml"
            changed = json.loads(settings.read_text()) | {"alerts": {"max_age_days": 90_000}}
            settings.write_text(json.dumps(changed), encoding="utf-8")
            daemon.until(lambda: "restart for them to hold" in daemon.said, "the warning")
            code, _ = daemon.end(signal.SIGTERM)
    assert code == 0
    assert "Traceback" not in daemon.said
