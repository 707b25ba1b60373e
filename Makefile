# Thin targets over plain commands; each one does its own set-up. `make` alone prints this list.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.vigie-$(shell cksum requirements.lock pyproject.toml | cksum | cut -d' ' -f1)

.DEFAULT_GOAL := help
.PHONY: help setup demo test deep check run bench acceptance screenshots lock

help:            ## this list
	@grep -E '^[a-z]+: .*##|^[a-z]+:  *##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## ?/\t/' | expand -t 14

setup: $(STAMP)  ## a virtual environment with everything in it, checked against the hashes of the lock

$(STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Vigie needs Python 3.11 or newer: call make PYTHON=python3.12")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing: on Debian, apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/.vigie-*; touch $@

demo: setup      ## the whole story on an invented web: no key, no network
	$(BIN)/vigie demo $(ARGS)

test: setup      ## the tests, sampled: at most 10 minutes
	$(BIN)/python -m pytest -n 3 --dist loadfile $(ARGS)

deep: setup      ## the same tests at the full size that the issues name: at most 80 minutes
	VIGIE_TEST_SIZE=deep $(BIN)/python -m pytest -n 3 --dist loadfile $(ARGS)

check: setup     ## linters, types, import contracts, data
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vigie config check --records-only
	$(BIN)/vigie template lint

run: setup       ## the portal, the clock and the workers on this machine
	$(BIN)/vigie serve $(ARGS)

bench: setup     ## ratios against named peers
	$(BIN)/python -m benchmarks

acceptance: setup ## real servers (installs searx and MediaWiki from Debian when run as root)
	$(BIN)/python -m pytest -m acceptance tests/acceptance --install-servers $(ARGS)

screenshots: setup ## every letter and the portal's pages, as PNG, in var/screenshots (needs poppler-utils and Chromium)
	$(BIN)/python -m tests.screenshots

lock: setup      ## resolve requirements.lock anew (needs uv)
	uv pip compile --universal --no-build --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 --extra dev --extra postgres pyproject.toml -o requirements.lock
