"""Which kinds of node say something that a person writes."""

from __future__ import annotations

from typing import Final

EDITED: Final = ("email", "sms", "popup", "task")
"""Kinds that have an editor of their own."""
SENT: Final = ("email", "sms")
"""Kinds that can be sent to whoever writes them."""
