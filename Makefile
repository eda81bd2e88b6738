# payproof: every task a person, a hook or CI needs. `make help` lists them.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
# Twice as many as a small machine has processors, since many tests wait; a bigger one may say
# `make test WORKERS=16`.
WORKERS ?= 4
# A whole file goes to one worker, so a server that a file starts is started once; the order of the
# files is that of tests/conftest.py.
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# Tests start hundreds of processes: each would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install install-dev demo simulate soak test check format lint types imports coverage bench figures bench-console growth crowd bench-venv pins clean

help: ## list the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

# --- set-up -----------------------------------------------------------------
# A stamp in the environment is newer than the pins it was made from; changing
# the pins or pyproject.toml makes it stale, and nothing else does.

RUNTIME_STAMP := $(VENV)/.stamp-runtime
DEV_STAMP := $(VENV)/.stamp-dev
PIP_INSTALL = $(BIN)/python -m pip install --disable-pip-version-check --quiet

install: $(RUNTIME_STAMP) ## set up .venv with everything payproof runs on
install-dev: $(DEV_STAMP) ## the same, with the tools for development

$(RUNTIME_STAMP): pyproject.toml requirements/runtime.txt
	@$(make_venv)
	@echo "payproof: installing the pinned packages"
	@$(PIP_INSTALL) --require-hashes -r requirements/runtime.txt
	@$(install_payproof)
	@touch $@

