# make demo    set up, then read a scanned report that lies in gold/
# make test    set up, then run every test
# make fuzz    read thousands of damaged files, each within its limits (nightly)
# make install the part both share: system packages, .venv, .venv/bin/kompass

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
DEMO ?= gold/scans/sala-2023.office200.pdf
# Swedish prose that the repair of letters learns from, and what typesets reports: needed for training alone.
TRAINING = chromium=chromium lowriter=libreoffice-writer /usr/share/libreoffice/help/sv=libreoffice-help-sv \
	/usr/share/gimp/2.0/help/sv=gimp-help-sv /usr/share/doc/cfi-sv=cfi-sv $(FACES)
# Faces that reports are set in (kompass_extract/training/render/fonts.py), and what WeasyPrint shapes text with.
FACES := $(foreach package,fonts-liberation fonts-dejavu fonts-crosextra-carlito fonts-crosextra-caladea \
	fonts-noto-core fonts-open-sans fonts-lato fonts-roboto-unhinted fonts-freefont-ttf fonts-texgyre \
	fonts-linuxlibertine fonts-ebgaramond libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0,\
	/usr/share/doc/$(package)=$(package))
# What the tests of the review pages run in, the proxy before them, and the server for those of the store on several machines.
TESTING := chromium=chromium /usr/lib/postgresql=postgresql /usr/sbin/nginx=nginx-light
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: install demo test fuzz evaluate gate bench letters train rendered lint docs wheel lock clean
.DEFAULT_GOAL := install

install: $(VENV)/.runtime

# Stamps: each says that what stands before it was installed into the .venv.
$(VENV)/.system: scripts/install-system
	@scripts/install-system $(PYTHON)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.system requirements.lock pyproject.toml
	@echo "Installing into $(VENV)"
	@$(PIP) --no-deps --require-hashes -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --no-index -e .
	@$(BIN)/python -m compileall -q kompass_extract flows  # else each worker compiles it anew where nothing may be written
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@scripts/install-system $(PYTHON) $(TESTING)
	@$(PIP) --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.train: $(VENV)/.dev requirements-train.lock
	@scripts/install-system $(PYTHON) $(TRAINING)
	@$(PIP) --no-deps --require-hashes -r requirements-train.lock
	@touch $@

demo: install
	@$(BIN)/kompass extract $(DEMO) --out out/demo

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n auto --dist worksteal

# Nightly: two thousand mutated files, each within its limits, and two thousand in one ingestion. KOMPASS_FUZZ_SEED=7 draws
# other files.
FUZZ ?= 2000
fuzz: $(VENV)/.dev
	@KOMPASS_FUZZ=$(FUZZ) $(BIN)/python -m pytest -n auto --dist worksteal \
		tests/test_fuzz.py tests/test_linear_time.py tests/archive/test_ingest_hostile.py

evaluate: install
	@$(BIN)/kompass evaluate --out out/evaluation

gate: install
	@$(BIN)/kompass evaluate --gate --out out/gate

bench: $(VENV)/.dev
	@$(BIN)/python benchmarks/extract_speed.py
	@$(BIN)/python benchmarks/digital_speed.py

# How Swedish letters are restored, beside other ways to do it; needs what training needs.
letters: $(VENV)/.train
	@$(BIN)/kompass evaluate letters

train: $(VENV)/.train
	@$(BIN)/kompass train

# Reports that nobody has seen: invented anew from a seed of the clock, by every typesetter in turn, each born digital
# and once degraded, and how they are read by typesetter and by degradation.  make rendered SEED=7 draws a set again.
ifndef SEED
SEED := $(shell date +%s)
endif
RENDERED ?= --reports 12 --typesetter all --qualities any --seed $(SEED)
rendered: $(VENV)/.train
	@echo "Drawing with seed $(SEED)"
	@rm -rf build/rendered
	@$(BIN)/python -m kompass_extract.training.render --out build/rendered $(RENDERED)
	@$(BIN)/kompass evaluate --reports build/rendered --out out/rendered
	@$(BIN)/python -m kompass_extract.training.render.figures_by_group build/rendered out/rendered

lint: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy kompass_extract

# A page for each public module, from the docstrings.
docs: $(VENV)/.dev
	@$(BIN)/python scripts/make_docs.py build/docs

# What `pip install` takes: the package with models and flows inside.
wheel: $(VENV)/.dev
	@$(BIN)/python -m pip --quiet --disable-pip-version-check wheel --no-deps --no-build-isolation --wheel-dir build/wheel .

# Renews the lock files; the whole set is solved first, so that the three agree.
# What `make install` takes: every command, but not what trains models or reads on several machines.
RUN := $(foreach extra,archive evaluate export flows review watch,--extra $(extra))
UV := $(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links pyproject.toml --extra build
lock:
	@test -x $(BIN)/uv || $(PIP) uv
	@$(UV) --extra all --extra dev -o requirements-train.lock
	@$(UV) $(RUN) --extra cluster --extra dev -c requirements-train.lock -o requirements-dev.lock
	@$(UV) $(RUN) -c requirements-train.lock -o requirements.lock

clean:
	rm -rf out build *.egg-info .pytest_cache .mypy_cache .ruff_cache
