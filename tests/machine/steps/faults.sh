# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared by the files that run sources
# What goes wrong on a server.

comes_back_after_kill() {
  local pid refused
  pid=$(property MainPID)
  load kill --rate 100 --seconds 14 --connections new
  on_machine systemctl kill --kill-whom=main --signal=KILL tidegate
  within 180 "the daemon after kill -9" came_back "$pid"
  is_active tidegate.socket || fail "the socket is not held any more"
  load_end kill
  describe_load kill
  refused=$(counted kill '.failed.refused // 0')
  equals 0 "$refused" "refused connections"
  # What the process was working on when it was killed is lost with it, and nothing else.
  equals true "$(counted kill '([.failed[]] | add // 0) <= 10')" "at most the requests in flight are lost: $(counted kill '.failed | tostring')"
  note "lost with the process: $(counted kill '.failed | tostring')"
}

came_back() { is_active && [ "$(property MainPID)" != "$1" ]; }

lives_on_full_disk() {
  local from state=/var/lib/tidegate kept=/var/tmp/kept-state
  on_machine systemctl stop tidegate.service
  # A small filesystem of its own under the state, with what was there.
  shell_on_machine "mv $state $kept && install -d -o tidegate -g tidegate -m 0700 $state \
    && mount -t tmpfs -o size=24m,mode=0700,uid=\$(id -u tidegate),gid=\$(id -g tidegate) tmpfs $state && cp -a $kept/. $state/"
  on_machine systemctl start tidegate.service
  within 180 "the daemon on the small disk" is_serving
  from=$(cursor)
  shell_on_machine "dd if=/dev/zero of=$state/filler bs=64k 2>&1 || true; df $state"
  commit_change full
  on_machine tidegate sync || true
  serves
  is_active || fail "the daemon is not active on a full disk"
  said_since "$from" 'space|disk|full' "the journal's word on the full disk"
  on_machine rm "$state/filler"
  on_machine tidegate sync
  has "$(on_machine tidegate get kube_clusters)" 'try: "?full' "the commit that was made while the disk was full"
  on_machine systemctl stop tidegate.service
  shell_on_machine "umount $state && rmdir $state && mv $kept $state"
  on_machine systemctl start tidegate.service
  within 180 "the daemon on its own disk" is_serving
}

# commit_change VALUE: a label of the cluster, by a commit.
commit_change() {
  shell_on_machine "cd gate/manifests && sed -i 's/^  labels:.*/  labels: {env: dev, try: \"$1\"}/' clusters/dev-eu.yaml \
    && git -c user.name=root -c user.email=root@gate commit -qam 'Label $1' && git push -q origin HEAD:main"
}

journald_units=(systemd-journald.socket systemd-journald-dev-log.socket systemd-journald-audit.socket systemd-journald.service)

# Its socket is there and nobody reads it: every record must come, late.
journald_hangs() {
  local pid
  pid=$(property MainPID systemd-journald.service)
  journald_away hang 0 kill -STOP "$pid" -- kill -CONT "$pid"
}

# Its sockets are gone. What the kernel had taken for it and journald had not read goes with the socket, and no sender can know of that.
journald_gone() { journald_away gone 10 systemctl stop "${journald_units[@]}" -- systemctl start "${journald_units[@]}"; }

# journald_away NAME UNREAD STOP-COMMAND… -- START-COMMAND…: at most UNREAD records may be missing afterwards.
journald_away() {
  local name=$1 unread=$2 from seconds=${TIDEGATE_JOURNALD_AWAY:-12} stop=()
  shift 2
  while [ "$1" != -- ]; do
    stop+=("$1")
    shift
  done
  shift
  from=$(cursor)
  load "$name" --rate 100 --seconds $((seconds + 5))
  on_machine "${stop[@]}"
  inside sleep "$seconds"
  on_machine "$@"
  load_end "$name"
  no_loss "$name"
  within 180 "the journal's word on the gap" gap_is_reported "$from"
  entries_since "$from" -t tidegate -p warning -o verbose | tail -n 40
  within 180 "the record of every request" requests_are_recorded "$from" $(($(counted "$name" .sent) - unread)) "$(counted "$name" .sent)"
  note "$name for $seconds s: $(entries_since "$from" -t tidegate -o cat | awk '/takes audit records again/ && !found++')"
  note "$name: $(tail -n 1 "$work/within.log")"
}

gap_is_reported() { entries_since "$1" -t tidegate -o cat | grep -F 'takes audit records again'; }

# requests_are_recorded CURSOR AT-LEAST AT-MOST: closing records of alice's requests, none twice.
requests_are_recorded() {
  local records all different
  records=$(entries_since "$1" -t tidegate -o cat | jq -R 'fromjson? | select(.event == "kube.request" and .stage == "end" and .user == "alice") | .request_id' | sort)
  all=$(wc -l <<<"$records") different=$(uniq <<<"$records" | wc -l)
  printf '%s records of %s requests, %s different\n' "$all" "$3" "$different"
  [ "$all" -ge "$2" ] && [ "$all" -le "$3" ] && [ "$different" -eq "$all" ]
}
