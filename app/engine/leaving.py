"""A node that is left at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.model.flow import EMPTY


@dataclass(frozen=True, slots=True)
class Leave:
    """It is left by this outlet, with what the branch saw."""

    outlet: str
    data: Mapping[str, Any] = EMPTY
