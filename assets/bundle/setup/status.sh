# shellcheck shell=sh
# What is installed.

show_status() {
    [ $# -eq 0 ] || misused "status takes no word."
    need_own_places
    now=$(leads_to "$current")
    [ -d "$program/${now:-.none}" ] || fail "The console is not installed."
    say "in use       $now"
    say "before it    $(leads_to "$previous" || echo none)"
    say "serial port  $(serial_now)"
    if is_installed_whole "$program/$now"; then
        say "files        as they were built"
    else
        say "files        DAMAGED: install the bundle again"
        exit 1
    fi
}
