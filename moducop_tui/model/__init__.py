"""Facts as frozen dataclasses, by topic, and pure rules over them. Imports nothing of the rest of the console."""
