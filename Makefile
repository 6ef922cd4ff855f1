# Everything a newcomer needs is `make demo` and `make test`; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help setup demo check test bench messages wheel clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check
SERVE ?= yes

help: ## Show what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

# The stamp and not the interpreter: a venv that failed half-way has one already.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; choose one with: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# Torch comes first and by its exact pin: pip then keeps the build for CPUs where there is one.
$(VENV)/.run: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing Vernacular and the model packages (a few minutes the first time) ..."
	$(PIP) install -q -c constraints.txt torch==2.13.0
	$(PIP) install -q -c constraints.txt -e '.[models]'
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(PIP) install -q -c constraints.txt -e '.[models,ray,dev]'
	@touch $@

setup: $(VENV)/.dev ## Install Vernacular with models and development tools into .venv

demo: $(VENV)/.run ## Import real data, run two releases, print the report, serve (SERVE=no: do not)
	@PATH="$(CURDIR)/$(BIN):$$PATH" SERVE=$(SERVE) sh seed_data/demo.sh

check: $(VENV)/.dev ## Lint, types, import rules, migrations, layout
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	MYPYPATH=platform:ui $(BIN)/mypy --explicit-package-bases ui/*.py ui/backend/*.py ui/tester_pages/*.py ui/i18n/*.py
	$(BIN)/lint-imports --config .importlinter --no-cache
	$(BIN)/python -m pytest -q -p no:cacheprovider tests/store/test_migrations.py tests/test_layout.py

test: $(VENV)/.dev ## Run all tests, on SQLite and PostgreSQL, with a real browser
	@sh tests/install_tools.sh
	$(BIN)/python -m pytest

bench: $(VENV)/.dev ## Measure speed, each figure beside a peer or limit in the same run
	$(BIN)/python -m tests.benchmarks

messages: $(VENV)/.dev ## Extract the texts of the UI into its catalogues
	$(BIN)/python ui/i18n/update.py

wheel: $(VENV)/.dev ## Build the wheel into dist/
	$(BIN)/python -m build --wheel

clean: ## Remove the environment and the demo's store
	rm -rf $(VENV) .venv-bench .demo dist build
