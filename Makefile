# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Tests start brandkit many times, which is to be compiled once.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test lint docs bench clean

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

# Two workers share the cores: threads of the one would spin while they wait for those of the other.
test: export OMP_NUM_THREADS := 1
test: export MKL_NUM_THREADS := 1
test: export NUMBA_NUM_THREADS := 1
test: $(VENV)/.with-dev  ## Run the tests
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -q --durations=20

lint: $(VENV)/.with-dev  ## ruff, mypy --strict, the import contracts, and what CI and containers run
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/shellcheck .ci/run .github/actions/check/*.sh .github/examples/*.sh
	$(BIN)/hadolint .ci/Dockerfile
	$(BIN)/check-jsonschema -q --builtin-schema vendor.github-actions .github/actions/check/action.yml
	$(BIN)/check-jsonschema -q --builtin-schema vendor.github-workflows .github/examples/workflow.yml
	$(BIN)/check-jsonschema -q --builtin-schema vendor.compose-spec .ci/compose.yaml
	$(BIN)/zizmor --offline --quiet .github/actions

docs: $(VENV)/.with-docs  ## Build the documentation into build/docs; a warning is an error
	$(BIN)/python -m sphinx -W --keep-going -n -q -E .docs build/docs

bench: $(VENV)/.with-bench  ## Every performance claim: ours, the peer's, the ratio; writes benchmarks/RESULTS.md
	$(BIN)/python benchmarks/run.py

clean:  ## Remove what the targets made
	rm -rf $(VENV) demo build *.egg-info
