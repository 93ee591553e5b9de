# Every target does its own set-up. `make help` lists them.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
# Jupyter refuses root, the only user that a container may have.
ALLOW_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
NOTEBOOKS := $(shell find book notebooks -name '*.ipynb' -not -path '*/.*')
SOURCES := _config.yml _toc.yml $(shell find book lossgd notebooks -type f -not -name '*.pyc' -not -path '*/.*')

.PHONY: help book site live lab assign grade quick test test-notebooks test-live test-peers bench mutants notebooks format lock clean
help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## */	/' | expand -t 14

book: site  ## build the site, serve it on this machine and print its address
	@$(BIN)/python -m book.serve $(PORT)

site: _build/.done  ## build the site into _build/html

live: _build/.live  ## build the site with a Python of its own, which runs the code of its pages

lab: .venv/.done  ## open the welcome page and the chapters in JupyterLab
	$(BIN)/jupyter trust $(NOTEBOOKS) >/dev/null  # or the figures that are kept would not be shown
	$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/book/welcome.ipynb $(ALLOW_ROOT)

assign: .venv/.done  ## write the student versions of the assignments into notebooks/assignments/release
	$(BIN)/python -m coursework assign

grade: .venv/.done  ## grade what is in notebooks/assignments/submitted (Linux: apt install bubblewrap)
	$(BIN)/python -m coursework grade

quick: .venv/.done  ## run the linter, the types and the package's own tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest -q -n 2 -m "not slow" --doctest-modules --ignore=tests/peers --ignore=tests/live --ignore=tests/site --ignore=tests/test_notebooks.py lossgd tests

test: .venv/.done  ## run every check
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(MAKE) -j 2 site test-notebooks  # the site takes one core only
	LOSSGD_LABS=still $(BIN)/pytest -n 2 --dist loadfile --doctest-modules -m "not built" --ignore=tests/peers --ignore=tests/live lossgd tests

test-notebooks: .venv/.done  ## run every notebook, and compare its outputs with those that are kept
	LOSSGD_LABS=still $(BIN)/pytest -q -n 2 --dist loadfile --nbval --nbval-current-env --ignore=notebooks/assignments notebooks book/welcome.ipynb

test-live: live  ## run every page and every exercise in the site's own Python
	$(BIN)/pytest tests/live

test-peers: .venv-peers/.done  ## compare the losses with PyTorch and scikit-learn
	.venv-peers/bin/pytest tests/peers

bench: .venv-peers/.done site  ## measure speed, memory and the pages' weight, side by side
	.venv-peers/bin/python -m benchmarks.imports
	.venv-peers/bin/python -m benchmarks.losses
	.venv-peers/bin/python -m benchmarks.descent
	$(BIN)/python -m benchmarks.batches
	$(BIN)/python -m benchmarks.coursework
	$(BIN)/python -m benchmarks.distributed
	$(BIN)/python -m benchmarks.formulas
	$(BIN)/python -m benchmarks.labs
	$(BIN)/python -m benchmarks.pages
	$(MAKE) live
	$(BIN)/python -m benchmarks.live

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
	rm -rf _build .live .venv .venv-peers

_build/.done: .venv/.done $(SOURCES)
	rm -rf _build
	$(BIN)/jupyter-book build . -W -n --keep-going
	@touch $@

_build/.live: _build/.done .live/.done
	LOSSGD_LIVE=site $(BIN)/jupyter-book build . -W -n --keep-going
	@touch $@

.live/.done: $(addprefix book/live/,fetch.py compile.py compile.mjs pyodide.sha256 requirements.txt) .venv/.done
	$(BIN)/python -m book.live.fetch .live
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
