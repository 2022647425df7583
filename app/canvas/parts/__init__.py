"""The widgets that stand around the view: ruler, minimap, zoom, goal, first hint."""

from __future__ import annotations
