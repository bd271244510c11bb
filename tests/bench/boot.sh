#!/bin/sh
# Starts one boot of the virtual ModuCop. Runs in a private mount namespace, so that its mounts go when it ends.
# In: RUN run directory, JOIN cgroup.procs files, MODUCOP_DISK numbers of the disk, SLOT partition number; then the command.
# Ends with 90 when the slot cannot be booted, as U-Boot would find.
set -e
for procs in $JOIN; do echo $$ >"$procs"; done

# A /dev of our own: here the disk has its device name, which every later look at the mounts shows.
mkdir -p "$RUN/dev" "$RUN/root"
mount -t tmpfs -o mode=755 none "$RUN/dev"
for node in null zero full random urandom tty console; do
    [ -e "/dev/$node" ] && cp -a "/dev/$node" "$RUN/dev/$node"
done
ln -s pts/ptmx "$RUN/dev/ptmx"
mkdir "$RUN/dev/pts" "$RUN/dev/shm"
mount --bind /dev/pts "$RUN/dev/pts"
mount --bind /dev/shm "$RUN/dev/shm"
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
