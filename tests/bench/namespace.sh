#!/bin/sh
# First process of a small namespace: makes the directories of its own, says so, and ends when its owner does.
# In: RUN run directory, JOIN cgroup.procs files. Its standard input is the owner's end of a pipe.
set -e
. "${0%/*}/private-dev.sh"

# First joins the run's control groups, then begins anew with these as the roots of all: what Docker or Podman
# make there lies below them and goes with them.
if [ -n "$JOIN" ]; then
    for procs in $JOIN; do echo $$ >"$procs"; done
    JOIN='' exec unshare --cgroup -- "$0"
fi

# Mount the same hierarchies again, which now show this namespace's part only.
own_control_groups() {
    hierarchies=$(awk '{ for (i = 7; $i != "-"; i++); if ($(i+1) ~ /^cgroup2?$/) print $5, $(i+1), $(i+3) }' /proc/self/mountinfo)
    mkdir "$RUN/cgroup"
    echo "$hierarchies" | while read -r place type options; do
        name=${place#/sys/fs/cgroup}
        mkdir -p "$RUN/cgroup$name"
        mount -t "$type" -o "$options" none "$RUN/cgroup$name"
    done
    mount --rbind "$RUN/cgroup" /sys/fs/cgroup
}

private_dev "$RUN/dev"
mount --rbind "$RUN/dev" /dev
own_control_groups
ln -s /run/systemd/journal/dev-log /dev/log
mount -t tmpfs -o mode=755 none /run
mkdir -p /run/lock /run/systemd/journal /run/systemd/journald.conf.d /run/log/journal /run/docker /run/containerd
mkdir -p "$RUN/journal" /var/log/journal
mount --bind "$RUN/journal" /var/log/journal
mount --bind "$RUN/machine-id" /etc/machine-id
mount --bind "$RUN/boot_id" /proc/sys/kernel/random/boot_id
mkdir "/var/log/journal/$(cat "$RUN/machine-id")"
cp "$RUN/journald.conf" /run/systemd/journald.conf.d/bench.conf
hostname "$(cat "$RUN/hostname")"
ip link set lo up
echo up
exec >/dev/null
# Whoever ignores this signal keeps no dead children.
exec env --ignore-signal=CHLD cat
