from __future__ import annotations

from tests.unit.bootstrap.said import empty, shell

__all__ = ["empty", "shell"]
