# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared by the files that run sources
# The order of the steps.

fail_part() { step "$1" false; }

# give_up WHAT: what cannot be tried any more on this machine.
give_up() {
  skip "$1" "it needs the step before"
  remove_machine
}

static_part() {
  step "shellcheck says nothing about any script" shellcheck_is_clean
  step "lintian says nothing about the .deb" lintian_is_clean
  step "rpmlint says nothing about the .rpm" rpmlint_is_clean
  step "man --warnings says nothing about any page" man_pages_are_clean
  step "the checksums are those of the files" sums_match
  step "every package is under 60 MB" sizes_are_bounded
  step "a second build gives the same bytes" builds_the_same_twice
}

deb_part() {
  make_machine || { fail_part "the machine boots"; return; }
  step "the .deb installs, starts nothing and says what to do" installs_deb
  step "purging what was never started leaves nothing" removes_unused_deb
  step "the README's path leads from the package to kubectl get pods" follows_readme || { give_up "the .deb in use"; return; }
  step "kubectl works through the gate" serves_kubectl
  step "systemd-analyze verify is clean, and security at most 1.5" unit_is_clean
  step "man pages and completions are there" explains_itself
  step "journalctl -x explains, and its fields select" journal_explains_itself
  step "reload of a broken file fails, is said, and changes nothing" reload_of_broken_file
  step "reload of a good file takes effect and cuts no watch" reload_of_good_file
  step "restart under 200 new connections a second loses nothing" restart_under_load new
  step "restart under 200 requests a second over kept connections loses nothing" restart_under_load kept
  step "restart under 200 requests a second over HTTP/2 loses nothing" restart_under_load http2
  step "upgrade under load loses nothing and cuts no watch before the drain ends" upgrade_under_load
  step "kill -9: comes back by itself, and nobody is refused" comes_back_after_kill
  step "a full disk: lives, serves, says so, recovers" lives_on_full_disk
  step "journald hangs under load: no request fails, every record comes late" journald_hangs
  step "journald is gone under load: no request fails, and the gap is said" journald_gone
  step "the machine reboots and the daemon is back" survives_reboot
  step "removing keeps configuration and data" removes_deb
  step "a reinstallation takes up the old state" reinstalls_deb
  keep_setup
  step "purging leaves nothing" purges_deb
  step "it installs again after a purge" reinstalls_after_purge
  remove_machine
}

rpm_part() {
  [ -d "$work/kept" ] || { skip "the .rpm" "it takes its set-up from the part deb"; return; }
  make_machine || { fail_part "the machine boots"; return; }
  step "the .rpm installs, starts nothing and says what to do" installs_rpm
  step "it serves kubectl from the .rpm" serves_from_rpm || { give_up "the .rpm in use"; return; }
  step "upgrade of the .rpm under load loses nothing and cuts no watch before the drain ends" upgrades_rpm_under_load
  step "erasing keeps configuration and data" erases_rpm
  remove_machine
}

installer_part() {
  make_machine || { fail_part "the machine boots"; return; }
  step "install.sh: the folder that a person downloads" lay_out_download
  step "install.sh --dry-run prints what it would run, and runs nothing" prints_and_runs_nothing
  step "install.sh takes the format of the distribution" knows_distributions
  step "install.sh refuses a package whose sum is not in SHA256SUMS" refuses_what_was_changed
  step "install.sh installs the .deb, again without a change, and removes it" installs_and_purges_deb
  step "install.sh installs the tarball, and removes it to the last file" installs_and_purges_tarball
  remove_machine
}
