# Two commands: `make chat` serves the web chat, `make test` runs every test. The rest are their parts.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PIP_VERSION := 26.3

.PHONY: chat test lint check install rebuild constraints screenshots clean

chat: $(READY)
	@$(BIN)/kratom-assistant rebuild
	@$(BIN)/kratom-assistant serve

test: $(READY)
	@sh tests/browser.sh
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

install: $(READY)

# Marked ready only after everything is installed, so that an interrupted installation starts again.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed. Name one: make PYTHON=python3.12 chat" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV); the first time takes some minutes and about 1.5 GB…" >&2
	@$(PIP) install "pip==$(PIP_VERSION)"
	@$(PIP) install --constraint constraints.txt --group dev --editable .
	@touch $(READY)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

check: lint test

rebuild: $(READY)
	@$(BIN)/kratom-assistant rebuild

# Pins what a fresh environment resolves to; local version labels such as +cpu are left out so that any build fits.
constraints:
	@rm -rf build/constraints && $(PYTHON) -m venv build/constraints
	@build/constraints/bin/python -m pip --quiet install "pip==$(PIP_VERSION)"
	@build/constraints/bin/python -m pip --quiet install --group dev --editable .
	@{ echo '# Every package at one version, transitive ones too. Made in a fresh environment by `make constraints`.'; \
	   build/constraints/bin/python -m pip list --format=freeze --exclude-editable | grep -v '^pip==' | sed 's/+cpu//'; } > constraints.txt

screenshots: $(READY)
	@$(BIN)/python tools/screenshots.py

clean:
	rm -rf $(VENV) data build dist *.egg-info
