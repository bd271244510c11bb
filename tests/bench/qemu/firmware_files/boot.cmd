# The boot script on p1. The kernel is taken from the slot of mender_boot_part_hex, its root from that of
# mender_boot_part. A Yocto kernel has no AppArmor. Debian has, and Docker would then want its tools.
# No quotes or semicolons in comments here, since U-Boot would read them.
setenv bootargs console=${console},${baudrate} root=${mender_kernel_root} init=/sbin/preinit ro quiet panic=5 apparmor=0
echo Kernel from ${mender_uboot_root}, root on ${mender_kernel_root}, trial: ${upgrade_available}, boots counted: ${bootcount}
if load ${mender_uboot_root} ${kernel_addr_r} /boot/${mender_kernel_name}; then
  if load ${mender_uboot_root} ${ramdisk_addr_r} /boot/initrd; then
    booti ${kernel_addr_r} ${ramdisk_addr_r}:${filesize} ${fdtcontroladdr}
  fi
fi
