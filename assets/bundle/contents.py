"""What a bundle takes of Debian's packages, what it leaves out, and why."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import Final

INTERPRETER: Final = "python3.11"
PACKAGES: Final = (
    *("python3.11-minimal", "libpython3.11-minimal", "libpython3.11-stdlib"),
    "libexpat1",  # the interpreter itself asks for it
    "zlib1g",  # so it does for this; artifacts and containers' answers are compressed with it
    *("libssl3", "libffi8"),  # ssl and hashlib; ctypes, with which udev is asked
    *("libbz2-1.0", "liblzma5"),  # payloads of artifacts
    "python3-systemd",  # the journal, through the device's own libsystemd
)
LIBRARIES: Final = (
    *("libexpat.so.1", "libz.so.1", "libssl.so.3", "libcrypto.so.3", "libffi.so.8", "libbz2.so.1.0", "liblzma.so.5"),
)
"""What is carried of the packages of libraries, by the names under which programs ask for them."""

OF_THE_DEVICE: Final = frozenset(
    {
        *("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1"),
        *("ld-linux-aarch64.so.1", "ld-linux-x86-64.so.2"),
        "libsystemd.so.0",
    }
)
"""The only libraries that may come from the root file system: those of libc, and libsystemd."""

LEFT_OUT: Final = (
    # Python's own tests, and what only its developers run.
    *("test", "unittest", "idlelib", "lib2to3", "_ctypes_test*", "ctypes/test", "lib-dynload/_test*"),
    *("lib-dynload/_xx*", "lib-dynload/xx*", "distutils", "distutils/*", "ensurepip", "venv", "__phello__"),
    *("pydoc*", "turtle*", "doctest.py", "pdb.py", "bdb.py", "this.py", "antigravity.py", "lib-dynload/_ctypes_test*"),
    *("lib-dynload/_lsprof*", "cProfile.py", "profile.py", "pstats.py", "trace.py", "tabnanny.py", "zipapp.py"),
    # What needs a library that is not carried: terminals, databases and sounds of other programs.
    *("curses", "lib-dynload/_curses*", "lib-dynload/readline*", "dbm", "lib-dynload/_dbm*", "shelve.py"),
    *("sqlite3", "lib-dynload/_sqlite3*", "crypt.py", "lib-dynload/_crypt*", "lib-dynload/nis*", "tkinter"),
    *("lib-dynload/_uuid*", "lib-dynload/ossaudiodev*", "lib-dynload/audioop*", "wave.py", "aifc.py", "sunau.py"),
    # Protocols that nothing here speaks.
    *("imaplib.py", "nntplib.py", "poplib.py", "smtplib.py", "smtpd.py", "telnetlib.py", "ftplib.py", "mailbox.py"),
    *("cgi.py", "cgitb.py", "wsgiref", "xmlrpc", "asynchat.py", "asyncore.py", "webbrowser.py"),
    # Encodings of texts that no ModuCop has: a megabyte of tables.
    *("lib-dynload/_codecs_*",),
    # The machine's own customisation of Python, which would lie in /etc, and a word to pip, which is not there.
    *("sitecustomize.py", "EXTERNALLY-MANAGED", "config-3.11-*", "build_details*"),
)
"""Patterns of paths below the standard library's directory."""


def is_left_out(path: str) -> bool:
    """Whether a file of the standard library, by its path there, is not carried."""
    parts = path.split("/")
    fronts = ["/".join(parts[: count + 1]) for count in range(len(parts))]
    return any(fnmatch(front, pattern) for front in fronts for pattern in LEFT_OUT)
