# SWAGAT: the whole developer's and operator's way in. `make help` tells what there is.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard translations/*/LC_MESSAGES/*.po))
STATIC := $(filter-out %.br %.gz,$(shell find static -type f 2>/dev/null))
BENCHES := $(filter-out bench/_%,$(wildcard bench/*.py))

.PHONY: help run test bench lint messages assets browser

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

run: .venv/.run assets ## Serve on http://127.0.0.1:8000 with a demo; PORT= and DATABASE_URL= are honoured
	@SWAGAT_ENV=$${SWAGAT_ENV:-development} exec $(BIN)/flask --app wsgi serve

test: browser .venv/.dev assets lint ## Check everything, on SQLite and on PostgreSQL, in a real browser too
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(PYTEST)

bench: .venv/.dev assets ## Measure each program in bench/ against a PostgreSQL of its own
	@for program in $(BENCHES); do \
	  echo "== $$program"; \
	  $(BIN)/python tests/postgres.py --durable $(BIN)/python $$program --database-url '{url}'; \
	done

lint: .venv/.dev ## Check style, types and layers
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

messages: .venv/.run ## Bring translations/ up to date with the texts of code and pages
	@$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --no-location --sort-output \
	  --output-file .venv/messages.pot .
	@$(BIN)/pybabel --quiet update --input-file .venv/messages.pot --output-dir translations \
	  --no-fuzzy-matching --ignore-obsolete

assets: $(CATALOGUES) .venv/.static

%.mo: %.po | .venv/.run
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

.venv/.static: $(STATIC) | .venv/.run
	@if [ -d static ]; then $(BIN)/python -m whitenoise.compress --quiet static; fi
	@touch $@

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "SWAGAT needs Python 3.11 or newer: install it, or name one with PYTHON=" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(MAKE) --no-print-directory debian PACKAGES=python3-venv
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.run: requirements.txt | .venv/.made
	@echo "Installing what SWAGAT needs into .venv ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt .venv/.run
	@echo "Installing what the tests need into .venv ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

browser:
	@{ command -v chromium && command -v chromedriver; } >/dev/null \
	  || $(MAKE) --no-print-directory debian PACKAGES="chromium chromium-driver"

.PHONY: debian
debian:
	@if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
	  echo "Missing on this machine: $(PACKAGES). As root: apt-get install $(PACKAGES)" >&2; exit 1; fi
	@echo "Installing $(PACKAGES) from Debian ..."
	@apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(PACKAGES) >/dev/null
