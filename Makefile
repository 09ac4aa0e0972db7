# What can be done here? `make help` lists it. Needs Python >= 3.11, make and git; fetches the rest itself.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PORT ?= 8000
PYTHON ?= python3
VAR_DIR ?= var
UV := uv~=0.13.9
TEST_DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/cic
TESTS ?= tests

RUN := .venv/bin/python
# The interpreter itself: a shim, such as pyenv's, would never be found in .venv, which uv would then begin anew.
INTERPRETER := $(PYTHON) -c 'import sys; print(sys.executable)'
# A deployment as it should be: what its settings are checked as.
DEPLOYED := env VAR_DIR="$$(mktemp -d)" BASE_URL=https://cic.example.org CONTACT_EMAIL=security@example.org SECRET_KEY=$$(printf 'aB3-xYz%.0s' {1..12})
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never

.PHONY: help up test lint bench messages clean

help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile
	@echo "  PORT=8001 and VAR_DIR=/path change where \`make up\` serves and keeps its state;"
	@echo "  TESTS=tests/pilots runs a part of the suite."

up: .venv/.run ## Serve the site with worker and scheduler on http://127.0.0.1:8000
	@exec $(RUN) -m cic.up --port $(PORT) --var "$(VAR_DIR)"

test: .venv/.dev .tools/checker ## Run the whole suite, on SQLite and on PostgreSQL, with the browser journeys
	@TESTS="$(TESTS)" TEST_DATABASE_URL="$(TEST_DATABASE_URL)" $(RUN) -m tests.run

lint: .venv/.dev ## Check style, layers, types, migrations, advisories and the settings of a deployment
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	.venv/bin/lint-imports
	$(RUN) -m mypy
	$(DEPLOYED) $(RUN) manage.py makemigrations --check --dry-run
	$(DEPLOYED) $(RUN) manage.py check --deploy --fail-level WARNING
	.ci/audit

bench: .venv/.dev .tools/lighthouse ## Measure the API, search and export beside the raw query, and the public pages in a browser
	@$(RUN) -m bench

messages: .venv/.dev ## Collect the texts to translate and compile the translations (needs gettext)
	@$(DEPLOYED) $(RUN) manage.py makemessages -l ca -l es -l fr --no-obsolete --no-wrap --add-location file \
	  -i '.venv/*' -i '.tools/*' -i 'var/*' -i 'tests/*' -i 'bench/*' -v 0
	@$(DEPLOYED) $(RUN) manage.py compilemessages -i '.venv' -i '.tools' -v 0

clean: ## Remove what was installed and the caches; the state under var/ stays
	rm -rf .venv .tools .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# uv comes through pip into a place of its own, so that a system Python stays as its distribution
# wants it. Without the venv module (Debian splits it off), pip can still fill a folder.
.tools/uv:
	@echo "Fetching $(UV) …"
	@rm -rf .tools && mkdir -p .tools
	@if $(PYTHON) -m venv .tools/venv >/dev/null 2>&1; then \
	  .tools/venv/bin/python -m pip install --quiet --disable-pip-version-check "$(UV)"; \
	  ln -s venv/bin/uv .tools/uv; \
	else \
	  rm -rf .tools/venv; \
	  $(PYTHON) -m pip install --quiet --disable-pip-version-check --target .tools/uv.d "$(UV)"; \
	  ln -s uv.d/bin/uv .tools/uv; \
	fi

# The checker of the W3C, a program in Java that npm brings along. Where npm is missing, the tests say so.
.tools/checker:
	@mkdir -p .tools
	@if command -v npm >/dev/null; then \
	  echo "Fetching the W3C checker …"; \
	  npm install --prefix $@.new --no-save --no-audit --no-fund --ignore-scripts --loglevel error vnu-jar@26.9.27; \
	  mv $@.new $@; \
	fi

# Measures the public pages. Where npm is missing, the bench says so.
.tools/lighthouse:
	@mkdir -p .tools
	@if command -v npm >/dev/null; then \
	  echo "Fetching Lighthouse …"; \
	  npm install --prefix $@.new --no-save --no-audit --no-fund --ignore-scripts --loglevel error lighthouse@12.8.2; \
	  mv $@.new $@; \
	fi

# Neither takes away what the other put there.
.venv/.run: uv.lock | .tools/uv
	@echo "Installing the locked packages …"
	@.tools/uv sync --quiet --locked --no-dev --inexact --python "$$($(INTERPRETER))"
	@touch $@

.venv/.dev: uv.lock | .tools/uv
	@.tools/uv sync --quiet --locked --all-extras --inexact --python "$$($(INTERPRETER))"
	@touch $@ .venv/.run
