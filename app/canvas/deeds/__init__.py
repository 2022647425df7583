"""Everything a person can ask of the canvas: one row per command, for keys, menus and the command palette."""

from __future__ import annotations
