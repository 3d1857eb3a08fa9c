# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench clean

help:  ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

# A stamp for each set of extras, so that a second run installs nothing.
$(VENV)/.with-%: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[$*]'
	@touch $@

demo: $(VENV)/.with-demo  ## Check and correct real pictures; prints where the results are
	$(BIN)/brandkit demo -o demo

test: $(VENV)/.with-dev  ## Run the tests
	$(BIN)/python -m pytest -n 2 --dist loadfile -q

lint: $(VENV)/.with-dev  ## ruff, mypy --strict and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.with-bench  ## Every performance claim: ours, the peer's, the ratio; writes benchmarks/RESULTS.md
	$(BIN)/python benchmarks/run.py

clean:  ## Remove what the targets made
	rm -rf $(VENV) demo build *.egg-info
