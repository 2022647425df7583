"""Chainwright: draw message chains, and let your office machine run them."""

__version__ = "0.1.0"
