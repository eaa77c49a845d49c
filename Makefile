# All commands of the project. `make` lists them.
# Needs python3 >= 3.11 with pip, and nothing else.

PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv pip
LOCK := $(UV) compile --quiet --universal --generate-hashes --no-header --python-version 3.11 $(UPGRADE)

.DEFAULT_GOAL := help
.PHONY: help install test checks tests fix demo run lock migration image-check audit secrets soak load large fuzz kills failpoints bench-extraction
.DELETE_ON_ERROR:

help:  ## List these targets
	@grep -hE '^[a-z%-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "make %-16s %s\n", $$1, $$2}'

install: .venv/installed  ## Make .venv with everything, each file checked against its hash

# pip brings uv, uv brings the rest, and the project itself is built with what is then there
.venv/installed: requirements/uv.txt requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else f"interopwatch needs Python 3.11 or newer; $(PYTHON) is {sys.version.split()[0]}. Try: make PYTHON=python3.13 install")'
	test -x $(BIN)/python || $(PYTHON) -m venv --without-pip .venv
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	$(UV) install --quiet --python $(BIN)/python --require-hashes --no-build -r requirements/dev.txt
	$(UV) install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	$(BIN)/interopwatch --help > /dev/null  # writes the outline down that help is read from
	@touch $@

test: install checks tests  ## Install, then every check and all tests: one yes or no

checks: install
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(BIN)/codespell
	$(BIN)/hadolint Dockerfile
	$(BIN)/cog -I . -P --check --check-fail-msg='run `make fix`' README.md docs/*.md

tests: install checks
	$(BIN)/pytest -n 3 --dist loadgroup --cov --cov-report=term

fix: install  ## Format, mend what can be mended, and bring generated documentation up to date
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format --quiet .
	$(BIN)/cog -I . -P -r README.md docs/*.md

demo: install  ## Watch the main job at work: a small news world, crawled, read and told
	$(BIN)/interopwatch demo

run: install  ## Run the daemon with the settings of the environment
	$(BIN)/interopwatch run

lock: install  ## Pin what pyproject.toml asks for, with hashes; UPGRADE=--upgrade for the newest
	$(LOCK) requirements/uv.in -o requirements/uv.txt
	$(LOCK) requirements/build.in -o requirements/build.txt
	$(LOCK) pyproject.toml -o requirements/main.txt
	$(LOCK) pyproject.toml --group dev -o requirements/dev.txt

migration: install  ## Draft the next revision of the schema: make migration m="what changes"
	$(BIN)/python -m storage.migrations "$(m)"
	$(BIN)/ruff format --quiet storage/migrations

image-check:  ## Build the image, run it hardened, and look at it from outside (docker or podman)
	.ci/image-check

# strict: a package that nobody can tell anything of is a failure too, not an all-clear
audit: install  ## Ask whether a pinned package of ours or of the image's build has a known hole
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements/main.txt
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements/build.txt

secrets: install  ## All tests with every process at DEBUG; the token must be nowhere in what they leave
	TEST_LOG_LEVEL=DEBUG $(BIN)/pytest -n 3 --dist loadgroup

soak: install  ## Two hours' work in one, watched for what grows (MINUTES=60)
	$(BIN)/python bench/soak.py --minutes $(or $(MINUTES),60)

load: install  ## A busy day: 500 sources, 50 articles a second, one alert to 1,050 chats (MINUTES=10)
	$(BIN)/python bench/load.py --minutes $(or $(MINUTES),10)

large: install  ## A store of a million articles and five million alerts, beside a small one; KEEP=folder (9 GB)
	$(BIN)/python bench/large.py --keep $(or $(KEEP),build/large)

fuzz: install  ## Broken pages and feeds for ten minutes (SECONDS=600)
	$(BIN)/python bench/fuzz.py --seconds $(or $(SECONDS),600)

kills: install  ## kill -9 five hundred times, and see what is left (half an hour)
	$(BIN)/python bench/kills.py 500

failpoints: install  ## kill -9 at every named point and a full disk in every write, three times each (half an hour)
	$(BIN)/python bench/failpoints.py

SHARED ?= ../shared
bench-extraction: install  ## Score text extraction and its speed beside plain trafilatura; SHARED=where the pages are
	$(BIN)/python $(SHARED)/tools/score_extraction.py $(SHARED)/bench/article-extraction \
		extraction:fast extraction:precise --path bench
