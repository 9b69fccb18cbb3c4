# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared by the files that run sources
# Removing, taking up the old state, and leaving nothing.

removes_deb() {
  apt_get remove tidegate
  is_gone
  inside test -s /etc/tidegate/teleport.yaml || fail "the configuration is gone"
  inside test -e /var/lib/tidegate || fail "the data is gone"
}

is_gone() {
  inside systemctl daemon-reload
  # Debian masks the units of a package that was removed and not purged.
  has "$(property LoadState tidegate.service)" 'not-found|masked' "tidegate.service"
  has "$(property LoadState tidegate.socket)" 'not-found|masked' "tidegate.socket"
  lacks "$(inside ps -eo comm)" '^tidegate$' "processes"
  lacks "$(inside ss -Hltn)" ':3026' "listeners"
  inside test ! -e /usr/lib/tidegate || fail "/usr/lib/tidegate is still there"
}

reinstalls_deb() {
  apt_get install "/opt/share/packages/$new_deb"
  on_machine systemctl enable --now tidegate
  within 180 "the daemon after the reinstallation" is_serving
  serves
  # The old state was taken up: the history goes back to before the removal.
  has "$(on_machine tidegate history)" '.' "tidegate history"
}

purges_deb() {
  apt_get purge tidegate
  is_gone
  # The administrator's own file is not the package's to remove.
  equals /etc/tidegate/client-ca.pem "$(inside find /etc/tidegate -type f)" "what is left in /etc/tidegate"
  on_machine rm -r /etc/tidegate
  leaves_nothing
}

# Everything that is called tidegate, outside of what the test itself put there. The account stays, as Debian asks;
# /var/cache/man is what man-db keeps of pages that were read.
leaves_nothing() {
  local left
  left=$(inside find / -xdev \( -path /root -o -path /proc -o -path /sys -o -path /run/systemd -o -path /opt/share -o -path /var/cache/man \) -prune -o -iname '*tidegate*' -print)
  printf 'left behind: %s\n' "${left:-nothing}"
  equals '' "$left" "files left behind"
  left=$(inside systemctl list-unit-files --no-legend '*tidegate*' || true)
  equals '' "$left" "units left behind"
}

reinstalls_after_purge() {
  installs_deb
  inside grep -q 'gitops_service' /etc/tidegate/teleport.yaml || fail "there is no configuration to edit"
  apt_get purge tidegate
}
