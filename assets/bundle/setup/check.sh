# shellcheck shell=sh
# What must be so before anything is changed.

need_root() {
    [ -n "$root" ] || [ "$(id -u)" = 0 ] || fail "Only root can do that."
}

# One setup at a time, where the device can lock; the lock goes with this process.
take_lock() {
    mkdir -p "$program" || fail "$program can't be made: is /data mounted, and may it be written?"
    command -v flock >/dev/null 2>&1 || return 0
    exec 9>"$program/.lock" || fail "$program can't be written."
    flock -n 9 || fail "Another setup is at work. Wait until it is done."
}

need_data() {
    [ -d "$root/data" ] || fail "There is no /data: this is no ModuCop, or its data partition is not mounted."
}

# Sets VERSION, ARCHITECTURE, GLIBC and SIZE (KiB) of the bundle in a directory.
read_facts() {
    VERSION='' ARCHITECTURE='' GLIBC='' SIZE=''
    while IFS='=' read -r name value; do
        case $name in
            VERSION) VERSION=$value ;;
            ARCHITECTURE) ARCHITECTURE=$value ;;
            GLIBC) GLIBC=$value ;;
            SIZE) SIZE=$value ;;
        esac
    done <"$1/bundle.txt" || fail "$1 is no bundle of the console."
}

check_machine() {
    machine=$(uname -m)
    [ "$machine" = "$ARCHITECTURE" ] || fail "This bundle is for $ARCHITECTURE, and this machine is $machine."
}

# Whether every file of a bundle is what it was when the bundle was made.
is_whole() {
    (cd "$1" 2>/dev/null && sha256sum -c SHA256SUMS >/dev/null 2>&1)
}

check_whole() {
    command -v sha256sum >/dev/null 2>&1 || fail "sha256sum is not installed: the bundle can't be checked."
    is_whole "$1" && return
    damaged=$(cd "$1" && sha256sum -c SHA256SUMS 2>/dev/null | sed -n '/: OK$/!{s/: .*//p;q;}')
    fail "The bundle is damaged (${damaged:-SHA256SUMS}). Nothing was changed. Copy and unpack it again."
}

# Everything compiled that is carried, but not the journal's binding, without which the console also works.
modules='ssl, hashlib, ctypes, zlib, bz2, lzma, pyexpat, asyncio, mmap, psutil, textual, docker, pyudev'

check_runs() {
    if said=$("$1/bin/python3" -I -B -c "import $modules" 2>&1) && said=$("$1/bin/moducop-tui" --version 2>&1); then
        return
    fi
    case $said in
        *GLIBC_*) fail "This device's C library is older than $GLIBC, which the bundle needs. Nothing was changed." ;;
        *"ermission denied"*) fail "Programs may not run from $1 (mounted noexec?). Nothing was changed." ;;
    esac
    fail "The console does not run here: $(printf '%s' "$said" | tail -n 1). Nothing was changed."
}

journal_binding_works() {
    "$1/bin/python3" -I -B -c 'import systemd.journal' >/dev/null 2>&1
}

# The copy must leave room for the trail of actions and for Mender.
spare=16384

check_room() {
    free=$(df -Pk "$program" | sed -n '2p' | tr -s ' ' | cut -d ' ' -f 4)
    case $free in
        '' | *[!0-9]*) return ;; # cp says it then
    esac
    [ "$free" -ge $((SIZE + spare)) ] && return
    fail "/data has $((free / 1024)) MiB free; the console takes $((SIZE / 1024)) MiB and leaves $((spare / 1024)). Nothing was changed."
}
