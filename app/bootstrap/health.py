"""The command ``doctor``: the machine's health, as far as this release looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.bootstrap.commands import workspace_of
from app.bootstrap.drawing import plural
from app.bootstrap.halting import halt_of
from app.bootstrap.limits import counted_today, limit_lines
from app.bootstrap.outcome import Outcome
from app.store.sqlite import sqlite_version

if TYPE_CHECKING:
    from argparse import Namespace


def do_doctor(chosen: Namespace) -> Outcome:
    """Compares every counter with the rows, and with ``--recount`` makes them again; 1 when they differed."""
    with workspace_of(chosen) as workspace:
        differences = workspace.store.numbers.recount(dry=not chosen.recount)
        unknown = len(workspace.store.numbers.messages_in("unknown"))
        held = len(workspace.store.numbers.messages_in("held"))
        halt = halt_of(workspace)
        lines, receivers = limit_lines(workspace), counted_today(workspace)
    document = {
        "sqlite": sqlite_version(),
        "counters_wrong": len(differences),
        "recounted": bool(chosen.recount),
        "unknown": unknown,
        "held": held,
        "halt": halt,
        "limits": list(lines),
        "letters_today": dict(receivers),
    }
    text = "\n".join(lines)
    wait = f"{plural(unknown + held, 'message')} wait for your decision."
    if differences and not chosen.recount:
        return Outcome(
            f"{plural(len(differences), 'counter')} differ from the rows. {wait}", document, text, 1
        )
    return Outcome(f"All numbers are what the rows say. {wait}{f' {halt}' if halt else ''}", document, text)
