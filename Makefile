# Two commands: `make chat` serves the web chat, `make test` runs every test. The rest are their parts.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: chat test lint check install rebuild clean

install: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Run: make PYTHON=python3.12 chat" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (first time: a few minutes, about 1.5 GB)…" >&2
	@touch $(READY)

chat: $(READY)
	@$(BIN)/kratom-assistant rebuild
	@$(BIN)/kratom-assistant serve

rebuild: $(READY)
	@$(BIN)/kratom-assistant rebuild

test: $(READY)
	@sh tests/browser.sh
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

check: lint test

clean:
	rm -rf $(VENV) data build dist *.egg-info
