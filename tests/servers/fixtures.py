"""The servers as fixtures. One that cannot be started here skips its tests and says what is missing."""

from __future__ import annotations
