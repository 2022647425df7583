"""Qt begins with less: it reads no sources of what is imported after it, and has its style from the start."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QApplication

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


def new_application(arguments: Sequence[str] = ()) -> QApplication:
    """The application in its style. To be asked for it later, Qt would load every name that styles know."""
    return QApplication([*sys.argv[:1], "-style", "fusion", *arguments])
