# Everything a person or CI does with a clone. Needs Python 3.11 or later with venv, and make.
# PYTHON=... names another interpreter for the environments; PYTEST_ARGS=... is handed to pytest.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BIN := .venv/bin
EXTRAS := plots,data,sklearn,onnx,keras,studio,compiled,remote
PINS := pyproject.toml constraints.txt scripts/venv
OLDEST_TESTS = $(wildcard tests/core tests/training tests/data tests/exchange/test_*.py \
	$(addprefix tests/views/,text/test_terminal.py text/test_spelling.py test_progress.py text/test_walk.py text/test_estimate.py html/test_page.py) \
	tests/cli/test_explain.py tests/cli/test_published.py)

export PYTHON
# Two test workers, or Sphinx and a page's kernel, on two cores: one BLAS thread each.
TEST_ENV := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1

.PHONY: help setup demo setup-test test test-oldest test-outside check format docs book page wheel bench campaign pins clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

setup: .venv/.setup  ## an environment in .venv with glassnet and its pictures
	@echo "ready: $(BIN)/glassnet"

demo: .venv/.setup  ## the tour
	$(BIN)/glassnet demo
	@echo
	@echo 'The command is $(BIN)/glassnet.'

setup-test: .venv/.setup-test  ## the same with every extra and the tools of the workshop

test: .venv/.setup-test  ## the tests, on the pinned versions
	$(TEST_ENV) $(BIN)/python -m pytest -n 2 --dist worksteal $(PYTEST_ARGS)

test-oldest: .venv-oldest/.setup
	@echo "--- the inner rooms, views and commands on the oldest versions that glassnet takes ---"
	$(if $(OLDEST_TESTS),$(TEST_ENV) GLASSNET_TEST_FEWER_TOOLS=1 .venv-oldest/bin/python \
		-m pytest -q -p no:cacheprovider $(OLDEST_TESTS),@echo "no such tests yet")

test-outside: .venv/.setup-test docs test-oldest  ## what needs a browser, a notebook or another environment
	$(TEST_ENV) $(BIN)/python -m pytest -n 2 --dist worksteal -m 'outside and not campaign' $(PYTEST_ARGS)

check: .venv/.setup-test docs  ## formatting, lint, types, spelling, documentation
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/codespell docs src README.md CONTRIBUTING.md CHANGELOG.md

format: .venv/.setup-test  ## format, and repair what lint can
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

docs: page  ## the documentation, in docs/_build/html
	$(TEST_ENV) $(BIN)/sphinx-build -q -W --keep-going -d docs/_build/doctrees docs docs/_build/html
	$(BIN)/python scripts/nothing-from-outside docs/_build/html
	$(BIN)/python scripts/links docs/_build/html

book: docs  ## the documentation as one page and as a PDF, in docs/_build
	$(TEST_ENV) $(BIN)/sphinx-build -q -W --keep-going -b singlehtml -d docs/_build/doctrees docs docs/_build/one
	$(BIN)/python scripts/one_file.py docs/_build/one docs/_build/glassnet.html docs/_build/glassnet.pdf

page: .venv/.setup-test  ## the studio's page, built by node
	$(BIN)/python -c 'from glassnet.studio.opening import build_page; build_page(print)'

wheel: page  ## build wheel and sdist, and try them on every Python there is
	$(BIN)/python scripts/try_wheel.py

bench:  ## measure speed beside other libraries, each in an environment of its own
	sh benchmarks/run.sh

campaign: .venv/.setup-test  ## the long tests: every property on two thousand examples
	$(TEST_ENV) GLASSNET_TEST_PROFILE=campaign $(BIN)/python -m pytest -n 2 -m 'not outside or campaign' --timeout 3600 \
		tests/core tests/training tests/data tests/exchange tests/explain tests/tutor \
		tests/test_public_fuzz.py tests/cli/test_stranger_calls.py $(PYTEST_ARGS)

pins: .venv/.setup-test  ## renew constraints.txt to the newest versions
	scripts/pins

clean:  ## remove what the targets above made
	rm -rf .venv .venv-oldest .tools .pytest_cache .ruff_cache .hypothesis build dist docs/_build docs/learn docs/made glassnet-demo
	find src tests -name __pycache__ -type d -exec rm -rf {} +

.venv/.setup: $(PINS)
	scripts/venv .venv constraints.txt -e '.[plots]'
	@test -x $(BIN)/glassnet
	@touch $@

.venv/.setup-test: $(PINS)
	scripts/venv .venv constraints.txt -e '.[$(EXTRAS),dev,docs]'
	@touch .venv/.setup $@

.venv-oldest/.setup: $(PINS) constraints-oldest.txt
	scripts/venv .venv-oldest constraints-oldest.txt -e . pytest pytest-timeout hypothesis safetensors
	@touch $@
