"""Chainwright: draw message chains, and let your office machine run them."""

from __future__ import annotations

__version__ = "0.2.0"
