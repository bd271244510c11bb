"""What goes wrong with a web server: sentences for the technician, and the reasons that complete them."""

from __future__ import annotations

import ssl

from moducop_tui.model.foreign import clean


class WebError(Exception):
    """A server that does not give what it was asked for; the text is a sentence for the technician."""


class GaveUpError(WebError):
    """Nobody waits for it any more."""


class TroubleError(Exception):
    """Why a server can't be read, in words that follow 'can't be read: '."""


class TooShortError(TroubleError):
    """The content ended too early; the text follows 'stopped sending '."""


def reason(error: Exception) -> str:
    """Such words for what the system or OpenSSL says."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({clean(error.verify_message, 60)}); is the device's clock right?"
    if isinstance(error, ssl.SSLError):
        return f"no encrypted connection ({clean(error.reason or str(error), 60)})"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return clean(text, 80)
