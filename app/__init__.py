"""Chainwright: draw message chains, and let your office machine run them."""

from __future__ import annotations

__version__ = "0.2.0"
__built__ = "2026-11-22"
"""No clock that is right can be before this day."""
