# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared by the files that run sources
# Reload, restart and upgrade while people work.

reload_of_broken_file() {
  local from
  from=$(cursor)
  cp "$(config)" "$work/teleport.yaml.good"
  printf 'no_such_section: 1\n' >>"$(config)"
  if on_machine systemctl reload tidegate 2>&1; then fail "systemctl reload succeeded with a broken file"; fi
  is_active || fail "the daemon is not active any more"
  serves
  cp "$work/teleport.yaml.good" "$(config)"
  said_since "$from" 'no_such_section' "the journal's word on the error"
}

reload_of_good_file() {
  local pid
  pid=$(property MainPID)
  rm -f "$work/reload.seen"
  load reload --rate 20 --seconds 3 --until-drained 180 --until-file "$work/reload.seen" --watches 5
  sed -i 's/^kubernetes_service:/&\n  labels: {gate: reloaded}/' "$(config)"
  on_machine systemctl reload tidegate
  has "$(on_machine tidegate kube ls --kubeconfig gate/alice.kubeconfig)" 'gate=reloaded' "the label of the new configuration"
  equals "$pid" "$(property MainPID)" "the process after a reload"
  : >"$work/reload.seen"
  load_end reload
  no_loss reload
  equals open "$(counted reload '[.watches[].ended] | unique | join(" ")')" "the watches after the reload"
}

restart_under_load() {
  local pid
  pid=$(property MainPID)
  load "$1" --rate 200 --seconds 12 --until-drained 120 --watches 5 --connections "$1"
  on_machine systemctl restart tidegate
  [ "$pid" != "$(property MainPID)" ] || fail "systemctl restart left the process as it was"
  load_end "$1"
  no_loss "$1"
  watches_drained "$1" "$(last_stop)" 4
}

upgrade_under_load() {
  load upgrade --rate 200 --seconds 18 --until-drained 120 --watches 10 --connections kept
  apt_get install "/opt/share/packages/$new_deb"
  equals "$new_version" "$(installed_version)" "the version after the upgrade"
  load_end upgrade
  no_loss upgrade
  watches_drained upgrade "$(last_stop)" 4
  has "$(on_machine tidegate status)" '.' "tidegate status after the upgrade"
  equals "$(inside readlink -f /usr/bin/tidegate)" "$(inside readlink "/proc/$(property MainPID)/exe")" "the program that runs after the upgrade"
}

survives_reboot() {
  local old
  old=$(cat "$work/nspawn.pid")
  on_machine systemctl reboot || true
  within 180 "the reboot" rebooted "$old"
  within 180 "the daemon after the reboot" is_serving
  on_machine systemctl status --no-pager tidegate.service tidegate.socket
}

rebooted() { [ "$1" != "$(cat "$work/nspawn.pid")" ] && is_booted; }
