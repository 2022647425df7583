"""The style sheet of the window, made from the tokens and ``resources/style/window.qss``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Template
from typing import Final

from PySide6.QtCore import QTemporaryDir

from app.ui.resources import RESOURCES, icon_file

_PICTURES: Final = {"down": "ink-3", "tick": "on-accent", "up": "ink-3"}


@cache
def _folder() -> QTemporaryDir:
    """Kept until the program ends: the application wears a style sheet longer than anybody keeps its theme,
    and Qt opens the pictures only when the first widget that shows one is painted."""
    return QTemporaryDir()


def style_pictures(theme: str, colors: Mapping[str, str]) -> Mapping[str, str]:
    """Icons that a style sheet can only take from a file, in the colours of this theme: path by icon name."""
    paths = {}
    for name, token in _PICTURES.items():
        path = Path(_folder().filePath(f"{theme}-{name}.svg"))
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
