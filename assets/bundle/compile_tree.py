"""Compiles all modules of a tree, reproducibly. Run by the Python of a bundle: `python3 compile_tree.py TREE`.

The compiled files are never compared with their sources (unchecked hashes): nothing on the device changes either.
"""

from __future__ import annotations

import py_compile
import sys
from pathlib import Path


def main(tree: Path) -> None:
    """Compile; the names of files in them are relative to the tree, and Python puts the real ones there."""
    for source in sorted(tree.rglob("*.py")):
        py_compile.compile(
            str(source),
            dfile=str(source.relative_to(tree)),
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
