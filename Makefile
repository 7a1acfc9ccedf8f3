# Every command first makes .venv (once, then only when the pins change) and then calls `course`.
# PYTHON=python3.12 make lab    chooses the Python; by default the first of 3.11 to 3.13 is taken.
# Where there is no make (Windows): README.md has the commands that do the same.

.DEFAULT_GOAL := help
.PHONY: help lab demo test bench results check build doctor venv venv-dev pins

COURSE := .venv/bin/course

help:
	@echo 'make lab      open the course in JupyterLab'
	@echo 'make demo     hand in, grade and give feedback on an invented class'
	@echo 'make doctor   say what is installed, what is missing and what to do about it'
	@echo 'make build    make every notebook from its source'
	@echo 'make check    find notebooks that drifted from their source, and lint them'
	@echo 'make test     run every test'
	@echo 'make bench    measure time and memory of notebooks and of grading'
	@echo 'make results  train the headline results on the full data, write RESULTS.md'
	@echo 'make venv-dev bring .venv up to date with what changing the course needs'
	@echo 'make pins     for maintainers: choose the pinned versions anew'

lab demo doctor: venv
	@$(COURSE) $@

build check test bench results: venv-dev
	@$(COURSE) $@

# The script sees for itself whether there is anything to do (see there), so no file stands here
# that a fresh clone's file times, or a folder moved elsewhere, could make look up to date.
venv:
	@sh setup/make_venv.sh

venv-dev:
	@sh setup/make_venv.sh dev

# Both files come from pyproject.toml's extras. `--universal`: one file for every system, with
# markers; the versions are those that Python 3.11, the oldest, can take. Neither file names an
# address. Needs uv on the path, or UV=/path/to/uv. Versions change only when they have to;
# UPGRADE=--upgrade takes the newest of everything.
UV ?= uv
UPGRADE ?=
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 \
	--fork-strategy fewest --no-annotate --no-header --no-emit-index-url --no-emit-find-links

pins:
	@command -v $(UV) >/dev/null || { echo 'make pins needs uv (or UV=/path/to/uv).' >&2; exit 1; }
	$(COMPILE) $(UPGRADE) --extra tensorflow --extra course \
		--output-file requirements.txt pyproject.toml
	@grep -hv '^-r' requirements.txt requirements-dev.txt >.pins-all.tmp
	$(COMPILE) $(UPGRADE) --extra tensorflow --extra course --extra cluster --extra test \
		--constraint requirements.txt --output-file .pins-all.tmp pyproject.toml
	{ echo '-r requirements.txt'; grep -vxFf requirements.txt .pins-all.tmp; } >requirements-dev.txt
	@rm .pins-all.tmp
