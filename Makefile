# `make help` lists the targets.
PORT ?= 8000
SANDBOX_PORT ?= 8001
DATA_DIR ?= var
PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/pytest -q
# Tests wait for processes and disks now and then: one more at a time than there are cores of a small machine.
SIDE_BY_SIDE := --numprocesses 3 --dist loadfile
# Stories go test by test, but for groups that share an installation.
THREE_AT_A_TIME := --numprocesses 3 --dist loadgroup

export PYTHON
export UV_SYSTEM_CERTS := 1
# Where the environment switches compiled modules off, every program would compile Django anew.
export PYTHONDONTWRITEBYTECODE :=
.DEFAULT_GOAL := help
.PHONY: setup run test test-postgresql stories check contract bench chaos fuzz pictures lock audit clean help

run: .venv/base ## Start the product with demo data: make run PORT=8000 SANDBOX_PORT=8001 DATA_DIR=var
	@exec $(BIN)/python -m config.supervisor --port "$(PORT)" --sandbox-port "$(SANDBOX_PORT)" --data-dir "$(DATA_DIR)"

test: .venv/dev ## Run the tests on SQLite, and the main stories
	$(PYTEST) $(SIDE_BY_SIDE) -m "not story"
	$(PYTEST) $(SIDE_BY_SIDE) -m main_story tests/chaos tests/browser

test-postgresql: .venv/dev ## Run on PostgreSQL the tests of what may differ between the two databases
	TEST_ON=postgresql $(PYTEST) $(SIDE_BY_SIDE) -m "both_databases and not story"

stories: .venv/dev ## Run all other tests: whole installations with their processes, every page in a browser
	$(PYTEST) $(THREE_AT_A_TIME) -m "story and not main_story" --ignore=tests/browser
	$(PYTEST) $(THREE_AT_A_TIME) -m "story and not main_story" tests/browser

check: .venv/dev ## Lint, formatting, types, import rules, templates, spelling, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/codespell $$(git ls-files --cached --others --exclude-standard)
	DATA_DIR=.venv/check $(BIN)/python manage.py check
	DATA_DIR=.venv/check $(BIN)/python manage.py makemigrations --check --dry-run
	DATA_DIR=.venv/check $(BIN)/python manage.py spectacular --validate --fail-on-warn --file .venv/openapi.yaml
	diff docs/openapi.yaml .venv/openapi.yaml

contract: .venv/dev ## Write docs/openapi.yaml, the API's contract, anew
	DATA_DIR=.venv/check $(BIN)/python manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

bench: .venv/dev ## Print the figures of the README (three quarters of an hour)
	for database in sqlite postgresql; do \
		$(BIN)/python -m benchmarks.storing --database $$database && \
		$(BIN)/python -m benchmarks.pages --database $$database && \
		$(BIN)/python -m benchmarks.queue --database $$database && \
		$(BIN)/python -m benchmarks.api --database $$database && \
		$(BIN)/python -m benchmarks.watching --database $$database && \
		$(BIN)/python -m benchmarks.webhooks --database $$database --worker || exit 1; \
	done
	for window in sliding fixed; do for workers in 1 2 4; do for latency in 50 300 1500; do \
		$(BIN)/python -m benchmarks.redeeming --rows 300 --limit 50/5s --database postgresql \
			--window $$window --processes $$workers --latency-ms $$latency || exit 1; \
	done; done; done
	$(BIN)/python -m benchmarks.redeeming --rows 20000 --database sqlite
	$(BIN)/python -m benchmarks.redeeming --rows 300000 --database postgresql
	for window in sliding fixed; do \
		$(BIN)/python -m benchmarks.minting --rows 10000 --window $$window --latency-ms 300 \
			--database postgresql || exit 1; \
	done
	$(BIN)/python -m benchmarks.instead
	$(BIN)/python -m benchmarks.sandbox

# Options of its two halves, redemption and minting: CHAOS="--seed 2", MINT_CHAOS="--rows 1000".
CHAOS ?=
MINT_CHAOS ?=

chaos: .venv/dev ## Break everything for ten minutes, then compare ledgers
	$(BIN)/python -m tests.chaos $(CHAOS)
	$(BIN)/python -m tests.chaos.minting $(MINT_CHAOS)
	$(PYTEST) tests/customers/test_webhooks_many.py --webhooks 5000

# Its options: FUZZ="--max-examples 500", or FUZZ="--role viewer --operation listImports".
FUZZ ?=

fuzz: .venv/dev ## Send the API what its contract allows and forbids, a key of each role; ten minutes to half an hour
	$(BIN)/python -m tests.fuzz $(FUZZ)

pictures: .venv/dev ## Take the help page's pictures anew, of the product itself
	$(PYTEST) tests/browser/taking_pictures.py

setup: .venv/dev ## Build .venv with everything for running, testing and checking

.venv/base: requirements/base.txt requirements/uv.txt requirements/install
	@requirements/install base
	@touch $@

.venv/dev: requirements/dev.txt requirements/uv.txt requirements/install
	@requirements/install dev
	@touch .venv/base $@

COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url

lock: .venv/dev ## Remake the hash-pinned requirement files from requirements/*.in
	$(COMPILE) requirements/uv.in -o requirements/uv.txt
	$(COMPILE) requirements/base.in -o requirements/base.txt
	$(COMPILE) requirements/dev.in -c requirements/base.txt -o requirements/dev.txt

audit: .venv/dev ## Ask the advisory database about the pinned versions (needs the internet)
	$(BIN)/uv tool run pip-audit --require-hashes --disable-pip -r requirements/base.txt

clean: ## Remove .venv and caches (the data folder stays)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
