# Everything that is done with this project has a name here; `make` lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
CORES := $(shell nproc 2>/dev/null || echo 2)
# Tests wait for servers through a third of their time: half as many again leave no core idle.
WORKERS := $(shell echo $$((($(CORES) * 3 + 1) / 2)))
PACKAGES := events config store ingest handlers console runtime

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help env run test check static format drill drill-imap drill-long fuzz bench soak docs lock clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

env: $(STAMP) ## make .venv with the locked dependencies and the despacho command

$(STAMP): requirements/dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null \
	  || { echo "$(PYTHON) is not there. On Debian: apt-get install python3 python3-venv" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "$(PYTHON) is older than Python 3.11. Name another one: make env PYTHON=python3.11" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "$(PYTHON) cannot make environments. On Debian: apt-get install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

run: env ## start a desk with every role, or some: make run ROLES="smtp worker"
	@$(BIN)/despacho run $(ROLES)

test: env ## run the tests on all cores, or some: make test ARGS="tests/policy -x"
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal $(ARGS)

check: static test ## everything that has to hold before a change is merged

static: env ## check without the tests: format, lint, types, imports, docstrings, budgets
	$(BIN)/ruff format --check .
	$(BIN)/ruff check --no-fix .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/interrogate --quiet $(PACKAGES)
	$(BIN)/pytest --quiet tests/policy

format: env ## write the files as the formatter wants them
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

drill: env ## kill, wipe and break things under load, account for every mail: make drill ARGS="--seed 7"
	$(BIN)/python -m tests.drills $(ARGS)

drill-imap: env ## break an IMAP server while two desks read one mailbox: make drill-imap ARGS="--seed 7"
	$(BIN)/python -m tests.drills.imap $(ARGS)

drill-long: env ## the same for more than ten minutes, and on PostgreSQL with Redis too
	$(BIN)/python -m tests.drills --long $(ARGS)

fuzz: env ## read damaged mails, none of which may fail: make fuzz ARGS="--mails 100000 --corpus FOLDER"
	@$(BIN)/python -m tests.fuzz $(ARGS)

bench: env build/bench-venv/.installed ## measure beside the peers, or else: make bench ARGS=growth
	@$(BIN)/python -m bench $(or $(ARGS),compare)

soak: env ## half an hour of steady mail and slow faults: what grows? make soak ARGS="--stack rabbitmq"
	@$(BIN)/python -m bench soak $(ARGS)

# The peers are installed apart: nothing of theirs may change what the desk runs with.
build/bench-venv/.installed: requirements/bench.txt
	$(PYTHON) -m venv build/bench-venv
	build/bench-venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  -r requirements/bench.txt
	@touch $@

docs: env ## write the generated parts of docs/ anew
	$(BIN)/python -m runtime.docs

lock: ## resolve requirements/*.in into *.txt with hashes, keeping what is locked (needs uv)
	@command -v uv >/dev/null || { echo "uv is not there: pip install uv" >&2; exit 2; }
	cd requirements && for name in run dev bench; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-header --no-annotate $$name.in -o $$name.txt || exit; \
	done

clean: ## remove what was made here, except var/: that is mail
	rm -rf $(VENV) build dist *.egg-info .coverage .coverage.* \
	  .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
