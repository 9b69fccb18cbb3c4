# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared by the files that run sources
# The .rpm, as far as rpm goes on Debian: its database knows no Debian package, so dependencies are not looked at. The scriptlets run.

rpm_on_machine() { on_machine rpm --force-debian --nodeps "$@"; }

installs_rpm() {
  local out
  out=$(rpm_on_machine -ivh "/opt/share/packages/$old_rpm" 2>&1) || fail "rpm -i failed: $out"
  printf '%s\n' "$out"
  lacks "$out" 'scriptlet failed|warning: %' "the scriptlets"
  has "$out" 'systemctl enable --now tidegate' "what the installation says to do next"
  starts_nothing
  on_machine rpm -V --nodeps tidegate
  equals "$old_version" "$(installed_version)" "tidegate --version"
}

# The set-up that the newcomer's path made on the first machine.
keep_setup() {
  mkdir "$work/kept"
  cp -a "$work/root/root/gate" "$work/root/srv/clusters.git" "$work/kept/"
  cp -a "$work/root/etc/tidegate" "$work/kept/etc"
}

serves_from_rpm() {
  cp -a "$work/kept/gate" "$work/root/root/"
  cp -a "$work/kept/clusters.git" "$work/root/srv/"
  cp "$work/kept/etc/teleport.yaml" "$work/kept/etc/"*.pem "$work/root/etc/tidegate/"
  cp -a "$work/kept/etc/credentials/." "$work/root/etc/tidegate/credentials/"
  shell_on_machine 'chgrp -R tidegate /srv/clusters.git'
  on_machine systemctl enable --now tidegate
  within 180 "the daemon from the .rpm" is_serving
  serves
}

upgrades_rpm_under_load() {
  load rpm-upgrade --rate 200 --seconds 18 --until-drained 120 --watches 5 --connections kept
  rpm_on_machine -Uvh "/opt/share/packages/$new_rpm" 2>&1 | tee "$work/rpm.log"
  lacks "$(cat "$work/rpm.log")" 'scriptlet failed|warning: %' "the scriptlets"
  equals "$new_version" "$(installed_version)" "the version after the upgrade"
  load_end rpm-upgrade
  no_loss rpm-upgrade
  watches_drained rpm-upgrade "$(last_stop)" 4
  cmp "$(config)" "$work/kept/etc/teleport.yaml" || fail "the upgrade changed the configuration"
}

erases_rpm() {
  rpm_on_machine -e tidegate
  is_gone
  inside test -s /etc/tidegate/teleport.yaml.rpmsave || fail "the changed configuration was not kept as teleport.yaml.rpmsave"
  inside test -e /var/lib/tidegate || fail "the data is gone"
}
