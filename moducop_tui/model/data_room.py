"""How far the data partition may be filled by artifacts: apps, Mender and the audit trail write there meanwhile."""

from __future__ import annotations

KEPT_FREE = 16 << 20
"""Bytes that stay free on the data partition."""
