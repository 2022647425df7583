"""Keeps the workspace small: journals of what is over are pressed together, and what is old is dropped.

Dropped is never what a flow in use may still ask for. An event of a name that no condition, awaited event,
goal, exit or segment names goes when it is old. One that is asked for ``ever`` stays; one that is asked for
within a time stays so long; one that is asked for since the start of a journey stays as long as a journey of
that version is open that started before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from app.engine.plan import questions
from app.model.conditions import parts
from app.model.durations import parse_duration
from app.model.shifts import TAKE_BACK_WITHIN, UNFINISHED

if TYPE_CHECKING:
    from app.engine.plan import Plan
    from app.engine.session import Session

_AT_ONCE: Final = 100
"""Journals in one transaction: a window in the same process must never wait for it."""
KEEPING: Final = "keeping"
"""Under this name the engine remembers how far it has looked: ``day`` of the last whole round, the last
``event`` and ``message`` that were looked at, and what is ``kept`` in the round under way."""


@dataclass(frozen=True, slots=True)
class Use:
    """A version that is in use, and when its oldest open journey started (None: nobody is inside)."""

    plan: Plan
    oldest: datetime | None = None


def keep_small(session: Session, limit: int) -> int:
    """Does one batch of what there is to do; answers how many rows that were, 0 when all is done."""
    tx, keep, now = session.tx, session.rules.keep, session.now
    done = tx.shelve(keep.journals.before(now, UTC), min(limit, _AT_ONCE))
    if done:
        session.wrote = True
        return done
    return _forget_moves(session) or _drop(session, keep.all.before(now, UTC), limit)


def _forget_moves(session: Session) -> int:
    """What taking a publish back needs, once that cannot be done any more."""
    kept = session.tx.shifts_to_take_back()
    over = [one for one in kept if one.phase not in UNFINISHED and session.now - one.at > TAKE_BACK_WITHIN]
    forgotten = sum(session.tx.forget_shifted(one.id) for one in over)
    session.wrote = session.wrote or forgotten > 0
    return forgotten


# --- what is old ---------------------------------------------------------------------------------------


def _drop(session: Session, before: datetime, limit: int) -> int:
    """A batch of the day's round."""
    known = dict(session.tx.machine(KEEPING) or {})
    today = session.now.date().isoformat()
    if known.get("day") == today:
        return 0
    session.wrote = True
    done = session.tx.drop_archives(before, limit) or session.tx.drop_refused(before, limit)
    if not done:
        done = _drop_events(session, known, before, limit) or _drop_texts(session, known, before, limit)
    if not done:
        known = {"day": today, "event": known["event"], "message": known["message"]}
    session.changes.machine[KEEPING] = known
    return done


def _drop_events(session: Session, known: dict[str, Any], before: datetime, limit: int) -> int:
    """Answers 0 when all of them have been looked at."""
    if "kept" not in known:
        # Once a month it begins at the first event: a flow may not ask any more for what was kept so far.
        is_new_month = known.get("day", "")[:7] != session.now.date().isoformat()[:7]
        kept = kept_since(_in_use(session), _segment_rules(session), session.now)
        known["kept"] = {name: since and since.isoformat() for name, since in kept.items()}
        known["event"] = 0 if is_new_month else known["event"]
    if known["kept"] is None:
        return 0
    since = {name: at and datetime.fromisoformat(at) for name, at in known["kept"].items()}
    looked, known["event"] = session.tx.drop_events(before, since, known["event"], limit)
    if looked < limit:
        known["kept"] = None
    return looked


def _drop_texts(session: Session, known: dict[str, Any], before: datetime, limit: int) -> int:
    looked, known["message"] = session.tx.drop_texts(before, known.get("message", 0), limit)
    return looked


def _in_use(session: Session) -> list[Use]:
    oldest = session.tx.oldest_open()
    live = {flow.version_id for flow in session.tx.live_flows()}
    return [Use(session.plan(id_), oldest.get(id_)) for id_ in sorted(live | oldest.keys())]


def _segment_rules(session: Session) -> list[Mapping[str, Any]]:
    return [*(one.rule for one in session.segments.values()), *session.watched_rules().values()]


def kept_since(
    used: Iterable[Use], segments: Iterable[Mapping[str, Any]], now: datetime
) -> dict[str, datetime | None]:
    """By name of event: since when it may be asked for; None: since ever. A name that is missing is asked for
    by nobody."""
    found: dict[str, datetime | None] = {}
    for name, since in (*_of_versions(used, now), *_of_segments(segments, now)):
        other = found.get(name, now)
        found[name] = None if since is None or other is None else min(since, other)
    return found


def _of_versions(used: Iterable[Use], now: datetime) -> Iterator[tuple[str, datetime | None]]:
    for one in used:
        # Whoever comes in from now on asks for nothing that is old.
        oldest = one.oldest or now
        plan = one.plan
        for part in questions(plan.endings, plan.nodes):
            if "event" in part:
                yield part["event"], _since(part.get("since", "entry"), oldest, now)
        names = [ending.event for ending in plan.endings]
        names += [name for node in plan.of_kind("wait") for name in node.setting("events") or ()]
        yield from ((name, oldest) for name in names)


def _of_segments(rules: Iterable[Mapping[str, Any]], now: datetime) -> Iterator[tuple[str, datetime | None]]:
    for rule in rules:
        for part in parts(rule):
            if "event" in part:
                yield part["event"], _since(part.get("since", "ever"), None, now)


def _since(since: str, oldest: datetime | None, now: datetime) -> datetime | None:
    if since == "ever":
        return None
    return oldest if since == "entry" else parse_duration(since).before(now, UTC)
