#!/bin/sh
# Starts one boot of the lab (lab.py): the slot as the root, the image's own programs over it, no systemd.
# In: RUN run directory, NODES numbers of the disk, SLOT partition number, USERLAND the image whose programs are used and
# USERLAND_OFFSET of its root in it, FIT what is laid over them, SHOWN a directory that is seen at /uboot, BINDS
# outside=inside..., ENGINE whether a container engine is to run, JOIN the cgroup.procs files for it. Says `up` when the
# system is up, `unbootable` when U-Boot would find nothing to start.
set -e
. "${0%/*}/private-dev.sh"
. "${0%/*}/control-groups.sh"
if [ -n "$ENGINE" ]; then
    join_control_groups "$0"
    own_control_groups
fi

# What is needed of elsewhere is taken first: it may lie where /dev of our own will hide it.
mkdir -p "$RUN/userland" "$RUN/root" "$RUN/fit" "$RUN/shown"
mount -t ext4 -o "ro,noload,loop,offset=$USERLAND_OFFSET" "$USERLAND" "$RUN/userland"
mount --bind "$FIT" "$RUN/fit"
mount --bind "$SHOWN" "$RUN/shown"
count=0
for bind in $BINDS; do
    count=$((count + 1))
    mkdir -p "$RUN/bind$count"
    mount --bind "${bind%%=*}" "$RUN/bind$count"
done

# A /dev of our own: here the disk has its device name, which every later look at the mounts shows.
private_dev "$RUN/dev"
case $RUN in
/dev/shm/*) mount --rbind "$RUN" "$RUN/dev/shm/${RUN##*/}" ;;
esac
number=
for node in $NODES; do
    mknod -m 660 "$RUN/dev/mmcblk0${number:+p$number}" b "${node%:*}" "${node#*:}"
    number=$((${number:-0} + 1))
done
mount --rbind "$RUN/dev" /dev

unbootable() {
    echo unbootable
    exit 0
}
mount -t ext4 -o ro "/dev/mmcblk0p$SLOT" "$RUN/root" 2>/dev/null || unbootable
[ -e "$RUN/root/boot/Image" ] || unbootable

root=$RUN/root
mount -t overlay -o "lowerdir=$RUN/fit/usr:$RUN/userland/usr" overlay "$root/usr"
mount -t proc proc "$root/proc"
mount --bind "$RUN/boot_id" "$root/proc/sys/kernel/random/boot_id"
mount --rbind /sys "$root/sys"
mount --rbind "$RUN/dev" "$root/dev"
mount -t tmpfs -o mode=755 none "$root/run"
mount -t tmpfs -o mode=1777 none "$root/tmp"
mkdir -p "$root/run/lock"
mount --bind "$RUN/shown" "$root/uboot"
count=0
for bind in $BINDS; do
    count=$((count + 1))
    mount --bind "$RUN/bind$count" "$root${bind#*=}"
    mount -o remount,ro,bind "$root${bind#*=}"
done
ip link set lo up
hostname "$LAB_NAME"
unset NODES SLOT USERLAND USERLAND_OFFSET FIT SHOWN BINDS ENGINE LAB_NAME RUN
export MODUCOP_INIT=/bin/sh
# Nothing of the host is left in sight, also not for whoever leaves a chroot, as container engines do.
cd "$root"
pivot_root . mnt
umount -l /mnt
# The first process ends when its owner does, and when something inside orders a reboot: all others end with it.
exec /sbin/preinit -c '
    mkfifo /run/lab-power
    { cat; echo gone >/run/lab-power; } >/dev/null <&3 &
    echo up
    exec >/dev/null
    # Whoever ignores this signal keeps no dead children.
    exec env --ignore-signal=CHLD head -n 1 /run/lab-power
' 3<&0
