# `make check` sets up its own virtual environment and runs everything that CI runs.
#   make app       open the app from that environment
#   make test      the tests without a browser         make browser   the browser journeys
#   make format    write the files as `check` wants    make bench     reading, scoring, the load client
#   make corpora   every hostile and honest pickle, also through Import; too long for each check
#   make kills     kill -9, twenty times each: a worker, the server, one of two on a bucket, the browser
#   make fuzz      damaged files for an hour, against the reader
#   make fuzz-door twisted pickles for an hour, against the door and a real worker
#   make frozen    models of older releases anew     make check-matrix  ask each, in its own environment
#   make bench-quality   `auto` beside plain recipes, and FLAML where `make flaml` was run;
#                  TABLES="file.csv:target …" names other tables
#   make picture   docs/predict.png from the real app
# VENV=folder chooses the environment, PYTHON=python3.12 what it is made with.

PYTHON  ?= python3
VENV    ?= .venv-check
WORKERS ?= 2
BIN     := $(VENV)/bin
READY   := $(VENV)/.ready
SOURCES := app.py brinery ui pages examples benchmarks tools tests

.NOTPARALLEL:
.PHONY: check frozen check-matrix ready chromium lint types imports test browser bench bench-quality flaml corpora kills fuzz fuzz-door picture format app

check: ready chromium lint types imports test browser
	@echo "== all checks passed"

ready: $(READY)

$(READY): requirements.txt requirements-dev.txt pyproject.toml
	@echo "== environment: $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name it, e.g. make check PYTHON=python3.12"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

chromium:
	@echo "== chromium"
	@bash tools/chromium.sh

lint: ready
	@echo "== format and lint"
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)

types: ready
	@echo "== types"
	$(BIN)/mypy

imports: ready
	@echo "== import contracts"
	PYTHONPATH=. $(BIN)/lint-imports --no-logo

# The tests of a file stay together, so that what they share is made once.
test: ready
	@echo "== tests"
	$(BIN)/python -m pytest -m "not browser and not corpora" -n $(WORKERS) --dist loadfile --no-loadscope-reorder

browser: ready chromium
	@echo "== browser journeys"
	$(BIN)/python -m pytest -m browser tests/browser -n $(WORKERS) --dist loadfile

bench: ready
	$(BIN)/python -m benchmarks.reading
	$(BIN)/python -m benchmarks.scoring
	$(BIN)/python -m benchmarks.load
	$(BIN)/python -m benchmarks.training

# FLAML pins other versions than ours, so it has an environment of its own.
flaml:
	test -x .venv-flaml/bin/python || $(PYTHON) -m venv .venv-flaml
	.venv-flaml/bin/python -m pip install --quiet --disable-pip-version-check 'flaml[automl]>=2.3'

bench-quality: ready
	$(BIN)/python -W ignore -m benchmarks.quality $(TABLES) --flaml .venv-flaml/bin/python
	$(BIN)/python -W ignore -m benchmarks.ranges $(TABLES)

corpora: ready
	$(BIN)/python -m pytest -m corpora -n $(WORKERS)

kills: ready
	BRINERY_KILLS=20 $(BIN)/python -m pytest tests/registry/test_kill.py tests/scoring/test_run_kills.py tests/scoring/test_shared_kills.py tests/browser/test_kills.py

fuzz: ready
	$(BIN)/python -m tests.tables.fuzz --seconds 3600

fuzz-door: ready
	$(BIN)/python -W ignore -m tests.safety.fuzz --seconds 3600

frozen: ready
	$(BIN)/python -m tools.frozen make tests/frozen

# Builds an environment of each release; needs the network and some minutes. First the set that is
# kept in tests/, then one that is made on this machine.
check-matrix: ready
	$(BIN)/python -m tools.frozen check tests/frozen --write docs/upgrades.md
	rm -rf $(VENV)/frozen
	$(BIN)/python -m tools.frozen make $(VENV)/frozen
	$(BIN)/python -m tools.frozen check $(VENV)/frozen

picture: ready chromium
	$(BIN)/python -m tools.picture

format: ready
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/ruff check --fix $(SOURCES)

app: ready
	$(BIN)/streamlit run app.py
