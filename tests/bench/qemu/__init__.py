"""The device on the desk: an emulated arm64 ModuCop with a real U-Boot, a real power switch and a real serial line."""
