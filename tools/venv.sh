#!/bin/sh
# Make .venv with the pinned packages, or leave it alone when it is already as wanted.
#
#   sh tools/venv.sh              what `govkit demo` and the commands of README.md need
#   sh tools/venv.sh notebook     the same, and what the notebooks need
#   sh tools/venv.sh full         everything: all extras
#
# $PYTHON names the interpreter; without it the first fitting one on the path is taken.
set -eu
cd "$(dirname "$0")/.."

wanted=${1:-core}
core=classify,excel,records
full=classify,excel,database,polars,spark,ibis,notebook,docs,test,privacy,records,session
how="install one (Debian: apt install python3 python3-venv; macOS: brew install python@3.13) or name one: make PYTHON=/path/to/python3"

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 2; }

# Settings of the shell around us that would send packages or imports elsewhere.
unset PYTHONHOME PYTHONPATH PIP_PREFIX PIP_ROOT PIP_TARGET
export PIP_USER=0 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1

version() { "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null; }
between() { # between PYTHON LOWEST HIGHEST: the second numbers of Python 3.x
    "$1" -c "import sys; v = sys.version_info; sys.exit(not (v[0] == 3 and $2 <= v[1] <= $3))" 2>/dev/null
}
makes_venvs() { "$1" -c 'import venv, ensurepip' 2>/dev/null; }

find_python() { # sets $python
    if [ -n "${PYTHON:-}" ]; then
        python=$PYTHON
        version "$python" >/dev/null || stop "There is no Python at PYTHON=$python: $how."
        between "$python" 11 99 ||
            stop "govkit needs Python 3.11 or newer and PYTHON=$python is $(version "$python"): $how."
        makes_venvs "$python" || stop_without_venv "$python"
        return
    fi
    old='' bare=''
    for python in python3 python3.13 python3.12 python3.14 python3.11 python; do
        version "$python" >/dev/null || continue
        if ! between "$python" 11 14; then
            old=${old:-$python}
        elif makes_venvs "$python"; then
            return
        else
            bare=${bare:-$python}
        fi
    done
    [ -z "$bare" ] || stop_without_venv "$bare"
    [ -z "$old" ] || stop "govkit needs Python 3.11 to 3.14 and $old is $(version "$old"): $how."
    stop "govkit needs Python 3.11 to 3.14 and there is none on the path: $how."
}
stop_without_venv() {
    stop "Python $(version "$1") ($1) cannot make virtual environments: install the missing part (Debian: apt install python3-venv) or name another: make PYTHON=/path/to/python3."
}

# A .venv that was copied or moved starts programs of the place it came from.
usable() {
    grep -qF "$(pwd -P)/.venv/bin/python" .venv/bin/pip 2>/dev/null &&
        between .venv/bin/python 11 99 &&
        .venv/bin/python -m pip --version >/dev/null 2>&1 || return 1
    [ -z "${PYTHON:-}" ] || [ "$(version .venv/bin/python)" = "$(version "$PYTHON")" ]
}

if [ -n "${PYTHON:-}" ]; then find_python; fi
if ! usable; then
    find_python
    say "Making .venv with Python $(version "$python") ..."
    "$python" -m venv --clear .venv || stop "$python could not make .venv: see its message above."
fi

# The stamp is what the environment was made from; a stamp of `full` serves every wish.
key=$(cat pyproject.toml requirements.txt tools/venv.sh | cksum)
for stamp in ".venv/govkit-$wanted" .venv/govkit-full; do
    if [ "$(cat "$stamp" 2>/dev/null)" = "$key" ]; then exit 0; fi
done

case $wanted in
    core) extras="[$core]" ;;
    notebook) extras="[$core,session,privacy,notebook]" ;;
    full) extras="[$full]" ;;
    *) stop "There is no set of packages '$wanted': take core, notebook or full." ;;
esac
say "Installing the pinned packages into .venv (once; a minute or two) ..."
pip() { .venv/bin/python -m pip install -qq -c requirements.txt "$@"; }
# What builds packages comes from the pins too, hence no build isolation.
{ pip setuptools hatchling editables && pip --no-build-isolation -e ".$extras"; } ||
    stop "The packages could not be installed: pip says why above; once that is mended, run make again."
printf '%s\n' "$key" >".venv/govkit-$wanted"
