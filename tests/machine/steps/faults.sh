# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared by the files that run sources
# What goes wrong on a server.

comes_back_after_kill() {
  local pid refused
  pid=$(property MainPID)
  load kill --rate 100 --seconds 14 --connections new
  on_machine systemctl kill --kill-whom=main --signal=KILL tidegate
  within 30 "the daemon after kill -9" came_back "$pid"
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
  within 30 "the daemon on the small disk" is_serving
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
  within 30 "the daemon on its own disk" is_serving
}

# commit_change VALUE: a label of the cluster, by a commit.
commit_change() {
  shell_on_machine "cd gate/manifests && sed -i 's/^  labels:.*/  labels: {env: dev, try: \"$1\"}/' clusters/dev-eu.yaml \
    && git -c user.name=root -c user.email=root@gate commit -qam 'Label $1' && git push -q origin HEAD:main"
}

journald_away() {
  local from seconds=${TIDEGATE_JOURNALD_AWAY:-15} units='systemd-journald.socket systemd-journald-dev-log.socket systemd-journald-audit.socket systemd-journald.service'
  from=$(cursor)
  load journald --rate 100 --seconds $((seconds + 6))
  # shellcheck disable=SC2086 # a list of units
  on_machine systemctl stop $units
  inside sleep "$seconds"
  # shellcheck disable=SC2086
  on_machine systemctl start $units
  load_end journald
  no_loss journald
  within 20 "the journal's word on the gap" gap_is_reported "$from"
  entries_since "$from" -t tidegate -p warning -o verbose | tail -n 40
  within 20 "the record of every request" every_request_is_recorded "$from" "$(counted journald .sent)"
  note "the journal was away for $seconds s: $(entries_since "$from" -t tidegate -o cat | grep -m 1 -F 'takes audit records again')"
}

gap_is_reported() { entries_since "$1" -t tidegate -o cat | grep -F 'takes audit records again'; }

# every_request_is_recorded CURSOR COUNT: that many closing records of alice's requests, none twice.
every_request_is_recorded() {
  local records
  records=$(entries_since "$1" -t tidegate -o cat | jq -R 'fromjson? | select(.event == "kube.request" and .stage == "end" and .user == "alice") | .request_id' | sort)
  printf '%s records, %s different\n' "$(wc -l <<<"$records")" "$(uniq <<<"$records" | wc -l)"
  [ "$(wc -l <<<"$records")" -eq "$2" ] && [ "$(uniq <<<"$records" | wc -l)" -eq "$2" ]
}
