"""Where the pictures, fonts and translations lie."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from app.support.paths import resources

RESOURCES: Final = resources()


def icon_file(name: str) -> Path:
    """The drawing of this icon."""
    return RESOURCES / "icons" / f"{name}.svg"


def translation(language: str) -> Path:
    """The translation into this language; it may be missing."""
    return RESOURCES / "translations" / f"chainwright_{language}.qm"
