# 规矩 Guiju. `make` or `make help` lists what can be done. Needs a POSIX shell and Python 3.11 or newer, nothing else.
SHELL = /bin/sh
VENV = .venv
PY = $(VENV)/bin/python
GUIJU_HOME ?= $(CURDIR)/var
PORT ?= 8000
SCALE ?= small
ARGS =
export VENV GUIJU_HOME PORT SCALE

.DEFAULT_GOAL = help
.PHONY: help demo test lint format bench assets messages bundle check-bundle lock clean env env-test

help: ## list the targets
	@echo "规矩 Guiju"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  PORT=8080 make demo             another port"
	@echo "  make test ARGS='-k policies'    some tests only"
	@echo "  GUIJU_REQUIRE=browser,postgres  a missing Chromium or PostgreSQL fails the tests instead of skipping them"

demo: assets ## build everything, fill a database with demo data, serve it and print the address and accounts
	@sh tools/demo.sh

test: assets env-test ## run all tests, on SQLite and, where it is installed, on PostgreSQL
	@$(PY) tools/test.py $(ARGS)

lint: assets env-test ## style, types, migrations, packs
	@$(PY) tools/lint.py

format: env-test ## put the code into the one format
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .

bench: assets env-test ## run the benchmarks and print their figures
	@$(PY) tools/bench.py $(ARGS)

assets: env ## fetch the front-end files and compile the messages (both ignored by git)
	@$(PY) -m guiju.web.vendor_assets
	@$(PY) -m guiju.web.messages

messages: env ## bring the Chinese catalogue up to date and name what it lacks (ARGS=FILE.po takes translations)
	@$(PY) tools/messages.py $(ARGS)

bundle: assets ## build the wheel, with assets and packs inside, into dist/
	@rm -rf dist
	@$(PY) -m hatchling build -t wheel

check-bundle: bundle ## install the wheel in a fresh environment without Node, and ask it for a page
	@$(PY) tools/check_wheel.py

lock: ## resolve the requirements again (UPGRADE=--upgrade takes newer releases)
	@sh tools/lock.sh $(UPGRADE)

clean: ## remove what was built; data in var/ stay
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -rf src/guiju/web/static/vendor
	find src -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

env:
	@sh tools/venv.sh base build

env-test:
	@sh tools/venv.sh base build test
