"""Changes the device: plans that a person confirms, an executor outside of the console's session, and an audit trail.

Plan makers (`slots`, `updates`, `apps`, `power`) are pure: an action and a scene in, a plan out. Only what is in
`hands/` writes, and only the executor calls it.
"""
