"""Benchmarks that print ratios against peers in the same run. No timed assertion anywhere: a machine may be slow."""
