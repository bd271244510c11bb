"""Loads pyudev so that it finds udev's library on an image that has neither ldconfig nor a compiler to ask.

pyudev asks ctypes for the library's name, and ctypes asks those two. A read-only Yocto image may have neither, while
the library's name has been the same since systemd 183.
"""

from __future__ import annotations

import ctypes.util
import sys
import threading
from types import ModuleType

_LIBRARY = "libudev.so.1"
_loading = threading.Lock()


def load_pyudev() -> ModuleType:
    """The binding, as `import pyudev` gives it; its Context raises OSError where there is no library.

    Raises ImportError where the binding itself is missing. Safe from any thread.
    """
    with _loading:
        if "pyudev" not in sys.modules:
            find = ctypes.util.find_library
            ctypes.util.find_library = lambda name: _LIBRARY if name == "udev" else find(name)
            try:
                import pyudev
            finally:
                ctypes.util.find_library = find
        else:
            import pyudev
        return pyudev  # type: ignore[no-any-return]  # it has no types
