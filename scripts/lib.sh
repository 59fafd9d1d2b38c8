# shellcheck shell=bash
# What the scripts share; sourced, not run. Leaves the caller in the root of the project.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() {
  if [ -t 1 ]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi
}

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Prints a command in a form that can be copied, then runs it.
run() {
  printf '$'
  printf ' %q' "$@"
  printf '\n'
  "$@"
}
