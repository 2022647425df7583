"""Qt loads without reading the source of everything that is imported after it."""

from __future__ import annotations

import sys
from typing import Final

import PySide6.QtCore  # noqa: F401 - loads what is looked for here

_FEATURES: Final = "shibokensupport.feature"
_READER: Final = "_mod_uses_pyside"


def spare_sources() -> None:
    """Call it before anything of ours that uses Qt is imported.

    PySide6 looks into the source of each module for its own name, so that a module could switch to another
    way of naming methods. None of ours does, and in a built program, which has no sources, it finds nothing
    either: the answer of that is given here at once. A release without this search is left alone.
    """
    features = sys.modules.get(_FEATURES)
    if hasattr(features, _READER):
        setattr(features, _READER, lambda _module: False)
