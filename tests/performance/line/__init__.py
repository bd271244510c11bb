"""What the console costs on a serial line, beside stock Textual and peers: bytes, answers, hang-ups and noise."""
