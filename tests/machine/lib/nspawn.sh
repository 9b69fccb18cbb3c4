# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared by the files that run sources
# One machine, booted with its own systemd, in a network of its own that holds nothing but a loopback.

machine="tidegate-$$"
supervisor=""

# The cluster lives in the same network as the machine, and outlives its reboots.
make_network() {
  ip netns add "$machine"
  ip -n "$machine" link set lo up
}

remove_network() { ip netns delete "$machine" 2>/dev/null || true; }

# in_network COMMAND…: on this host, with the machine's network.
in_network() { ip netns exec "$machine" "$@"; }

# make_machine: a fresh copy of the tree, booted.
make_machine() {
  local root="$work/root" timer
  cp -a --reflink=auto "$tree" "$root"
  printf 'gate\n' >"$root/etc/hostname"
  printf '127.0.0.1 localhost gate\n::1 localhost\n' >"$root/etc/hosts"
  # Nothing that fetches in the background belongs in a test.
  for timer in apt-daily apt-daily-upgrade man-db; do ln -sf /dev/null "$root/etc/systemd/system/$timer.timer"; done
  supervise &
  supervisor=$!
  await_boot
}

# nspawn ends with 133 when the machine asks for a reboot, and leaves it to its service manager to start it again.
supervise() {
  local status=133
  while [ "$status" -eq 133 ]; do
    systemd-nspawn --quiet --directory="$work/root" --machine="$machine" --boot --register=no --keep-unit \
      --network-namespace-path="/run/netns/$machine" --resolv-conf=off --timezone=off --link-journal=no \
      --bind-ro="$work/share:/opt/share" --bind-ro="$kubectl:/usr/local/bin/kubectl" \
      </dev/null >>"$work/console.log" 2>&1 &
    printf '%s' $! >"$work/nspawn.pid"
    wait $!
    status=$?
  done
}

leader() { pgrep -P "$(cat "$work/nspawn.pid")"; }

is_booted() { case "$(inside systemctl is-system-running)" in running | degraded) ;; *) return 1 ;; esac; }

await_boot() {
  local deadline=$((SECONDS + 240))
  until [ -s "$work/nspawn.pid" ] && is_booted 2>/dev/null; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      tail -n 30 "$work/console.log"
      return 1
    fi
    sleep 0.2
  done
}

# inside COMMAND…: runs a command as root on the machine, in root's home.
inside() {
  nsenter --target "$(leader)" --all --root --wd env -i HOME=/root USER=root LOGNAME=root LANG=C.UTF-8 TERM=dumb DEBIAN_FRONTEND=noninteractive \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    bash -c 'cd && exec "$@"' inside "$@"
}

# on_machine COMMAND…: the same, with the command in the log before its output.
on_machine() {
  printf '# %s\n' "$*"
  inside "$@" || exit_code $?
}

# shell_on_machine TEXT: a few lines of bash, each of which must succeed.
shell_on_machine() {
  printf '# %s\n' "$1"
  inside bash -euo pipefail -c "$1" || exit_code $?
}

exit_code() {
  printf '# exit code %d\n' "$1"
  return "$1"
}

remove_machine() {
  local nspawn
  if [ -n "$supervisor" ] && kill -0 "$supervisor" 2>/dev/null; then
    nspawn=$(cat "$work/nspawn.pid")
    kill -TERM "$nspawn" 2>/dev/null
    for _ in {1..75}; do
      kill -0 "$nspawn" 2>/dev/null || break
      sleep 0.2
    done
    kill -KILL "$nspawn" 2>/dev/null
    wait "$supervisor" 2>/dev/null
  fi
  supervisor=""
  rm -rf "$work/root" "$work/nspawn.pid"
}
