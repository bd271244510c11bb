"""The bench: a virtual ModuCop made of real parts (disk, boot environment, systemd, Docker, Mender)."""
