# shellcheck shell=sh
# Installs and upgrades: a new version is complete beside the old one before the old one is left.

install_bundle() {
    when=
    while [ $# -gt 0 ]; do
        case $1 in
            --serial)
                [ $# -ge 2 ] || misused "--serial needs a word: after-login, in-place-of-login or off."
                when=$2
                shift 2
                ;;
            *) misused "'$1' is not known; see moducop-tui-setup --help." ;;
        esac
    done
    [ -z "$when" ] || check_when "$when"
    need_root
    need_data
    read_facts "$bundle"
    check_machine
    check_whole "$bundle"
    take_lock
    chmod 700 "$home"
    remove_unfinished
    find_place
    if [ -d "$place" ]; then check_runs "$place"; else copy_bundle; fi
    switch_to "$place"
    put_commands
    [ -z "$when" ] || set_serial "$when"
    refresh_serial
    tidy_versions
    tell_installed
}

# Sets `place`. The name holds the version and the bundle's own digest: the same version can be built with newer parts.
find_place() {
    id=$(sha256sum "$bundle/SHA256SUMS" | cut -c 1-8)
    place=$program/$VERSION-$id
    while [ -d "$place" ] && ! is_installed_whole "$place"; do
        say "$place is damaged and is replaced."
        place=$place+
    done
}

copy_bundle() {
    check_room
    unfinished=$program/.unfinished-$$
    # A signal must not leave half a copy; a power cut may, and the next setup clears it away.
    trap 'rm -rf "$unfinished"' EXIT
    trap 'exit 1' HUP INT TERM
    if ! cp -R "$bundle" "$unfinished" || ! is_installed_whole "$unfinished"; then
        fail "The copy to /data failed (full, or the flash is worn?). The version that was installed still works."
    fi
    check_runs "$unfinished"
    # Only what is written out for good may be pointed to.
    write_out "$unfinished"
    mv "$unfinished" "$place" || fail "$place can't be made. The version that was installed still works."
    trap - EXIT HUP INT TERM
}

put_commands() {
    mkdir -p "$commands" || fail "$commands can't be made."
    switch_link "$commands/moducop-tui" ../program/current/bin/moducop-tui
    switch_link "$commands/moducop-tui-setup" ../program/current/setup/setup
    put_file "$place/getty/path.sh" "$path_snippet" 644 ||
        say "/etc can't be written, so the command is not on the PATH: call $commands/moducop-tui"
}

tell_installed() {
    say "moducop-tui $VERSION is installed. A new login finds the command moducop-tui; here it is $commands/moducop-tui"
    journal_binding_works "$place" ||
        say "This device's libsystemd does not fit: the console follows the journal through journalctl."
    case $bundle in
        "$program"/*) ;;
        *) say "What was unpacked is not needed any more: $bundle" ;;
    esac
}
