"""The letters of the window: Inter where the system has nothing of that quality, figures of equal width."""

from __future__ import annotations

import logging
import sys
from typing import Final

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from app.canvas.style import load_fonts
from app.ui.resources import RESOURCES

_log = logging.getLogger(__name__)
_CJK: Final = ("Noto Sans CJK JP", "Yu Gothic UI", "Hiragino Sans")
BODY: Final = 13


def install_fonts(app: QApplication) -> None:
    """Loads the shipped fonts and sets the font of every window."""
    if not load_fonts(RESOURCES / "fonts"):
        _log.warning("the fonts that come along cannot be read")
    app.setFont(body_font(app.font()))


def body_font(system: QFont) -> QFont:
    """13 px of the system's own font, or of Inter on systems that have none of quality."""
    font = QFont(system)
    own = [] if sys.platform in ("win32", "darwin") else ["Inter"]
    font.setFamilies([*own, *system.families(), *_CJK])
    font.setPixelSize(BODY)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
