# Needs Python 3.11 or newer, make and git. Everything made lies under .venv/ and var/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export PORT
MANAGE := $(BIN)/python manage.py
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --require-hashes

TEST_DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/postgres
TEST_REDIS_URL ?= redis://127.0.0.1:6379/0
export TEST_DATABASE_URL TEST_REDIS_URL

# A public address, as far as the checks can tell; they connect to nothing.
PUBLIC := SITE_URL=https://alliance.example ALLOWED_HOSTS=alliance.example SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))') \
	DATABASE_URL=postgres://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0

.PHONY: run test lint demo screens bench lock clean
.DEFAULT_GOAL := run

# Seeding adds only what is not there, so what is done in the demonstration stays.
run: $(VENV)/run.stamp $(VENV)/static.stamp
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) createcachetable
	@$(MANAGE) seed --demo
	@exec $(MANAGE) serve

# Tests that start servers or a browser run by themselves, one after the other; all others on two processes.
test: $(VENV)/dev.stamp
	$(BIN)/pytest -n 2 --dist loadfile $(TESTS) --ignore=tests/services --ignore=tests/browser
	$(BIN)/pytest tests/services tests/browser
	@if $(BIN)/python -m tests.machine postgresql redis; then \
		echo "Again on PostgreSQL and Redis: what depends on the database"; \
		DATABASE_URL=$(TEST_DATABASE_URL) REDIS_URL=$(TEST_REDIS_URL) \
			$(BIN)/pytest -n 2 --dist loadfile -m "database and not browser" $(TESTS); \
	elif [ -n "$$CI" ] || [ "$$REQUIRE_SERVICES" = 1 ]; then \
		echo "CI or REQUIRE_SERVICES demands both." >&2; exit 1; \
	else \
		echo "The second round, on PostgreSQL and Redis, was left out."; \
	fi

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --lint --quiet templates
	$(MANAGE) makemigrations --check --dry-run
	$(PUBLIC) $(MANAGE) check --deploy --fail-level WARNING

demo: $(VENV)/dev.stamp
	rm -rf var/demo && mkdir -p var/demo
	VAR_DIR=var/demo DATABASE_URL= REDIS_URL= $(MANAGE) demo

screens: $(VENV)/dev.stamp
	rm -rf var/screens && mkdir -p var/screens
	VAR_DIR=var/screens DATABASE_URL= REDIS_URL= $(MANAGE) screens

bench: $(VENV)/dev.stamp
	mkdir -p var/bench
	VAR_DIR=var/bench $(MANAGE) bench

# Resolves again what the .in files ask for; uv is needed only here.
lock:
	uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 --upgrade requirements.in -o requirements.txt
	uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 --upgrade requirements-dev.in -o requirements-dev.txt

# The data under var/ stays; delete that folder by hand to begin anew.
clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache var/static var/demo var/screens var/bench
	find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 run")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.txt | $(BIN)/python
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	$(PIP) -r requirements-dev.txt
	@touch $@

$(VENV)/static.stamp: $(VENV)/run.stamp $(shell git ls-files alliance/static 2>/dev/null | tr ' ' '?')
	$(MANAGE) collectstatic --noinput --verbosity 0 --ignore redoc
	@touch $@
