# shellcheck shell=sh
# What must be so before anything is changed.

need_root() {
    [ -n "$root" ] || [ "$(id -u)" = 0 ] || fail "Only root can do that."
}

# Whether a place is of who runs this, no link, and nobody else may write to it.
is_ours() {
    # shellcheck disable=SC3067  # dash, bash and busybox have -O
    [ ! -L "$1" ] && [ -O "$1" ] || return 1
    case $(ls -ldn "$1") in
        [-d]????-??-*) ;;
        *) return 1 ;;
    esac
}

# What somebody else has made, or could change, is neither run nor added to: it would be root's program.
need_own_places() {
    # shellcheck disable=SC3067  # dash, bash and busybox have -O
    is_ours "$root/data/." || case $(ls -ldn "$root/data/.") in
        # Others may have files of their own there, and can't touch ours; only whose it is can.
        d????????[tT]*) [ -O "$root/data/." ] || distrust_above "$root/data" ;;
        *) distrust_above "$root/data" ;;
    esac
    for own in "$home" "$program" "$commands" "$program/.lock" "$home/dead-man" "$own_etc"; do
        [ ! -e "$own" ] && [ ! -L "$own" ] || is_ours "$own" || distrust "$own"
    done
}

distrust() {
    fail "$1 is not for root alone to write ($(facts_of "$1")). Look at it, then remove it, or: chown -R root:root $1; chmod -R go-w $1"
}

# Apps keep their files in there: those stay whose they are.
distrust_above() {
    fail "$1 is not for root alone to write ($(facts_of "$1/.")), so others could exchange the console. Do: chown root:root $1; chmod go-w $1"
}

facts_of() {
    # shellcheck disable=SC2012  # one place, its facts
    ls -ldn "$1" | sed 's/^\([^ ]*\) *[0-9]* *\([0-9]*\) .*/\1, user \2/'
}

# One setup at a time, where the device can lock; the lock goes with this process.
take_lock() {
    need_own_places
    mkdir -p "$program" || fail "$program can't be made: is /data mounted, and may it be written?"
    need_own_places
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

# Whether a bundle holds what it held when it was made: every file of the list with its digest and mode, and nothing else.
is_whole() {
    (cd "$1" 2>/dev/null && sha256sum -c SHA256SUMS >/dev/null 2>&1 && [ -z "$(differences)" ])
}

check_whole() {
    command -v sha256sum >/dev/null 2>&1 || fail "sha256sum is not installed: the bundle can't be checked."
    is_whole "$1" && return
    damaged=$(cd "$1" && sha256sum -c SHA256SUMS 2>/dev/null | sed -n '/: OK$/!{s/: .*//p;q;}')
    [ -n "$damaged" ] || damaged=$(cd "$1" && differences | sed -n '1{s,//,,;p;}')
    fail "The bundle is damaged (${damaged:-SHA256SUMS}). Nothing was changed. Copy and unpack it again."
}

# What is in the list of the bundle in this directory and not in the directory, or the other way round. Each side tells a
# line once: what is told twice by one of them must not look like what both tell.
differences() {
    modes=$(grep -c '^EXECUTABLE=' bundle.txt)
    {
        {
            echo SHA256SUMS
            sed 's/^[0-9a-f]*  //' SHA256SUMS
            sed -n 's,^EXECUTABLE=\(.*\),\1// (a program),p' bundle.txt
        } | LC_ALL=C sort -u
        tell_files '' | LC_ALL=C sort -u
    } | LC_ALL=C sort | LC_ALL=C uniq -u
}

# Every file below a directory of the working one by its name, one a line; what no bundle has, with words behind it,
# after two strokes: no name has them, so no file has the name of such a line.
# Bundles from before modes were listed have none of them listed.
tell_files() {
    empty=yes
    for entry in "$1"* "$1".[!.]* "$1"..?*; do
        [ -e "$entry" ] || [ -L "$entry" ] || continue
        case $entry in
            *"$line_break"*) printf 'a name of several lines in ./%s\n' "$1" ;;
        esac
        if [ -L "$entry" ]; then
            printf '%s// (a link)\n' "$entry"
        elif [ -d "$entry" ]; then
            tell_files "$entry/"
        elif [ ! -f "$entry" ]; then
            printf '%s// (no file)\n' "$entry"
        else
            printf '%s\n' "$entry"
            if [ "$modes" != 0 ] && [ -x "$entry" ]; then printf '%s// (a program)\n' "$entry"; fi
        fi
        empty=no
    done
    [ $empty = no ] || printf '%s// (an empty directory)\n' "$1"
}

line_break='
'

# The same for what was installed, which nobody but root may be able to change.
is_installed_whole() {
    is_whole "$1" && is_ours "$1" && LC_ALL=C ls -lnAR "$1" | {
        owner=$(id -u)
        while read -r mode _ uid _; do
            case $mode in
                [-d]????-??-*) [ "$uid" = "$owner" ] || exit 1 ;;
                [-bcdps]?????????*) exit 1 ;;
            esac
        done
    }
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
