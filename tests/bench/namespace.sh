#!/bin/sh
# First process of a small namespace: makes the directories of its own, says so, and ends when its owner does.
# In: RUN run directory, JOIN cgroup.procs files. Its standard input is the owner's end of a pipe.
set -e
. "${0%/*}/private-dev.sh"
. "${0%/*}/control-groups.sh"

join_control_groups "$0"
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
