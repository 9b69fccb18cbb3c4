# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared by the files that run sources
# Installing, the first start along the README, and what an administrator looks at then.

starts_nothing() {
  local unit
  for unit in tidegate.service tidegate.socket; do
    lacks "$(inside systemctl is-active "$unit" || true)" '^active' "$unit after a fresh installation"
    lacks "$(inside systemctl is-enabled "$unit" || true)" '^enabled' "$unit after a fresh installation"
  done
  inside getent passwd tidegate || fail "there is no user tidegate"
}

installs_deb() {
  local out
  out=$(apt_get install "/opt/share/packages/$old_deb") || fail "apt-get install failed: $out"
  printf '%s\n' "$out"
  has "$out" 'systemctl enable --now tidegate' "what the installation says to do next"
  starts_nothing
  on_machine stat -c '%A %U:%G %n' /usr/bin/tidegate /etc/tidegate /etc/tidegate/teleport.yaml /etc/tidegate/credentials
  equals "$old_version" "$(installed_version)" "tidegate --version"
  on_machine dpkg --verify tidegate
}

removes_unused_deb() {
  apt_get purge tidegate
  leaves_nothing
}

follows_readme() {
  local began=$SECONDS
  inside mkdir -p .kube
  inside cp "/opt/share/packages/$old_deb" .
  inside cp /opt/share/admin.kubeconfig .kube/config
  newcomer_commands "$newcomer" >"$work/root/root/newcomer"
  grep -q 'kubectl get pods' "$work/root/root/newcomer" || fail "$newcomer has no commands under the heading '$newcomer_heading'"
  # Interactive shells go on after an error; a path in a README must not have one.
  on_machine bash -e -o pipefail -v ./newcomer | tee "$work/newcomer.log"
  has "$(tail -n 5 "$work/newcomer.log")" 'Running' "the pods at the end of the path"
  note "from apt install to kubectl get pods in $((SECONDS - began)) s"
  [ $((SECONDS - began)) -lt 300 ] || fail "the path took more than five minutes"
  # What comes later waits for drains; the default would only make it longer.
  sed -i '/drain_timeout/d; s/^kubernetes_service:/&\n  drain_timeout: 5s/' "$(config)"
  on_machine systemctl restart tidegate
}

serves_kubectl() {
  serves
  has "$(as_alice exec web-0 -- echo through the gate)" '^through the gate' "kubectl exec"
  on_machine tidegate status
}

unit_is_clean() {
  local exposure
  # verify also reports other units of the system that the unit pulls in; only what it says of ours counts.
  lacks "$(inside systemd-analyze verify tidegate.service tidegate.socket 2>&1 || true)" 'tidegate' "systemd-analyze verify"
  on_machine systemd-analyze security --no-pager tidegate.service | tail -n 90
  exposure=$(inside systemd-analyze security --no-pager tidegate.service | sed -n 's/.*exposure level for tidegate.service: \([0-9.]*\).*/\1/p')
  note "systemd-analyze security: $exposure"
  inside systemd-analyze security --no-pager --threshold=15 tidegate.service >/dev/null || fail "exposure $exposure is above 1.5"
}

explains_itself() {
  local page shell
  # The pages that the units name, and one of a command.
  for page in $(inside systemctl show --value --property=Documentation tidegate.service tidegate.socket | grep -oE 'man:[^ "]+' | sort -u) 'man:tidegate-status(1)'; do
    page=${page#man:}
    has "$(on_machine man -P cat "$(tr -d ')' <<<"${page##*(}")" "${page%(*}" 2>&1)" 'DESCRIPTION' "man $page"
  done
  has "$(shell_on_machine 'source /usr/share/bash-completion/bash_completion; _completion_loader tidegate || true; complete -p tidegate' 2>&1)" 'tidegate' "completion in bash"
  for shell in zsh:/usr/share/zsh/vendor-completions/_tidegate fish:/usr/share/fish/vendor_completions.d/tidegate.fish; do
    on_machine "${shell%%:*}" -n "${shell#*:}" || fail "${shell%%:*} does not take its completion"
  done
}

journal_explains_itself() {
  local out
  out=$(inside journalctl -x -t tidegate --no-pager)
  printf '%s\n' "$out" | tail -n 60
  has "$out" 'Subject: ' "journalctl -x"
  out=$(on_machine journalctl -t tidegate -o verbose --no-pager)
  printf '%s\n' "$out" | tail -n 40
  has "$out" 'MESSAGE_ID=' "fields of the journal"
  has "$(on_machine journalctl -t tidegate TIDEGATE_CLUSTER=dev-eu --no-pager)" 'alice' "entries of one cluster"
}
