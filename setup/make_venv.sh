#!/bin/sh
# Makes .venv: a Python environment with the pinned packages and the course itself.
#
#   sh setup/make_venv.sh          what studying and grading need (requirements.txt)
#   sh setup/make_venv.sh dev      and what testing needs (requirements-dev.txt)
#
# The Makefile calls it before every command. Where all is in place already it ends at once; when
# the pins, the folder's place or the wanted Python have changed, it brings .venv up to date.
# PYTHON=python3.12 chooses the Python. What goes wrong is told in one line on stderr, with exit
# code 1. Plain POSIX sh, because it has to run before there is a Python to rely on.
set -eu
cd "$(dirname "$0")/.."

# Measured on Linux x86-64, in MB: .venv takes 2140 with requirements.txt, 2400 with
# requirements-dev.txt; the downloads, 460 and 540, lie in pip's cache and, until all is installed,
# in the temporary folder as well.
case "${1:-}" in
'') kind=base requirements=requirements.txt need=3100 ;;
dev) kind=dev requirements=requirements-dev.txt need=3500 ;;
*) echo "usage: sh setup/make_venv.sh [dev]" >&2 && exit 2 ;;
esac
oldest=3.11
newest=3.13

fail() {
    echo "Set-up stopped: $*" >&2
    exit 1
}

# Prints the version of a Python as 3.12; fails where it does not run (pyenv leaves such commands).
version_of() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

in_range() {
    case "$1" in
    3.11 | 3.12 | 3.13) return 0 ;;
    *) return 1 ;;
    esac
}

# 1. Which Python: the one asked for, else .venv's own, else the first on the path that fits.
python=
if [ -n "${PYTHON:-}" ]; then
    version=$(version_of "$PYTHON") || fail "PYTHON=$PYTHON does not run."
    in_range "$version" ||
        fail "$PYTHON is Python $version, but the course needs Python $oldest to $newest."
    python=$PYTHON
elif version=$(version_of .venv/bin/python) && in_range "$version"; then
    python=.venv/bin/python
else
    seen=
    for candidate in python3 python3.13 python3.12 python3.11; do
        version=$(version_of "$candidate") || continue
        if in_range "$version"; then
            python=$candidate
            break
        fi
        seen="$seen $candidate is Python $version."
    done
    [ -n "$python" ] || fail "the course needs Python $oldest to $newest, and none was found.$seen" \
        "Install one, or say where it is: PYTHON=/path/to/python3.12 make lab"
fi

# 2. Is .venv as it should be? Three notes in it tell: for which folder and Python it was made (an
#    environment does not survive being moved, its scripts hold the full path), and from which pins
#    each of the two sets was installed.
here="$(pwd) $version"
pins_base=$(cat requirements.txt pyproject.toml | cksum)
pins_dev=$(cat requirements.txt requirements-dev.txt pyproject.toml | cksum)
note() {
    cat ".venv/$1" 2>/dev/null || true
}
usable=no
if [ "$(version_of .venv/bin/python)" = "$version" ]; then
    # An environment without a note was made by hand, in this folder: it is taken as it is.
    case "$(note made-for)" in
    "$here" | '') usable=yes ;;
    esac
fi
if [ $usable = yes ]; then
    case $kind in
    base) [ "$(note installed-base)" != "$pins_base" ] || exit 0 ;;
    dev) [ "$(note installed-dev)" != "$pins_dev" ] || exit 0 ;;
    esac
    # Without pip, its making was interrupted (or another tool made it).
    .venv/bin/python -m pip --version >/dev/null 2>&1 || usable=no
fi
if [ $usable = no ] && [ "$python" = .venv/bin/python ]; then
    # It cannot replace itself: the Python that it was made from can.
    python=$(.venv/bin/python -c 'import sys; print(sys._base_executable)')
fi

# 3. What pip would only find out after minutes of downloading.
case "$(uname -s) $(uname -m)" in
"Darwin x86_64") fail "TensorFlow is no longer made for Macs with an Intel processor." \
    "Open a lecture on GitHub and use the badge at its top: Binder and Colab run it for you." ;;
esac
free_mb() {
    df -Pk . | awk 'NR == 2 { print int($4 / 1024) }'
}
free=$(free_mb)
used=0
[ ! -d .venv ] || used=$(du -sk .venv | awk '{ print int($1 / 1024) }')
if [ $((free + used)) -lt $need ]; then
    fail "the disk has $free MB free, and the installation needs about $((need - used)) MB." \
        "Make room and try again."
fi

# Tells from pip's own words what went wrong, in one line.
explain() {
    full="the disk is full (pip also uses ${TMPDIR:-/tmp} and its cache). Make room and try again."
    [ "$(free_mb)" -gt 50 ] || fail "$full"
    case "$1" in
    *"No space left on device"* | *"Errno 28"* | *"Disk quota exceeded"*) fail "$full" ;;
    *"Failed to establish a new connection"* | *"name resolution"* | *"ConnectTimeoutError"* | \
        *"Network is unreachable"* | *"Read timed out"* | *"ProxyError"* | *"Connection refused"*)
        fail "the packages could not be downloaded: no network? Connect and try again." ;;
    *"ensurepip is not available"* | *"No module named"*venv* | *"No module named"*ensurepip*)
        fail "this Python lacks venv. On Debian or Ubuntu: sudo apt install python3-venv" ;;
    esac
    # Best effort: a record for whoever is asked for help.
    { printf '%s\n' "$1" >.venv/install.log; } 2>/dev/null || true
    reason=$(printf '%s\n' "$1" | grep -i 'error' | tail -n 1)
    fail "${reason:-unknown reason} (all that pip said: .venv/install.log)"
}

# 4. The environment.
if [ $usable = no ]; then
    echo "Making .venv with Python $version ..."
    said=$("$python" -m venv --clear .venv 2>&1) || explain "$said"
fi
printf '%s\n' "$here" >.venv/made-for || explain "note not written"
rm -f .venv/installed-base .venv/installed-dev

# 5. The packages. Whoever looks on sees pip's progress; its complaints are kept for explain().
echo "Installing the packages of $requirements; the first time this takes a few minutes ..."
quiet=--quiet
[ ! -t 1 ] || quiet=
exec 3>&1
pip_install() {
    # shellcheck disable=SC2086  # an empty $quiet has to vanish
    said=$(.venv/bin/python -m pip --disable-pip-version-check --no-input install $quiet "$@" \
        2>&1 >&3) || explain "$said"
}
pip_install --requirement "$requirements"
# The package comes last and without its dependencies: the pins are all it needs, setuptools
# included, so that nothing else is downloaded and nothing replaces a pinned version.
pip_install --no-deps --no-build-isolation --editable .
printf '%s\n' "$pins_base" >.venv/installed-base || explain "note not written"
[ $kind = base ] || printf '%s\n' "$pins_dev" >.venv/installed-dev || explain "note not written"
echo "Installed in .venv."
