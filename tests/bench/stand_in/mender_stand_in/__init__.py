"""The program: `mender-update` with the personalities 4.0 and 5.1.

Where a comment says "transcript X n", it is the file X of tests/bench/recorded/transcripts and its section n. What no
transcript shows says so: "order of 5.1" is the order in which that client saves its state, as its authors describe it.
"""
