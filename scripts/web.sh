#!/usr/bin/env bash
# The web client: scripts/web.sh build | lint | test | api
#   build  make what the server serves, where the sources have changed; without Node.js say so, and go on
#   lint   style, types, and whether the API's types are up to date
#   test   the unit tests
#   api    write the API's types from the routes
# Node.js is the system's where it is new enough, else the one that a Python package ships (VENV says where: .venv).
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${VENV:-.venv}
case $venv in /*) ;; *) venv=$PWD/$venv ;; esac
built=src/entrypoints/http/client_files

# Vite asks for these.
new_enough() { node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null; }

need_node() {
  new_enough && command -v npm >/dev/null && return
  if [ ! -x "$venv/bin/npm" ]; then
    echo "setup: installing Node.js into ${venv##*/}"
    local uv=uv
    command -v uv >/dev/null || uv="$venv/bin/uv"
    "$uv" pip install --quiet --python "$venv/bin/python" --require-hashes -r requirements/node.txt || return 1
  fi
  export PATH="$venv/bin:$PATH"
}

need_packages() {
  local sum
  sum="$(sha256sum <web/package-lock.json) $PWD"
  [ "$(cat web/node_modules/.installed 2>/dev/null)" = "$sum" ] && return
  echo "setup: installing the locked packages of web"
  (cd web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null) || return 1
  echo "$sum" >web/node_modules/.installed
}

sources() { find web -name node_modules -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum; }

build() {
  local sum
  sum=$(sources)
  [ "$(cat "$built/.built" 2>/dev/null)" = "$sum" ] && return
  if ! { need_node && need_packages; }; then
    echo "setup: no Node.js here; the server will run without its web client" >&2
    return
  fi
  echo "setup: building the web client"
  local log
  log=$(mktemp)
  if (cd web && npm run --silent build >"$log" 2>&1); then
    echo "$sum" >"$built/.built"
    rm "$log"
  else
    cat "$log" >&2
    return 1
  fi
}

written() {
  mkdir -p build
  "$venv/bin/streamcore" openapi >build/openapi.json
}

case ${1:-} in
  build) build ;;
  lint)
    need_node && need_packages
    (cd web && npm run --silent lint)
    written && (cd web && npm run --silent api:check -- ../build/openapi.json)
    ;;
  test) need_node && need_packages && (cd web && npm run --silent test) ;;
  api) need_node && need_packages && written && (cd web && npm run --silent api -- ../build/openapi.json) ;;
  *) echo "usage: $0 build | lint | test | api" >&2; exit 2 ;;
esac
