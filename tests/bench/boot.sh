#!/bin/sh
# Starts one boot of the virtual ModuCop. Runs in a private mount namespace, so that its mounts go when it ends.
# In: RUN run directory, JOIN cgroup.procs files, MODUCOP_DISK numbers of the disk, SLOT partition number; then the command.
# Ends with 90 when the slot cannot be booted, as U-Boot would find.
set -e
. "${0%/*}/private-dev.sh"
for procs in $JOIN; do echo $$ >"$procs"; done

# A /dev of our own: here the disk has its device name, which every later look at the mounts shows.
mkdir -p "$RUN/root"
private_dev "$RUN/dev"
number=
for node in $MODUCOP_DISK; do
    mknod "$RUN/dev/mmcblk0${number:+p$number}" b "${node%:*}" "${node#*:}"
    number=$((${number:-0} + 1))
done
mount --rbind "$RUN/dev" /dev

mount -t ext4 -o ro "/dev/mmcblk0p$SLOT" "$RUN/root" || exit 90
[ -e "$RUN/root/boot/Image" ] && [ -x "$RUN/root/sbin/preinit" ] || exit 90
unset JOIN SLOT
exec "$@"
