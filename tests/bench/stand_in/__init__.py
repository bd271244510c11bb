"""A stand-in for `mender-update`, for tests only: Debian has no package of the C++ client.

`mender_stand_in/` is the program, written from what the real clients 4.0.7 and 5.1.0 printed and left behind
(`tests/bench/recorded/transcripts/`); every behaviour names the section of the transcript that shows it. `modules/` are
update modules of ours with the same protocol. `fit.py` puts all of it into a root. `test_stand_in.py` plays the
transcripts against it. Neither is part of the product, and the real clients are the judge of both.
"""
