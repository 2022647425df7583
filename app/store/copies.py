"""Copies of a SQLite file that are made before it is upgraded, and kept for thirty days."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from types import ModuleType

_MARK: Final = "before-upgrade"
_KEPT_SECONDS: Final = 30 * 86_400


def copy_before_upgrade(driver: ModuleType, path: Path, revision: str) -> Path:
    """A whole copy beside the file, taken while nobody writes; one that is there already stays: it is what
    the same upgrade began with."""
    copy = path.with_name(f"{path.stem}-{_MARK}-from-{revision}.db")
    if copy.exists():
        return copy
    part = copy.with_suffix(".part")
    part.unlink(missing_ok=True)
    with closing(driver.connect(str(path))) as source, closing(driver.connect(str(part))) as target:
        source.backup(target)
    part.replace(copy)
    return copy


def forget_old_copies(path: Path) -> None:
    """Whom somebody has erased must not live on in them."""
    for copy in path.parent.glob(f"{path.stem}-{_MARK}-from-*"):
        if time.time() - copy.stat().st_mtime > _KEPT_SECONDS:
            copy.unlink(missing_ok=True)
