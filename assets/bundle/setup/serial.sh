# shellcheck shell=sh
# Whether the console opens on the serial port: after the login, in place of it, or not.

check_when() {
    case $1 in
        after-login | in-place-of-login | off) ;;
        *) misused "'$1' is no time to open the console: after-login, in-place-of-login or off." ;;
    esac
}

# What is set now, by the files that are there.
serial_now() {
    if [ -e "$getty_file" ]; then
        echo in-place-of-login
    elif [ -e "$serial_snippet" ]; then
        echo after-login
    else
        echo off
    fi
}

choose_serial() {
    [ $# -eq 1 ] || misused "serial needs one word: after-login, in-place-of-login or off."
    check_when "$1"
    need_root
    need_data
    need_own_places
    place=$program/$(leads_to "$current")
    [ -d "$place/getty" ] || fail "The console is not installed."
    set_serial "$1"
}

set_serial() {
    case $1 in
        after-login)
            end_in_place
            put_file "$place/getty/after-login.sh" "$serial_snippet" 644 || fail "$serial_snippet can't be written."
            say "On the serial port the console opens after the login. Leaving it gives the shell."
            ;;
        in-place-of-login)
            check_getty
            # The program before the file that has it called.
            put_file "$place/getty/console-then-login" "$login_program" 755 || fail "$login_program can't be written."
            put_file "$place/getty/serial-getty.conf" "$getty_file" 644 || fail "$getty_file can't be written."
            rm -f "$serial_snippet"
            reload_systemd
            say "On the serial port the console opens in place of the login, from the next logout or boot on. Leaving it gives the login."
            ;;
        off)
            end_in_place
            rm -f "$serial_snippet"
            say "On the serial port the login gives the shell."
            ;;
    esac
}

end_in_place() {
    [ -e "$getty_file" ] || [ -e "$login_program" ] || return 0
    # The file that has it called before the program.
    rm -f "$getty_file"
    rmdir "$getty_directory" 2>/dev/null
    reload_systemd
    rm -f "$login_program"
    rmdir "$own_etc" 2>/dev/null
    return 0
}

# After an upgrade the files in /etc are the new version's.
refresh_serial() {
    case $(serial_now) in
        after-login) put_file "$place/getty/after-login.sh" "$serial_snippet" 644 ;;
        in-place-of-login)
            put_file "$place/getty/console-then-login" "$login_program" 755 &&
                put_file "$place/getty/serial-getty.conf" "$getty_file" 644 && reload_systemd
            ;;
        off) ;;
    esac || say "/etc can't be written: what opens the console on the serial port is still that of the version before."
}

# The file names these two; where they are missing it would take the login away.
check_getty() {
    "$root/sbin/agetty" --help 2>/dev/null | grep -q -e --login-program ||
        fail "This device's /sbin/agetty is missing or can't start another program than login. Nothing was changed."
    [ -x "$root/bin/login" ] || fail "This device has no /bin/login. Nothing was changed."
}

reload_systemd() {
    [ -z "$root" ] && [ -d /run/systemd/system ] || return 0
    systemctl daemon-reload || say "systemd could not be told: it learns of it at the next boot."
}
