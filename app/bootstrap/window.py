"""The desktop: a window over a workspace at work."""

from __future__ import annotations

import gc
import os
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from app.bootstrap.commands import folder_of, workspace_of
from app.bootstrap.display import has_display
from app.bootstrap.late_desk import LateDesk
from app.bootstrap.outcome import Outcome
from app.model.errors import WorldError
from app.support import paths

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from types import ModuleType

    from app.bootstrap.house import House
    from app.bootstrap.workspace import Workspace
    from app.model.ports import Desk


def do_desktop(chosen: Namespace) -> Outcome:
    """Opens the window and comes back when it is closed.

    The flow that was open last is drawn first; the workspace, and all that it needs, follows.
    """
    if not has_display() and "QT_QPA_PLATFORM" not in os.environ:
        raise WorldError("There is no display here to open a window on. “run” works without one, “demo” too.")
    gc.disable()  # what is loaded for the first picture stays: a search for dead values would find none
    try:
        return _desktop(chosen)
    finally:
        gc.enable()


def _desktop(chosen: Namespace) -> Outcome:
    window = _window()

    @contextmanager
    def opened() -> Iterator[Desk]:
        with workspace_of(chosen, make=True) as workspace, _at_work(workspace) as (_house, desk):
            yield desk

    def opening(failed: Callable[[], None]) -> None:
        gc.freeze()
        gc.enable()
        late.open(failed)

    late = LateDesk(opened)
    kept = paths.last_flow_path(folder_of(chosen) or paths.default_workspace())
    try:
        code = window.run_window(late.desk, kept=kept, opening=opening)
    finally:
        late.close()
    return Outcome("", code=code)


def show(
    workspace: Workspace,
    *,
    fast: bool = False,
    open_flow: str | None = None,
    beside: Callable[[House], AbstractContextManager[object]] = nullcontext,
) -> Outcome:
    """The window over ``workspace``; engine, site and what is ``beside`` run as long as it is open."""
    window = _window()
    with _at_work(workspace, fast=fast) as (house, desk), beside(house):
        code = window.run_window(desk, open_flow=open_flow)
    return Outcome("", code=code)


@contextmanager
def _at_work(workspace: Workspace, *, fast: bool = False) -> Iterator[tuple[House, Desk]]:
    from app.bootstrap.house import House  # heavy: engine, site, channels
    from app.bootstrap.window_desk import WorkspaceDesk

    with House(workspace, fast=fast).running() as house:
        yield house, WorkspaceDesk(house)


def _window() -> ModuleType:
    try:
        from app.ui import swift

        swift.spare_sources()
        from app.ui import app
    except ImportError as error:
        raise WorldError(
            f"The window cannot be opened: {error}. “python3 run.py” installs what it needs."
        ) from error
    return app
