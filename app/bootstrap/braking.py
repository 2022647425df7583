"""The command ``brake``: stops everything at once, tells what has gone out already, and lets go again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from app.bootstrap.commands import workspace_of
from app.bootstrap.drawing import plural
from app.bootstrap.halting import halt_of
from app.bootstrap.outcome import Outcome
from app.engine.braking import REASONS, Braked, brake, release_brake
from app.model.desk import HeldGroup

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence

    from app.bootstrap.workspace import Workspace
    from app.model.journey import Message


_PAGE: Final = 1_000


def do_brake(chosen: Namespace) -> Outcome:
    """Pulls it, or with ``--release`` lets go."""
    with workspace_of(chosen) as workspace:
        if chosen.release:
            return _release(workspace, send=chosen.release == "send")
        done = pull(workspace)
        names = {flow.id: flow.name for flow in workspace.store.flows.infos()}
    lines = [_line(row, names) for row in done.accepted]
    return Outcome(_sentence(done), _document(done, names), "\n".join(lines))


def pull(workspace: Workspace) -> Braked:
    """Stops everything, and asks the channels that can to take back what they have accepted."""
    return brake(workspace.context, workspace.sending_channels())


def taken_back(workspace: Workspace) -> Sequence[HeldGroup]:
    """What waits for the brake to be let go, by flow, channel and whether it had gone out already."""
    return [HeldGroup(*place, count) for place, count in Counter(_places(workspace).values()).items()]


def let_go(workspace: Workspace, drop: Sequence[HeldGroup]) -> int:
    """Lets everything go on and sends what was taken back, but for these groups."""
    dropped = {(group.flow, group.channel, group.reason) for group in drop}
    places = _places(workspace)
    out = [message_id for message_id, place in places.items() if place in dropped]
    if len(out) * 2 <= len(places):
        return release_brake(workspace.context, send=True, but=out)
    # The engine has to remember the shorter list until it is through.
    kept = [message_id for message_id, place in places.items() if place not in dropped]
    return release_brake(workspace.context, send=False, but=kept)


def _places(workspace: Workspace) -> dict[int, tuple[str, str, str]]:
    """Flow, channel and reason of each message that the brake has taken back."""
    names = {flow.id: flow.name for flow in workspace.store.flows.infos()}
    rows = _cancelled(workspace)
    return {row.id: (names.get(row.flow_id, ""), row.channel, row.reason) for row in rows}


def _cancelled(workspace: Workspace) -> Iterator[Message]:
    after = 0
    while True:
        with workspace.context.session() as session:
            rows = session.tx.cancelled_messages(REASONS, after, _PAGE)
        if not rows:
            return
        yield from rows
        after = rows[-1].id


def _release(workspace: Workspace, *, send: bool) -> Outcome:
    was_on = bool(halt_of(workspace))
    decided = release_brake(workspace.context, send=send)
    document = {"brake": "off", "sent_after_all" if send else "dropped": decided}
    if not was_on and not decided:
        return Outcome("The brake was not on; nothing was changed.", document)
    what = "is sent after all" if send else "was dropped"
    return Outcome(f"The brake is released: {plural(decided, 'message')} that it took back {what}.", document)


def _sentence(done: Braked) -> str:
    told = [f"The brake is on: {plural(done.cancelled, 'message')} taken back"]
    if done.revoked:
        told.append(f"{done.revoked} revoked")
    if done.on_the_wire:
        told.append(f"{done.on_the_wire} just on the wire")
    return f"{', '.join(told)}, {len(done.accepted)} accepted in the last hour."


def _document(done: Braked, names: dict[int, str]) -> dict[str, Any]:
    return {
        "brake": "on",
        "since": done.since.isoformat(),
        "cancelled": done.cancelled,
        "on_the_wire": done.on_the_wire,
        "revoked": done.revoked,
        "accepted": [
            {
                "message": row.id,
                "contact": row.contact_id,
                "channel": row.channel,
                "address": row.address,
                "flow": names.get(row.flow_id, ""),
                "node": row.node,
                "sent_at": row.sent_at.isoformat() if row.sent_at else None,
            }
            for row in done.accepted
        ],
    }


def _line(row: Message, names: dict[int, str]) -> str:
    at = f"{row.sent_at:%H:%M:%S}" if row.sent_at else ""
    return f"{at}  {row.channel}  {row.address}  {names.get(row.flow_id, '')} / {row.node}"
