# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared by the files that run sources
# The daemon on the machine, as its administrator sees it.

config() { printf '%s/root/etc/tidegate/teleport.yaml' "$work"; }

# property NAME [UNIT]
property() { inside systemctl show --value --timestamp=unix --property="$1" "${2:-tidegate.service}"; }

is_active() { [ "$(property ActiveState "${1:-tidegate.service}")" = active ]; }

# Seconds since 1970 at which the daemon was last told to stop.
last_stop() { property ActiveExitTimestamp | tr -d @; }

# A place in the journal, for entries_since: an entry of its own, so that it is none of those that are looked for.
cursor() {
  inside systemd-cat --identifier=test echo "from here"
  inside journalctl --sync
  inside journalctl --quiet --identifier=test --lines=1 --show-cursor --output=cat | sed -n 's/^-- cursor: //p'
}

# entries_since CURSOR [OPTION…]. Not --after-cursor: with a match it leaves out the first entry when the cursor's own does not match.
entries_since() {
  local from=$1
  shift
  inside journalctl --quiet --no-pager --cursor="$from" "$@"
}

# said_since CURSOR PATTERN WHAT: a warning or an error of the daemon.
said_since() {
  local entries
  entries=$(entries_since "$1" -t tidegate -p warning)
  printf '%s\n' "$entries"
  has "$entries" "$2" "$3"
}

# as_alice ARG…: kubectl through the gate.
as_alice() { on_machine kubectl --kubeconfig gate/alice.kubeconfig --request-timeout=120s "$@"; }

serves() {
  local out
  out=$(as_alice get pods) || fail "kubectl get pods failed: $out"
  printf '%s\n' "$out"
  has "$out" 'Running' "kubectl get pods through the gate"
}

# is_serving: for 'within'.
is_serving() { inside kubectl --kubeconfig gate/alice.kubeconfig --request-timeout=20s get pods | grep Running; }

installed_version() {
  [[ $(inside tidegate --version) =~ [0-9]+\.[0-9]+\.[0-9]+ ]] && printf '%s\n' "${BASH_REMATCH[0]}"
}

# apt_get ARG…: without the progress that dpkg draws.
apt_get() { on_machine apt-get -y -q -o Dpkg::Use-Pty=0 "$@" 2>&1; }
