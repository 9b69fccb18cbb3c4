# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared by the files that run sources
# Steps: each is a function, runs in a subshell with 'set -e', and prints one line. Its commands' output goes to a log
# that is shown when it fails.

passed=0 failed=0 skipped=0

# step WHAT FUNCTION [ARG…]: fails when the step does, for those who cannot go on without it.
step() {
  local what=$1 status began=$SECONDS
  shift
  steplog="$work/logs/$(printf '%03d' $((passed + failed + skipped + 1)))-$1.log"
  : >"$work/why"
  # Not in a condition: there 'set -e' would not hold.
  (set -e; "$@") >"$steplog" 2>&1
  status=$?
  if [ "$status" -eq 0 ]; then
    passed=$((passed + 1))
    printf 'ok %d - %s (%d s)\n' $((passed + failed + skipped)) "$what" $((SECONDS - began))
    sed -n 's/^note: /   # /p' "$steplog"
  else
    failed=$((failed + 1))
    printf 'not ok %d - %s: %s\n' $((passed + failed + skipped)) "$what" "$(why_or "exit code $status")"
    sed 's/^/    | /' "$steplog" | tail -n 80
  fi
  return "$status"
}

# skip WHAT WHY
skip() {
  skipped=$((skipped + 1))
  printf 'skipped %d - %s: %s\n' $((passed + failed + skipped)) "$1" "$2"
}

why_or() { if [ -s "$work/why" ]; then cat "$work/why"; else printf '%s, see its output' "$1"; fi; }

# Ends the step. The first reason is the one that counts.
fail() {
  [ -s "$work/why" ] || printf '%s' "$*" >"$work/why"
  printf 'failed: %s\n' "$*"
  exit 1
}

# A number or a fact worth reading in the output of a passing run.
note() { printf 'note: %s\n' "$*"; }

# has TEXT PATTERN WHAT: fails the step unless TEXT holds the extended regular expression.
has() { grep -qE -- "$2" <<<"$1" || fail "$3: expected /$2/ in: $(tail -n 5 <<<"$1")"; }

# lacks TEXT PATTERN WHAT
lacks() { ! grep -E -- "$2" <<<"$1" || fail "$3: did not expect /$2/"; }

# equals EXPECTED ACTUAL WHAT
equals() { [ "$1" = "$2" ] || fail "$3: expected '$1', got '$2'"; }

# within SECONDS WHAT COMMAND…: asks until the command succeeds; its last output is in the log when it never does.
within() {
  local seconds=$1 what=$2 deadline
  shift 2
  deadline=$((SECONDS + seconds))
  until "$@" >"$work/within.log" 2>&1; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      cat "$work/within.log"
      fail "$what did not come within $seconds s"
    fi
    sleep 0.2
  done
}