$(DEV_STAMP): pyproject.toml requirements/dev.txt
	@$(make_venv)
	@echo "payproof: installing the pinned packages and the tools for development"
	@$(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@$(install_payproof)
	@touch $(RUNTIME_STAMP) $@

# The pins hold hatchling too, so nothing unpinned is fetched for the build.
install_payproof = $(PIP_INSTALL) --no-build-isolation --no-deps --editable .

# Keeps an environment that works, and else makes one with $(PYTHON), or with
# the first interpreter that is new enough and really starts.
define make_venv
new_enough='import sys; sys.exit(sys.version_info < (3, 11))'; \
if $(BIN)/python -c "$$new_enough" && $(BIN)/python -m pip --version; then exit 0; fi >/dev/null 2>&1; \
for python in $(or $(PYTHON),python3.11 python3.12 python3.13 python3); do \
	if "$$python" -c "$$new_enough" >/dev/null 2>&1; then \
		echo "payproof: making $(VENV) with $$python"; \
		"$$python" -m venv --clear $(VENV) && exit 0; \
		echo "payproof: $$python cannot make environments; install its venv module" >&2; \
		exit 1; \
	fi; \
done; \
echo "payproof needs Python 3.11 or newer: install one, or name it: make install PYTHON=/path/to/python" >&2; \
exit 1
endef

# --- use --------------------------------------------------------------------

demo: install ## buy through the sandbox and show what happened
	@$(BIN)/payproof demo

# payproof is measured in an environment like its users': nothing in it but what it needs.
BENCH_VENV := .venv-bench
EXPRESS := benchmarks/peers/express
# `make bench FULL=1` takes its time: more rounds, a million stored orders, a sweep of a million
# payments, and a worker.
BENCH := $(BIN)/python -m benchmarks --python $(BENCH_VENV)/bin/python $(if $(FULL),--full)

bench: install-dev bench-venv $(EXPRESS)/node_modules/.stamp ## benchmarks, side by side with their peers
	@$(BENCH)
	@$(if $(FULL),$(BIN)/python -m benchmarks.growth $(GROWTH))
	@$(if $(FULL),$(BIN)/python -m benchmarks.sweep)
	@$(if $(FULL),$(BIN)/python -m benchmarks.worker)

figures: install-dev ## write what was measured last into README.md and docs/performance.md
	@$(BIN)/python -m benchmarks.figures

bench-console: install-dev ## how long each page of the operator's console takes with a million stored orders
	@$(BIN)/python -m benchmarks.console $(CONSOLE)

growth: install-dev ## what a verification costs with a million stored orders, beside a thousand
	@$(BIN)/python -m benchmarks.growth $(GROWTH)

crowd: install-dev ## two services and a worker on one database, ten thousand orders, against a model
	@$(BIN)/python -m tests.crowd $(CROWD)

bench-venv:
	@$(MAKE) --no-print-directory install VENV=$(BENCH_VENV)

$(EXPRESS)/node_modules/.stamp: $(EXPRESS)/package.json $(EXPRESS)/package-lock.json
	@command -v npm >/dev/null || { echo "payproof: the peers in Express need Node.js and npm" >&2; exit 1; }
	@echo "payproof: installing the peers in Express"
	@cd $(EXPRESS) && npm ci --silent
	@touch $@

# DEATHS=single or double kills the process at every call of every scenario, once or twice a run.
simulate: install-dev ## play seeds: SEEDS=n SEED_START=k JOBS=j GATEWAY=toss|…|any; or replay one: SEED=…
	@$(BIN)/python -m tests.simulation $(if $(SEED),--seed $(SEED)) --seeds $(or $(SEEDS),20000) \
		--start $(or $(SEED_START),0) $(if $(GATEWAY),--gateway $(GATEWAY)) $(if $(JOBS),--jobs $(JOBS)) $(if $(DEATHS),--deaths $(DEATHS))

soak: install-dev ## kill payproof under traffic: PAYMENTS=n STORE=sqlite|mongodb SEED=k; goes on when stopped
	@$(BIN)/python -m tests.soak --payments $(or $(PAYMENTS),2000) $(if $(STORE),--store $(STORE)) $(if $(SEED),--seed $(SEED))

# --- quality ----------------------------------------------------------------

# Judges the pages in a browser; without it those tests are skipped, aloud.
BROWSER_TESTS := tests/support/browser
AXE := $(BROWSER_TESTS)/node_modules/axe-core/axe.min.js

$(AXE): $(BROWSER_TESTS)/package-lock.json
	@if command -v npm >/dev/null; then \
		echo "payproof: installing what judges the pages in a browser"; \
		cd $(BROWSER_TESTS) && npm ci --silent && touch $(CURDIR)/$@ || \
		echo "payproof: npm could not: the tests in a browser will be skipped" >&2; \
	fi

test: install-dev $(AXE) ## run every test
	@$(PYTEST) $(COVER)

check: lint types imports coverage ## all that CI runs

lint: install-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: install-dev
	$(BIN)/mypy

imports: install-dev
	$(BIN)/lint-imports --no-logo

# The core decides over money: every branch of it is tested. The rest talks to
# the outside world, where a few branches cost more to reach than they tell.
CORE := domain/*,ports/*,application/*
EDGE := adapters/*,entrypoints/*,sandbox/*

coverage: install-dev
	@rm -f .coverage .coverage.*
	@$(MAKE) --no-print-directory test COVER='--cov --cov-report='
	@$(call gate,core,$(CORE),100)
	@$(call gate,edge,$(EDGE),90)

# One line when the gate holds; the table of what is missing when it does not.
define gate
if total=$$($(BIN)/coverage report --include='$(2)' --fail-under=$(3) --format=total); then \
	echo "coverage of the $(1): $$total %, at least $(3) % wanted"; \
else \
	$(BIN)/coverage report --include='$(2)' --fail-under=$(3) --skip-covered --show-missing; exit 1; \
fi
endef

format: install-dev ## format the code and mend what can be mended
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

# --- upkeep -----------------------------------------------------------------

# For the oldest supported Python and every platform, without any address in
# it. `make pins UPGRADE=1` takes newer versions; else only what must change does.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate --no-strip-extras $(if $(UPGRADE),--upgrade) pyproject.toml

pins: install-dev ## work out requirements/*.txt anew
	$(COMPILE) --group build --output-file requirements/runtime.txt
	$(COMPILE) --group dev --constraints requirements/runtime.txt --output-file requirements/dev.txt

clean: ## remove the environment, caches and results
	rm -rf $(VENV) $(BENCH_VENV) $(EXPRESS)/node_modules tests/support/browser/node_modules tests/browser/pictures build dist htmlcov .coverage .coverage.* .hypothesis .schemathesis .simulation \
		.mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
