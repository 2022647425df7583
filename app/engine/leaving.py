"""A node that is left at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from app.model.flow import EMPTY


class Leave(NamedTuple):
    """It is left by this outlet, with what the branch saw."""

    outlet: str
    data: Mapping[str, Any] = EMPTY
