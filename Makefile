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

bench: $(VENV)/.with-bench  ## Every performance claim: ours, the peer's, the ratio
	$(BIN)/python benchmarks/palette.py
	$(BIN)/python benchmarks/palette.py --grain
	$(BIN)/python benchmarks/lab_all_colours.py
	$(BIN)/python benchmarks/video_read.py
	$(BIN)/python benchmarks/correct.py --speed
	$(BIN)/python benchmarks/correct.py --quick
	$(BIN)/python benchmarks/temporal.py --quick
	$(BIN)/python benchmarks/deflicker.py --quick
	$(BIN)/python benchmarks/logo.py --quick
	$(BIN)/python benchmarks/style.py --quick
	$(BIN)/python benchmarks/loop.py --quick
	$(BIN)/python benchmarks/press.py
	$(BIN)/python benchmarks/review_queue.py
	$(BIN)/python benchmarks/review.py --frames 20
	$(BIN)/python benchmarks/gate.py --pictures 300

clean:  ## Remove what the targets made
	rm -rf $(VENV) demo build *.egg-info
