"""One class per gesture; at most one is under way, and Esc ends any in its first state."""

from __future__ import annotations
