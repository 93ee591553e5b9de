# Every target does its own set-up. `make help` lists them.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
SOURCES := _config.yml _toc.yml $(shell find book lossgd notebooks -type f -not -name '*.pyc')

.PHONY: help book site lab test test-peers bench mutants notebooks format lock clean
help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## */	/' | expand -t 14

book: site  ## build the site, serve it on this machine and print its address
	@echo "The book is at http://127.0.0.1:$(PORT) (Ctrl-C ends)"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

site: _build/.done  ## build the site into _build/html

lab: .venv/.done  ## open the chapters in JupyterLab
	$(BIN)/jupyter lab --notebook-dir=notebooks

quick: .venv/.done  ## run the linter, the types and the package's own tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest -q -n 2 -m "not slow" --doctest-modules --ignore=tests/peers --ignore=tests/site --ignore=tests/test_notebooks.py lossgd tests

test: site  ## run every check
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	LOSSGD_LABS=still $(BIN)/pytest -n 2 --dist loadfile --doctest-modules --nbval --nbval-current-env --ignore=tests/peers lossgd notebooks book/welcome.ipynb tests

test-peers: .venv-peers/.done  ## compare the losses with PyTorch and scikit-learn
	.venv-peers/bin/pytest tests/peers

bench: .venv-peers/.done site  ## measure speed, memory and the pages' weight, side by side
	.venv-peers/bin/python -m benchmarks.imports
	.venv-peers/bin/python -m benchmarks.losses
	.venv-peers/bin/python -m benchmarks.descent
	$(BIN)/python -m benchmarks.formulas
	$(BIN)/python -m benchmarks.labs
	$(BIN)/python -m benchmarks.pages

mutants: .venv/.done  ## change single tokens of the code, and see whether the tests notice
	$(BIN)/python -m benchmarks.mutants

notebooks: .venv/.done  ## run every notebook afresh and keep its outputs
	$(BIN)/python -m tests.notebooks

format: .venv/.done  ## format the code and mend what the linter can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock:  ## compile requirements.txt from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --no-emit-index-url \
	  --custom-compile-command "make lock" --extra book --extra test pyproject.toml --output-file requirements.txt

clean:  ## remove what was built
	rm -rf _build .venv .venv-peers

_build/.done: .venv/.done $(SOURCES)
	rm -rf _build
	$(BIN)/jupyter-book build . -W -n --keep-going
	@touch $@

.venv/.done: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps -e .
	@touch $@

.venv-peers/.done: pyproject.toml
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --disable-pip-version-check -e '.[peers,test]'
	@touch $@
