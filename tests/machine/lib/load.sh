# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared by the files that run sources
# Requests and watches from outside the machine, while something happens to the daemon on it.

# load NAME OPTION…: starts the load client and returns when its watches are open and its first request was answered.
load() {
  local name=$1
  shift
  # An earlier load of this name must not answer for this one.
  rm -f "$work/$name".{json,err,pid}
  printf '# LoadClient %s\n' "$*"
  in_network "$(program LoadClient)" --url https://localhost:3026/clusters/dev-eu --ca "$setup/ca.pem" --cert "$setup/alice.pem" --key "$setup/alice.key" \
    "$@" >"$work/$name.json" 2>"$work/$name.err" &
  printf '%s' $! >"$work/$name.pid"
  within 180 "the first answer to the load" grep -q started "$work/$name.err"
}

# load_end NAME: waits for its end, and puts what it counted into the log.
load_end() {
  wait "$(cat "$work/$1.pid")" || { cat "$work/$1.err"; fail "the load client failed"; }
  jq . "$work/$1.json"
}

# counted NAME FILTER: a value of the result.
counted() { jq -r "$2" "$work/$1.json"; }

describe_load() {
  note "$1: $(counted "$1" '"\(.ok) of \(.sent) requests answered, p50 \(.latency_ms.p50) ms, p99 \(.latency_ms.p99) ms, longest \(.latency_ms.max) ms, \(.connections) connections"')"
}

# no_loss NAME: every request was answered well.
no_loss() {
  equals '{}' "$(counted "$1" '.failed | tostring')" "failed requests of $(counted "$1" .sent)"
  describe_load "$1"
}

# watches_drained NAME SINCE SECONDS: every watch ended cleanly, and none before SECONDS had gone by since SINCE (seconds since 1970).
watches_drained() {
  equals clean "$(counted "$1" '[.watches[].ended] | unique | join(" ")')" "how the watches ended"
  equals 0 "$(counted "$1" "[.watches[] | select(.ended_at != null and .ended_at < $2 + $3)] | length")" "watches that ended before the drain did"
  note "$1: watches $(counted "$1" "[.watches[] | \"\\(.ended) after \\((.ended_at - $2) * 10 | round / 10) s\"] | join(\", \")")"
}
