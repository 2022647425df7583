"""The style sheet of the window, made from the tokens and ``resources/style/window.qss``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Final

from PySide6.QtCore import QTemporaryDir

from app.ui.resources import RESOURCES, icon_file

_PICTURES: Final = {"down": "ink-3", "tick": "on-accent", "up": "ink-3"}


class StyleFiles:
    """Icons that a style sheet can only take from a file, in the colours of each theme."""

    def __init__(self) -> None:
        self._folder = QTemporaryDir()

    def write(self, theme: str, colors: Mapping[str, str]) -> Mapping[str, str]:
        """Path by icon name."""
        paths = {}
        for name, token in _PICTURES.items():
            path = Path(self._folder.filePath(f"{theme}-{name}.svg"))
            drawing = icon_file(name).read_bytes()
            path.write_bytes(drawing.replace(b"currentColor", colors[token].encode()))
            paths[name] = path.as_posix()
        return paths


def stylesheet(colors: Mapping[str, str], pictures: Mapping[str, str]) -> str:
    """The whole sheet in these colours."""
    names = {name.replace("-", "_"): value for name, value in colors.items()}
    names |= {f"picture_{name}": path for name, path in pictures.items()}
    template = (RESOURCES / "style" / "window.qss").read_text(encoding="utf-8")
    return Template(template).substitute(names)
