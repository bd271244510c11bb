"""Mount tables as the kernel would make them: mounts laid upon mounts, and who holds a path, walked name by name."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Kernel:
    """A mount tree. A place is looked up name by name, each mount on it entered, as the kernel's own walk does it."""

    mounted: dict[tuple[int, str], int] = field(default_factory=dict)
    """What is mounted on a mount's directory: at most one; the next one there lies on that one."""
    lines: list[str] = field(default_factory=lambda: ["1 0 8:1 / / rw - ext4 /dev/root rw"])

    def holder(self, path: str) -> int:
        """The number of the mount that a path leads into."""
        here, so_far = 1, ""
        for name in filter(None, path.split("/")):
            so_far += f"/{name}"
            while (here, so_far) in self.mounted:
                here = self.mounted[here, so_far]
        return here

    def mount(self, path: str, fs_type: str = "tmpfs") -> int:
        """Mount something on a path, upon whatever is there; its number."""
        number, below = len(self.lines) + 1, self.holder(path)
        if path == "/":  # lies on the root and is never walked into: a walk begins inside the root
            below = self.mounted.get((1, "/"), 1)
        self.mounted[below, path] = number
        self.lines.append(f"{number} {below} 0:{number + 30} / {path} rw - {fs_type} made{number} rw")
        return number

    @property
    def table(self) -> str:
        """Its mountinfo."""
        return "".join(f"{line}\n" for line in self.lines)


def with_covered(table: str, point: str, *fs_types: str) -> str:
    """The table with mounts of these types laid below the one at a point: what is seen there stays the same."""
    lines = table.splitlines()
    place = next(number for number, line in enumerate(lines) if line.split(" ")[4] == point)
    fields = lines[place].split(" ")
    covered = []
    for number, fs_type in enumerate(fs_types, start=500):
        covered.append(f"{number} {fields[1]} 0:{number} / {point} rw,relatime - {fs_type} covered{number} rw")
        fields[1] = str(number)
    lines[place] = " ".join(fields)
    return "\n".join([*lines[:place], *covered, *lines[place:]]) + "\n"
