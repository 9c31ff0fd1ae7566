#!/usr/bin/env bash
# Brings a clone into a working state; does nothing, quickly, where it is there already.
#   scripts/setup.sh runtime   the server: FFmpeg and the locked runtime packages
#   scripts/setup.sh dev       … and the locked development tools
#   scripts/setup.sh tests     … and the engines that the integration tests talk to
# As root on Debian, missing system packages are installed; anybody else is told what is missing, and it goes on.
# PYTHON chooses the interpreter (3.11 to 3.13), VENV the virtual environment (.venv).
set -euo pipefail
cd "$(dirname "$0")/.."
part=${1:-dev}
venv=${VENV:-.venv}

have() { command -v "$1" >/dev/null 2>&1; }
have_postgres() { have initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
have_server() { have "$1" || [ -x "/usr/sbin/$1" ] || [ -x "/usr/bin/$1" ]; }

usable_python() {
  local name
  for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo "$name" && return
  done
  return 1
}

missing_packages() {
  local python
  python=$(usable_python) || echo python3
  have uv || [ -x "$venv/bin/python" ] || "${python:-false}" -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
  have ffmpeg || echo ffmpeg
  [ "$part" = tests ] || return 0
  have_postgres || echo postgresql
  have_server redis-server || echo redis-server
  have_server rabbitmq-server || echo rabbitmq-server
  have_server radosgw || echo radosgw
  have_server ceph-mon || echo ceph-mon
  have_server ceph-osd || echo ceph-osd
  have_server nginx || echo nginx-light
  have chromium || echo chromium
  have node || echo nodejs
  have npm || echo npm
}

install_system_packages() {
  local missing
  missing=$(missing_packages | tr '\n' ' ')
  [ -n "${missing// /}" ] || return 0
  if [ "$(id -u)" = 0 ] && have apt-get; then
    echo "setup: installing $missing"
    export DEBIAN_FRONTEND=noninteractive
    local log
    log=$(mktemp)
    # shellcheck disable=SC2086  # a list of words
    if ! { apt-get update -qq && apt-get install -qq -y --no-install-recommends $missing; } </dev/null >"$log" 2>&1; then
      tail -n 20 "$log" >&2
      echo "setup: apt-get failed; going on without what is missing" >&2
    fi
    rm -f "$log"
  else
    echo "setup: not installed here: $missing(as root on Debian: apt-get install $missing)" >&2
    have ffmpeg || echo "setup: the ffmpeg of the imageio-ffmpeg package serves instead" >&2
  fi
}

make_environment() {
  local python
  "$venv/bin/python" -c '' 2>/dev/null && return
  python=$(usable_python) || { echo "setup: Python 3.11, 3.12 or 3.13 is needed (PYTHON=… chooses one)" >&2; exit 1; }
  if have uv; then
    uv venv --quiet --clear --python "$python" "$venv"
  else
    "$python" -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
  fi
}

install_locked() {
  local lock=$1 sum
  # The development lock contains the runtime one.
  for made in dev "$lock"; do
    sum="$(cat "requirements/$made.txt" pyproject.toml | sha256sum) $PWD"
    [ "$(cat "$venv/.installed-$made" 2>/dev/null)" = "$sum" ] && return
  done
  local uv=uv
  have uv || uv="$venv/bin/uv"
  echo "setup: installing the locked $lock packages"
  # Bytecode now, not at the first start: it doubles how long that takes.
  "$uv" pip install --quiet --compile-bytecode --python "$venv/bin/python" --require-hashes -r "requirements/$lock.txt"
  "$uv" pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation --editable .
  "$venv/bin/python" -m compileall -q src
  echo "$sum" >"$venv/.installed-$lock"
}

# The player and the uploader that the tests in a browser use.
install_browser_packages() {
  local folder=tests/e2e sum
  have npm || return 0
  sum=$(sha256sum <"$folder/package-lock.json")
  [ "$(cat "$folder/node_modules/.installed" 2>/dev/null)" = "$sum" ] && return
  echo "setup: installing the locked packages of $folder"
  if (cd "$folder" && npm ci --ignore-scripts --loglevel=error >/dev/null); then
    echo "$sum" >"$folder/node_modules/.installed"
  else
    echo "setup: npm ci failed; going on without the tests in a browser" >&2
  fi
}

case $part in
  runtime) lock=runtime ;;
  dev | tests) lock=dev ;;
  *) echo "usage: $0 runtime | dev | tests" >&2; exit 2 ;;
esac
install_system_packages
make_environment
install_locked "$lock"
[ "$part" != tests ] || install_browser_packages
