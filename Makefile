# The two commands are `make up` and `make test`; everything else serves them. Needs Python 3.11+ and make, nothing more.
PYTHON ?= python3
STACK ?= dev
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
TAP := $(PY) -m tap
BLUEPRINT_FLAG := $(if $(BLUEPRINT),--blueprint $(BLUEPRINT))
FLAGS := --stack $(STACK) $(BLUEPRINT_FLAG) $(foreach pair,$(SET),--set $(pair))

# Without bytecode each command would compile the AWS SDK's modules again, which takes longer than its work.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup up down plan check test unit lint types generated gate bench lock clean
.DEFAULT_GOAL := help

help:
	@echo "make up [BLUEPRINT=…] [STACK=dev] [SET='key=value …']   deploy on an embedded AWS, nothing else needed"
	@echo "make down      stop the embedded AWS"
	@echo "make test      run every test (unit, property, embedded deployments, integration)"
	@echo "make unit      run the unit tests of the library alone"
	@echo "make plan      show what a stack consists of; no server, no account"
	@echo "make check     check the settings only"
	@echo "make lint      ruff, pyright, pylint, generated files"
	@echo "make bench     measure"

setup: $(VENV)/.installed

# uv is bootstrapped by pip with hashes, then installs the lock file; a changed lock is brought in by `uv pip sync`.
$(VENV)/.installed: requirements.lock requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "TapStack needs Python 3.11 or newer (make setup PYTHON=python3.12)."; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV) || { echo "The venv module is missing (on Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	@test -x $(UV) || $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@$(UV) pip sync --quiet --require-hashes --python $(PY) requirements-uv.lock requirements.lock
	@touch $@

up: setup
	@$(TAP) up $(FLAGS)

down: setup
	@$(TAP) down

plan: setup
	@$(TAP) plan $(FLAGS)

check: setup
	@$(TAP) check $(FLAGS)

# Without PYTEST: the unit tests, which have to cover the library whole, then everything else.
test: setup
ifdef PYTEST
	@$(PY) -m pytest $(PYTEST)
else
	@$(PY) -m pytest tests/unit -n auto --dist loadfile --cov --cov-fail-under=100 --cov-report=json:coverage/coverage.json --cov-report=term
	@$(PY) -m tests.coverage_summary
	@$(PY) -m pytest tests/blueprints tests/property tests/functions tests/embedded tests/integration -n auto --dist loadfile
endif

# The library's own: the tools have theirs.
unit: setup
	@$(PY) -m pytest tests/unit $(foreach tool,tap policy bench,--ignore=tests/unit/$(tool)) -p no:pytest_cov -n auto --dist loadfile

lint: setup
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/basedpyright
	@$(VENV)/bin/pylint lib
	@$(TAP) schema --check

bench: setup
	@$(PY) -m bench

lock: setup
	@$(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" --upgrade requirements-uv.txt -o requirements-uv.lock
	@$(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" --upgrade requirements.txt -o requirements.lock

clean: 
	@rm -rf $(VENV) cfn-outputs coverage .pytest_cache .ruff_cache .hypothesis .coverage
