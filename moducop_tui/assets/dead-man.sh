#!/bin/sh
# The dead-man timer of moducop-tui. Reboots a slot on trial that nobody has kept in time; U-Boot then falls back.
#
#   sh dead-man.sh PARTITION SECONDS SLOT
#
# It runs in the slot that is tried, whose image may know nothing of moducop-tui: only a shell and fw_printenv are used.
# Whenever this boot is not the trial that it was armed for, it takes itself away. It reboots once an arming.
# MODUCOP_TUI_ROOT puts another directory in the place of the root; for tests.

partition=$1 seconds=$2 slot=$3
root=${MODUCOP_TUI_ROOT:-}
here=$root/data/moducop_tui/dead-man
clock=$root/run/moducop_tui/dead-man
units=$root/etc/systemd/system
unit=moducop-tui-dead-man.service
piece=10
patience=120

say() {
    echo "$1"
    if [ -w "$root/dev/kmsg" ]; then
        echo "<4>moducop-tui: $1" >"$root/dev/kmsg"
    fi
}

# A device that hangs must not keep the timer from its end.
write_out() {
    sync &
    waited=0
    while kill -0 $! 2>/dev/null && [ $waited -lt 20 ]; do
        sleep 1
        waited=$((waited + 1))
    done
}

end() {
    echo "$1"
    rm -f "$units/sysinit.target.wants/$unit" "$units/$unit" "$here/armed" "$here/run.sh" "$clock"
    write_out
    exit 0
}

# Whether what is there is root's, who runs this, and nobody else can write to it.
is_ours() {
    # shellcheck disable=SC3067  # dash, bash and busybox have -O
    [ ! -L "$1" ] && [ -O "$1" ] || return 1
    case $(ls -ldn "$1") in
        [-d]????-??-*) ;;
        *) return 1 ;;
    esac
}

# Sets `up` to the whole seconds since the kernel started.
look_at_clock() {
    read -r up _ <"$root/proc/uptime"
    up=${up%%.*}
}

# Sets `running` to the number of the partition that holds the root file system; below dm-verity that of its data.
find_running() {
    device= running=
    while read -r _ _ number directory place _; do
        if [ "$place" = / ] && [ "$directory" = / ]; then
            device=$number
        fi
    done <"$root/proc/self/mountinfo"
    for file in "$root/sys/dev/block/$device/partition" "$root/sys/dev/block/$device"/slaves/*/partition; do
        if [ -r "$file" ]; then
            read -r running <"$file"
            return
        fi
    done
}

# Sets `trial` to yes, no or unknown.
look_at_trial() {
    answer=$(fw_printenv upgrade_available 2>&1)
    case $answer in
        *"using default"*) trial=unknown ;;
        *upgrade_available=1*) trial=yes ;;
        *upgrade_available=*) trial=no ;;
        *) trial=unknown ;;
    esac
}

# The tool that goes on by its own if it works; the next one, harder, if it does not.
go_down() {
    systemctl reboot &
    sleep $patience
    reboot -f &
    sleep 30
    reboot -f -f &
    sleep 10
    for key in s u b; do
        echo $key >"$root/proc/sysrq-trigger"
        sleep 2
    done
}

[ -e "$here/armed" ] || end "not armed: nothing to do"
[ -e "$here/fired" ] && end "it has rebooted the device once: not again"
find_running
[ "$running" = "$partition" ] || end "partition ${running:-?} runs, not the trial of slot $slot: taken away"

look_at_clock
deadline=
if is_ours "${clock%/*}" && is_ours "$clock"; then
    read -r deadline <"$clock"
fi
case $deadline in
    '' | *[!0-9]*)
        deadline=$((up + seconds))
        [ -e "${clock%/*}" ] || mkdir -m 700 "${clock%/*}"
        if is_ours "${clock%/*}"; then
            rm -f "$clock.new"
            echo "$deadline" >"$clock.new" && mv "$clock.new" "$clock"
        else
            say "${clock%/*} is not for root alone to write: a restarted timer begins anew"
        fi
        echo "slot $slot is on trial: reboots in $seconds s unless it is kept"
        ;;
esac

seen=unknown
while :; do
    look_at_trial
    [ "$trial" = no ] && end "slot $slot is kept: taken away"
    [ "$trial" = yes ] && seen=yes
    [ -e "$here/armed" ] || end "disarmed: taken away"
    look_at_clock
    left=$((deadline - up))
    [ "$left" -gt 0 ] || break
    [ "$left" -lt "$piece" ] || left=$piece
    sleep "$left"
done

read -r boot <"$root/proc/sys/kernel/random/boot_id"
printf '{"slot": "%s", "at": %s, "boot_id": "%s"}\n' "$slot" "$(date +%s)" "$boot" >"$here/fired.new" &&
    mv "$here/fired.new" "$here/fired"
if [ ! -e "$here/fired" ] && [ "$seen" != yes ]; then
    end "nothing can be written down and no trial was seen: not rebooted"
fi
write_out
# Bringing that to the disk may take long: whoever kept it meanwhile was in time.
look_at_trial
if [ "$trial" = no ]; then
    rm -f "$here/fired"
    end "slot $slot was kept in the last moment: taken away"
fi
say "nobody has kept slot $slot within $seconds s: rebooting, the boot loader then falls back"
go_down
