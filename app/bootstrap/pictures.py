"""A flow as a picture, without a window."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from app.canvas.icons import Icons
from app.canvas.picture import Saved, Sheet, application, save_picture, today
from app.canvas.theme import theme_from_tokens
from app.support import paths
from app.ui.fonts import install_fonts

if TYPE_CHECKING:
    from pathlib import Path

    from app.model.flow import Flow


def draw(flow: Flow, out: Path, *, theme: str, page: str) -> Saved:
    """Draws the flow into ``out``; UserError or WorldError when that cannot be done.

    ``theme``: light or dark; ``page``: a paper or ``fit``, for PDF.
    """
    running = application()
    install_fonts(running)
    resources = paths.resources()
    tokens = json.loads((resources / "style" / "tokens.json").read_text(encoding="utf-8"))
    look = theme_from_tokens(tokens, theme)
    return save_picture(flow, out, look, Icons(resources / "icons"), sheet=Sheet(page, today()))
