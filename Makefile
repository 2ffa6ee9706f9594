# `make run` opens the window, `make test` checks everything; both set up .venv first, and again when needed.

PYTHON ?= $(shell for p in python3.12 python3.11 python3.13 python3; do \
	$$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --constraint constraints.txt
SETUP_FILES := pyproject.toml constraints.txt .ci/system-libraries

# Processes that share the cores must not spin while they wait for each other; on tiny tensors a second thread costs more
# than it does (the tests of the native programs take two all the same). Files run in the order that tests/conftest.py
# gives them: the longest first.
QUIETLY := PYTHONDONTWRITEBYTECODE= QT_QPA_PLATFORM=offscreen OMP_WAIT_POLICY=PASSIVE OMP_NUM_THREADS=1
PARALLEL := --numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder
WITHOUT_PROGRAMS := tests/generator/render/test_engine.py tests/e2e/test_app.py

.PHONY: run test check catalogue pytest clean

run: $(VENV)/ready-to-run
	$(BIN)/outis $(MODEL)

test:
	@$(MAKE) --no-print-directory --keep-going check pytest

check: $(VENV)/ready-to-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

catalogue: $(VENV)/ready-to-test
	$(BIN)/pybabel -q extract --no-location --sort-output --omit-header -k tr -o resources/locale/outis.pot explorer

pytest: $(VENV)/ready-to-test
	$(QUIETLY) $(BIN)/python -m pytest $(PARALLEL)
	OUTIS_NATIVE=0 $(QUIETLY) $(BIN)/python -m pytest $(PARALLEL) $(WITHOUT_PROGRAMS)

$(VENV)/ready-to-run: $(SETUP_FILES) | $(BIN)/python
	$(INSTALL) --editable .
	.ci/system-libraries $(BIN)/python
	@touch $@

$(VENV)/ready-to-test: $(SETUP_FILES) | $(BIN)/python
	$(INSTALL) --editable '.[test]'
	.ci/system-libraries $(BIN)/python
	@touch $@ $(VENV)/ready-to-run

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Outis needs Python 3.11 or newer with venv (Debian: python3 python3-venv)." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

clean:
	rm -rf $(VENV) build dist
