.DEFAULT_GOAL := help
.PHONY: help setup run client unit test lint docs format bench contracts openapi lock clean

VENV ?= .venv
BIN := $(VENV)/bin
export VENV
# Compiled modules are kept: without them every test run compiles a thousand files first.
export PYTHONDONTWRITEBYTECODE :=
HOST ?= 127.0.0.1
PORT ?= 8080
DATA ?= .data
ARGS ?=
PYTEST := $(BIN)/python -m pytest
WITH_ENGINES := $(BIN)/python scripts/engines.py

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install everything: system packages (as root), the locked environment, the engines that tests need
	@scripts/setup.sh tests
	@scripts/web.sh build

run: ## Run the server on the embedded default (HOST, PORT, DATA)
	@scripts/setup.sh runtime
	@scripts/web.sh build
	@exec $(BIN)/streamcore serve --host $(HOST) --port $(PORT) --data $(DATA) $(ARGS)

client: ## Build the web client
	@scripts/setup.sh runtime
	@scripts/web.sh build

unit: ## Run the unit tests (no network, no engines)
	@scripts/setup.sh dev
	@$(PYTEST) tests/unit $(ARGS)

test: ## Run every test, with the real engines
	@scripts/setup.sh tests
	@scripts/web.sh build
	@scripts/web.sh test
	@$(WITH_ENGINES) $(PYTEST) -n 2 $(ARGS)

lint: ## Check style, types, the import contracts, the locks and the words
	@scripts/setup.sh dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(wildcard src tests benchmarks scripts)
	$(BIN)/lint-imports --no-logo
	$(PYTEST) -q tests/house/test_repository.py
	scripts/lock.sh --check
	scripts/web.sh lint
	@$(MAKE) --no-print-directory docs

docs: ## Build the documentation's site into site/; a link that leads nowhere is an error
	@scripts/setup.sh dev
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --config-file scripts/documents/mkdocs.yml
	@echo "site/index.html"

format: ## Put the code into the house's form
	@scripts/setup.sh dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: ## Run one benchmark: make bench NAME=cached_list
	@scripts/setup.sh tests
	@$(WITH_ENGINES) $(BIN)/python -m benchmarks.$(NAME) $(ARGS)

contracts: ## Print which adapter passed which contract, port × adapter
	@scripts/setup.sh tests
	@$(WITH_ENGINES) $(PYTEST) tests/unit/contracts tests/suites tests/integration/contracts tests/integration/media/test_contract.py -n 2 --contracts=build/contracts.json $(ARGS)

openapi: ## Write the client's types, and build/openapi.json, from the routes
	@scripts/setup.sh dev
	@scripts/web.sh api

lock: ## Write the hashed locks anew; ARGS=--upgrade takes the newest versions
	@scripts/setup.sh dev
	scripts/lock.sh $(ARGS)

clean: ## Remove everything that was made, except the data folder
	rm -rf $(VENV) build dist site web/node_modules tests/e2e/node_modules src/entrypoints/http/client_files .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests scripts -name __pycache__ -prune -exec rm -rf {} +
