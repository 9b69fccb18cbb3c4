# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared by the files that run sources
# Removing, taking up the old state, and leaving nothing.

removes_deb() {
  on_machine apt-get remove -y tidegate
  is_gone
  inside test -s /etc/tidegate/teleport.yaml || fail "the configuration is gone"
  inside test -e /var/lib/tidegate || fail "the data is gone"
}

is_gone() {
  inside systemctl daemon-reload
  equals not-found "$(property LoadState tidegate.service)" "tidegate.service"
  equals not-found "$(property LoadState tidegate.socket)" "tidegate.socket"
  lacks "$(inside ps -eo comm)" '^tidegate$' "processes"
  lacks "$(inside ss -Hltn)" ':3026' "listeners"
  inside test ! -e /usr/lib/tidegate || fail "/usr/lib/tidegate is still there"
}

reinstalls_deb() {
  on_machine apt-get install -y "/opt/share/packages/$new_deb"
  on_machine systemctl enable --now tidegate
  within 30 "the daemon after the reinstallation" is_serving
  serves
  # The old state was taken up: the history goes back to before the removal.
  has "$(on_machine tidegate history)" '.' "tidegate history"
}

purges_deb() {
  on_machine apt-get purge -y tidegate
  is_gone
  leaves_nothing
}

# Everything that is called tidegate, outside of what the test itself put there. The user stays, as Debian asks.
leaves_nothing() {
  local left
  left=$(inside find / -xdev \( -path /root -o -path /proc -o -path /sys -o -path /opt/share \) -prune -o -iname '*tidegate*' -print)
  printf 'left behind: %s\n' "${left:-nothing}"
  equals '' "$left" "files left behind"
  left=$(inside systemctl list-unit-files --no-legend '*tidegate*')
  equals '' "$left" "units left behind"
}

reinstalls_after_purge() {
  installs_deb
  inside grep -q 'gitops_service' /etc/tidegate/teleport.yaml || fail "there is no configuration to edit"
  on_machine apt-get purge -y tidegate
}
