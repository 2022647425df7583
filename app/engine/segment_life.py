"""What a person does to segments: makes one, changes its rule, takes it away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.engine.looking import ask_everybody, catch_up
from app.engine.watched import Kept
from app.model.errors import UserError
from app.model.segments import Segment, name_fault, rule_faults, settled

if TYPE_CHECKING:
    from app.engine.context import Context
    from app.engine.session import Session


def check_segment(name: str, rule: object) -> None:
    """Raises UserError when a segment cannot be called so, or nobody can be asked by the rule."""
    fault = name_fault(name)
    if fault:
        raise UserError(f"The name of the segment {fault}.")
    faults = rule_faults(rule)
    if faults:
        raise UserError(f"The segment “{name}” cannot be asked: {'; '.join(faults)}.")


def save_segment(context: Context, name: str, rule: Mapping[str, Any]) -> None:
    """Makes a segment, or gives it another rule.

    Another rule for one that is watched is like publishing: everybody is asked by it first, in batches, while
    the old rule still holds; then it is exchanged in one transaction. Who comes in by that alone was in it
    before, and starts nothing; who joins later does.
    """
    check_segment(name, rule)
    new = settled(rule)
    while (staged := _put(context, name, new)) is not None:
        ask_everybody(context)
        catch_up(context)
        with context.session("segment") as session:
            if _exchange(session, name, staged):
                break
    context.wake.set()
    context.changed()


def _put(context: Context, name: str, rule: Mapping[str, Any]) -> int | None:
    """Stores the rule at once where nobody watches the segment; else begins to watch a next one, beside it,
    and answers under which number."""
    with context.session("segment") as session:
        old = session.segments.get(name)
        if old is not None and old.rule == rule:
            return None
        new_id = context.ids.new()
        kept = session.watched.segments.get(old.id) if old is not None else None
        if old is None or kept is None or kept.going:
            one = Segment(new_id if old is None else old.id, name, rule)
            session.changes.segments[one.id] = one
            return None
        session.watch(session.watched.with_segment(new_id, Kept(after=0, rule=rule)))
        return new_id


def _exchange(session: Session, name: str, staged: int) -> bool:
    """Puts the next rule in the place of the old one, members and all; False when somebody else was faster
    and it has to be begun again."""
    old, new = session.segments.get(name), session.watched.segments.get(staged)
    if new is None or new.rule is None or new.going or new.after is not None:
        return False
    watched = session.watched.with_segment(staged, replace(new, rule=None))
    if old is not None:
        session.changes.segments[old.id] = None
        kept = watched.segments.get(old.id)
        watched = watched.with_segment(old.id, replace(kept, going=True) if kept is not None else None)
    session.changes.segments[staged] = Segment(staged, name, new.rule)
    session.watch(watched)
    return True
