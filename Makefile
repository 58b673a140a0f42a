# The house's few commands. Needs make and Python 3.11 to 3.14; everything else goes into .venv.
# Another Python: make PYTHON=/path/to/python3 demo

PYTHON ?=
PY := .venv/bin/python
VENV := @PYTHON='$(PYTHON)' sh tools/venv.sh

# What stands in the shell around us must not decide which packages are imported.
unexport PYTHONHOME
unexport PYTHONPATH

.NOTPARALLEL:
.PHONY: help demo test check full lint types floors fresh fix notebooks nbval docs site unit lab bench pins clean

help: ## what there is to type
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

demo: ## the main job on the sample data, as one HTML report
	$(VENV)
	@.venv/bin/govkit demo

# The cheap ones first; pytest has the last word.
test: check site nbval unit ## everything that has to be green

check: lint types floors fresh ## lint, format, types, imports between rooms, pages that went stale

full:
	$(VENV) full

lint: full
	$(PY) -m ruff check
	$(PY) -m ruff format --check

types: full
	$(PY) -m mypy

floors: full
	.venv/bin/lint-imports --no-logo

# Training pages past their review date; sentences without their Japanese.
fresh: full
	$(PY) tools/reviewed.py
	$(PY) tools/translations.py

fix: full ## let ruff mend and format what it can
	$(PY) -m ruff check --fix
	$(PY) -m ruff format

site: full
	$(PY) tools/site.py

docs: site ## the documentation site
	@echo "The site is in docs/_build/html/index.html, in Japanese in docs/_build/html/ja/index.html"

# Strict: every stored output is compared with a fresh run.
nbval: full
	@ls notebooks/*.ipynb >/dev/null 2>&1 || { echo "There is no notebook in notebooks/ to validate." >&2; exit 1; }
	$(PY) -m pytest -q -p no:cacheprovider notebooks --nbval --nbval-current-env \
		--nbval-sanitize-with tests/nbval_sanitize.cfg --nbval-cell-timeout 120
	.venv/bin/govkit guard --sources notebooks

unit: full
	$(PY) -m pytest -rs

notebooks: full ## run all notebooks again and store their outputs
	$(PY) tools/refresh.py

lab: ## JupyterLab with the notebooks
	$(VENV) notebook
	$(PY) -m jupyterlab notebooks

bench: full ## speed and memory beside the peers
	$(PY) benchmarks/run.py
	$(PY) benchmarks/risk.py
	$(PY) benchmarks/tables.py
	$(PY) benchmarks/remedy.py
	$(PY) benchmarks/perturbation.py
	$(PY) benchmarks/register.py
	$(PY) benchmarks/records.py
	$(PY) benchmarks/requests.py
	$(PY) benchmarks/session.py
	$(PY) benchmarks/guard.py

pins: ## write requirements.txt anew
	@PYTHON='$(PYTHON)' sh tools/pin.sh

clean: ## remove what make made, .venv too
	rm -rf .venv build dist docs/_build docs/tutorials/*.ipynb docs/tutorials/*/ docs/locale/*/LC_MESSAGES/*.mo docs/locale/*/LC_MESSAGES/*/*.mo jupyter_execute govkit-demo \
		.pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
