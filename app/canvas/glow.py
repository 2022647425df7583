"""Edges that were just joined are lit for a moment, so that the eye finds them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QTimer
from shiboken6 import isValid

from app.canvas.edits import EdgeKey
from app.canvas.scene import CanvasScene


def glow(scene: CanvasScene, keys: Iterable[EdgeKey]) -> None:
    """Lights these edges for 900 ms, or until a gesture lights others."""
    lit = frozenset(keys)
    if not lit:
        return
    scene.light(lit)

    def end() -> None:
        if isValid(scene) and scene.lit == lit:
            scene.light(())

    QTimer.singleShot(scene.look.style.m.pulse, scene, end)
