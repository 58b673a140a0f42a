#!/bin/sh
# Write requirements.txt anew: the newest packages that fit pyproject.toml together.
#
#   PYTHON=python3.11 sh tools/pin.sh      (the oldest Python we support, so that all can install it)
set -eu
cd "$(dirname "$0")/.."

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
"${PYTHON:-python3.11}" -m venv "$room"
pip="$room/bin/python -m pip"
extras=$(sed -n 's/^full=//p' tools/venv.sh)
$pip install -qq -U setuptools hatchling editables
$pip install -qq --no-build-isolation -e ".[$extras]"
# appnope: the one package that only macOS asks for.
$pip install -qq appnope
{
    sed -n '/^#/p' requirements.txt
    $pip freeze --all --exclude-editable --exclude pip | sed -n '/^[A-Za-z0-9._-]*==/p' | LC_ALL=C sort -f
} >"$room/requirements.txt"
cp "$room/requirements.txt" requirements.txt
