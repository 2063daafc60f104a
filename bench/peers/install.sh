#!/usr/bin/env bash
# Installs the peers of the benchmark, at pinned versions, into a virtual environment of their own: .cache/peers/venv.
# Uses pip as it is configured on this machine.
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=.cache/peers/venv
wanted=bench/peers/requirements.txt
fail() {
  echo "bench/peers/install.sh: $1" >&2
  echo "The benchmark runs without the peers; their columns are then empty." >&2
  exit 1
}

if [ -f "$venv/installed" ] && cmp -s "$wanted" "$venv/installed"; then
  echo "The peers are installed in $venv."
  exit 0
fi
python=${PYTHON:-python3}
command -v "$python" > /dev/null || fail "there is no $python; install Python 3.11 or later, or set PYTHON."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "$("$python" --version) is too old; 3.11 or later is needed."
rm -rf "$venv"
mkdir -p .cache/peers
"$python" -m venv "$venv" || fail "no virtual environment could be made (on Debian: the package python3-venv)."
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: --requirement "$wanted" ||
  fail "pip could not install $wanted; see its message above (is a package index configured and reached?)."
"$venv/bin/python" -c 'import highspy, ortools, z3' || fail "what was installed cannot be loaded; see the message above."
cp "$wanted" "$venv/installed"
echo "The peers are installed in $venv."
