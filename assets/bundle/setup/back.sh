# shellcheck shell=sh
# The way back to the version before.

go_back() {
    [ $# -eq 0 ] || misused "back takes no word."
    need_root
    need_data
    take_lock
    before=$(leads_to "$previous")
    [ -d "$program/${before:-.none}" ] || fail "There is no version before this one."
    place=$program/$before
    read_facts "$place"
    check_whole "$place"
    is_installed_whole "$place" || distrust "$place"
    check_runs "$place"
    newest=$(leads_to "$current")
    # Between the two steps both links lead to the version that was asked for.
    switch_link "$current" "$before"
    [ -z "$newest" ] || switch_link "$previous" "$newest"
    put_commands
    refresh_serial
    say "moducop-tui $VERSION is in use again. Consoles that are open stay what they are."
}
