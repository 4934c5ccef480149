# `make demo` shows the product on a simulated provider; `make test` runs every check.
# Both set up all they need below .venv, from Python 3.11 or newer and the package index alone, and can be repeated.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

export UV_LINK_MODE := copy

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-spark test-ownership-laws benchmark benchmark-detection documents lock clean

help: ## Say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 22

setup: $(READY) ## Install the locked environment into .venv

$(READY): requirements.lock pyproject.toml
	@echo "Setting up .venv from requirements.lock ..."
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else "Python 3.11, 3.12 or 3.13 is needed, this is %d.%d: make PYTHON=python3.11 ..." % v)'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep '^uv==' requirements.lock)"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(READY) ## Simulate a week of a small provider, run the whole job, show the findings
	@$(BIN)/forensics demo

test: $(READY) ## Run lint, types and all tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

benchmark-detection: $(READY) ## Measure detection and its baselines on a fixed grid of simulated worlds (a quarter of an hour)
	@$(BIN)/python -m forensics.evaluate.benchmark --document README.md

# One run after another, each printing its table and writing it into a document.
BESIDE := tests/benchmarks/README.md

benchmark: $(READY) .venv/benchmark/.ready ## Measure what each step costs, and the job beside other tools (an hour and a half)
	@$(BIN)/python -m tests.benchmarks.growth --document README.md
	@$(BIN)/python -m tests.benchmarks.next_day --document $(BESIDE)
	@$(BIN)/python -m tests.benchmarks.bounded_memory --document $(BESIDE)
	@$(BIN)/python -m tests.benchmarks.campaign_day --document $(BESIDE)
	@$(BIN)/python -m tests.benchmarks.content_pass --document $(BESIDE)
	@$(BIN)/python -m tests.benchmarks.dagster_overhead --document $(BESIDE)
	@PYTHONPATH=.venv/benchmark $(BIN)/python -m tests.benchmarks.templates
	@PYTHONPATH=.venv/benchmark $(BIN)/python -m tests.benchmarks.whole_job --document $(BESIDE)
	@PYTHONPATH=.venv/benchmark $(BIN)/python -m tests.benchmarks.links_beside --document $(BESIDE)
	@PYTHONPATH=.venv/benchmark $(BIN)/python -m tests.benchmarks.clusters_beside --document $(BESIDE)

.venv/benchmark/.ready: $(READY)
	@$(BIN)/uv pip install --quiet --target .venv/benchmark --no-deps --group benchmark
	@touch $@

test-ownership-laws: $(READY) ## Check the laws of the ownership roll-up on six thousand random graphs each (a minute or two)
	@OWNERSHIP_GRAPHS=6000 $(BIN)/python -m pytest -q --timeout 1800 tests/unit/links/ownership/test_laws.py tests/unit/links/ownership/test_oracles.py

test-spark: $(READY) .venv/spark/.ready ## Compare every daily table with Apache Spark itself (Java 17 or newer; some minutes)
	@$(BIN)/python tests/integration/spark_server.py .venv/spark

# Beside the environment: pyspark and the client without Java are both called pyspark.
.venv/spark/.ready: $(READY)
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv/spark
	@$(BIN)/uv pip install --quiet --python .venv/spark/bin/python --group spark-server
	@touch $@

documents: $(READY) ## Write warehouse/dictionary.md and warehouse/schema.sql from the contract
	@$(BIN)/python -m forensics.contracts.documents

lock: $(READY) ## Resolve pyproject.toml again into requirements.lock
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --no-header --no-annotate --quiet --output-file requirements.lock

clean: ## Remove the environment and the demo; the warehouse stays
	rm -rf .venv warehouse/demo
