# shellcheck shell=sh
# Removes the console. What it recorded about the device stays, unless that is to go too.

remove_all() {
    purge=no
    for word in "$@"; do
        [ "$word" = --purge ] || misused "'$word' is not known; remove takes only --purge."
        purge=yes
    done
    need_root
    [ -d "$home" ] || fail "The console is not installed."
    need_own_places
    [ ! -e "$home/dead-man/armed" ] ||
        fail "A trial boot waits to be kept or rolled back, and the console is needed for it: see moducop-tui status."
    users=$(users_of "$program")
    [ -z "$users" ] || fail "The console or one of its actions is still open (process ${users% }). Leave it first."
    take_lock
    # First what leads to the program from outside, then the program.
    rm -f "$path_snippet" "$serial_snippet"
    end_in_place
    rm -rf "$root/run/moducop_tui" "$root"/run/moducop-tui-console-*
    if [ "$purge" = yes ]; then
        rm -f "$own_etc/config.toml"
        rmdir "$own_etc" 2>/dev/null
        rm -rf "$home"
        say "moducop-tui is removed, with all that it recorded."
    else
        rm -rf "$program" "$commands" "$home/downloads" "$home/copies" "$home/no-console"
        rmdir "$home" 2>/dev/null || say "Kept, until remove --purge: $(kept)"
        say "moducop-tui is removed."
    fi
    write_out "$root/data"
}

kept() {
    for path in "$home"/* "$own_etc"/config.toml; do
        [ ! -e "$path" ] || printf '%s ' "${path#"$root"}"
    done
}
