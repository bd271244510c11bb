# shellcheck shell=sh
# Links that change in one step: a power cut leaves the old one or the new one.

# `mv -T` is not in every busybox, and without it a link to a directory is followed; so the Python just checked does it.
switch_link() {
    "$place/bin/python3" -I -S -B "$place/setup/switch_link.py" "$1" "$2" || fail "$1 can't be written."
}

# The name of the directory that a link leads to, or nothing.
leads_to() {
    readlink "$1" 2>/dev/null
}

switch_to() {
    name=${1##*/}
    before=$(leads_to "$current")
    if [ "$before" = "$name" ]; then
        return
    fi
    # The way back first: between the two steps both links lead to what still works. What is damaged is no way back.
    if [ -n "$before" ] && is_installed_whole "$program/$before"; then
        switch_link "$previous" "$before"
    fi
    switch_link "$current" "$name"
}

# Waits until all that was written to a file's file system is on the disk: not for a stick that is being pulled out.
write_out() {
    sync -f "$1" 2>/dev/null || sync
}

# Writes a small file in one step. Hidden until then, for a profile may read every file that is not.
put_file() {
    cmp -s "$1" "$2" 2>/dev/null && return 0
    directory=${2%/*}
    hidden=$directory/.${2##*/}.new
    # shellcheck disable=SC2015  # either way it is removed, and fails
    { (umask 022 && mkdir -p "$directory") && rm -f "$hidden" && cp "$1" "$hidden" && chmod "$3" "$hidden" && write_out "$hidden" && mv "$hidden" "$2"; } 2>/dev/null && return 0
    rm -f "$hidden" 2>/dev/null
    return 1
}
