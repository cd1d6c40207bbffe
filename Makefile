# Every task of this repository. `make` alone lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# The interpreter that makes the virtual environment; anything from 3.11 on.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Processes that run the tests; `make test WORKERS=0` runs them in one, in order.
WORKERS ?= auto
# What to test, and more words for pytest: `make test TESTS=tests/unit ARGS="-k routing"`.
TESTS ?= tests
ARGS ?=
# Which benchmark at scale; all of them unless one is named.
SCALE ?= *
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help
help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: install
install: $(STAMP) ## Create .venv with everything that serving and testing need

$(STAMP): setup.cfg pyproject.toml constraints.txt
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed (make install PYTHON=/path/to/python)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "could not create $(VENV); on Debian: apt install python3-venv" >&2; exit 1; }
	$(PIP) install -c constraints.txt -e '.[server,test]'
	@touch $@

.PHONY: run
run: install ## Set up and serve on http://127.0.0.1:8080/ (KIOSK_PORT), with worker and printing agent
	@exec $(BIN)/python -m deploy.services run

.PHONY: demo
demo: install ## Walk both stories over HTTP; leaves the printed licence in instance/demo/licence.pdf
	@exec $(BIN)/python -m deploy.demo

.PHONY: test
test: install ## Run all tests, on SQLite and on PostgreSQL, then those in a real Chromium
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(TESTS) $(ARGS)
ifeq ($(TESTS)$(ARGS),tests)
	@$(MAKE) --no-print-directory browser
endif

.PHONY: fuzz
fuzz: install ## Try 10,000 mutated papers and as many mutated codes on the verifier
	$(BIN)/python tests/fuzz/fuzz_verify.py

.PHONY: lint
lint: install ## Check style, types and the order of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: install ## Lay out the code and sort the imports
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

.PHONY: translations
translations: install ## Collect the Chinese words of the citizen's pages and compile their English; lists what is missing
	$(BIN)/python -m kiosk.web.extraction

.PHONY: browser
browser: install ## Walk the stories in a real Chromium, and let axe judge the pages
	BROWSER_TESTS=yes $(BIN)/pytest tests/browser $(ARGS)

.PHONY: screens
screens: install ## Keep a picture of every page at three sizes in instance/screens/, for looking at
	$(BIN)/python -m tests.browser.screens

.PHONY: life
life: install ## Let random people try random acts on random cases for LIFE_SECONDS (600)
	LIFE_SECONDS=$(or $(LIFE_SECONDS),600) $(BIN)/pytest -s tests/integration/casework/test_life.py

.PHONY: chaos
chaos: install ## Kill real agents and servers 500 times, at random, and count violations
	$(BIN)/python -m tests.chaos.run $(ARGS)

$(VENV)/.installed-bench: $(STAMP)
	$(PIP) install -c constraints.txt -e '.[bench]'
	@touch $@

.PHONY: bench
bench: $(VENV)/.installed-bench ## Measure against peers, in one run; figures go to instance/bench/
	$(BIN)/python -m benchmarks

.PHONY: bench-scale
bench-scale: install ## Measure with a hundred times the data and 10,000 machines (SCALE=machines for one of them)
	@for file in benchmarks/scale_$(SCALE).py; do \
		echo "== $$(basename $$file .py)"; $(BIN)/python -m benchmarks.$$(basename $$file .py) $(ARGS) || exit 1; done

$(VENV)/.installed-fonts: $(STAMP)
	$(PIP) install -c constraints.txt -e '.[fonts]'
	@touch $@

.PHONY: fonts
fonts: $(VENV)/.installed-fonts ## Make the shipped fonts again from their packages, unpacked under SOURCES=
	@test -d "$(SOURCES)" || { echo "make fonts SOURCES=FOLDER; printing/fonts/build_fonts.py says what goes in" >&2; exit 1; }
	$(BIN)/python printing/fonts/build_fonts.py "$(SOURCES)"

.PHONY: pins
pins: ## Choose newest allowed versions of all dependencies anew, into constraints.txt
	rm -rf build/pins
	$(PYTHON) -m venv build/pins
	build/pins/bin/python -m pip --disable-pip-version-check --quiet install '.[server,agent,test,bench,fonts]'
	build/pins/bin/python -m pip freeze --exclude chuanyu-kiosk > constraints.txt
	rm -rf build/pins

.PHONY: clean
clean: ## Remove what was made here, except .venv and the data under instance/
	rm -rf build dist ./*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
