# Every target does its own set-up; `make help` lists them.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
SOURCES := $(shell git ls-files -co --exclude-standard _config.yml _toc.yml book lossgd notebooks)

.PHONY: help book site lab test test-peers bench notebooks format lock clean
help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' Makefile | sed 's/:.*## */\t/' | expand -t 14

book: site  ## build the site and serve it on 127.0.0.1
	$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

site: _build/html/.done  ## build the site into _build/html

lab: .venv/.done  ## open the chapters in JupyterLab
	$(BIN)/jupyter lab notebooks

test: site  ## run every check
	$(BIN)/ruff check && $(BIN)/ruff format --check
	$(BIN)/pytest -n 2 --dist loadfile --nbval --nbval-current-env --doctest-modules lossgd notebooks tests

notebooks: .venv/.done  ## run every notebook afresh and keep its outputs
	LOSSGD_LABS=still $(BIN)/python -m tests.notebooks

_build/html/.done: .venv/.done $(SOURCES)
	rm -rf _build
	$(BIN)/jupyter-book build . -W -n --keep-going
	touch $@

.venv/.done: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps -e .
	touch $@
