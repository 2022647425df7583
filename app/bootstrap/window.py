"""The desktop: a window over a workspace at work."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import TYPE_CHECKING

from app.bootstrap.commands import workspace_of
from app.bootstrap.display import has_display
from app.bootstrap.house import House
from app.bootstrap.outcome import Outcome
from app.bootstrap.window_desk import WorkspaceDesk
from app.model.errors import WorldError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from app.bootstrap.workspace import Workspace


def do_desktop(chosen: Namespace) -> Outcome:
    """Opens the window and comes back when it is closed."""
    if not has_display() and "QT_QPA_PLATFORM" not in os.environ:
        raise WorldError("There is no display here to open a window on. “run” works without one, “demo” too.")
    with workspace_of(chosen, make=True) as workspace:
        return show(workspace)


def show(
    workspace: Workspace,
    *,
    fast: bool = False,
    open_flow: str | None = None,
    beside: Callable[[House], AbstractContextManager[object]] = nullcontext,
) -> Outcome:
    """The window over ``workspace``; engine, site and what is ``beside`` run as long as it is open."""
    try:
        from app.ui.app import run_window
    except ImportError as error:
        raise WorldError(
            f"The window cannot be opened: {error}. “python3 run.py” installs what it needs."
        ) from error
    with House(workspace, fast=fast).running() as house, beside(house):
        code = run_window(WorkspaceDesk(house), open_flow=open_flow)
    return Outcome("", code=code)
