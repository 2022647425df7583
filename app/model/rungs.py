"""The rungs of a ``reach`` as nodes of their own: what is tried one after the other (rule 18)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from app.model.durations import is_duration, parse_duration
from app.model.flow import EMPTY, Node
from app.model.kinds import KINDS, Kind, Setting, kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.model.flow import Flow

RUNG_KINDS: Final = ("popup", "email", "sms", "rcs", "telegram", "whatsapp")
"""What may be a rung, as far as this release can run it."""
MOST_RUNGS: Final = 10


def rung_settings(kind: Kind) -> Sequence[Setting]:
    """What a rung says for itself: its content. All else the ``reach`` says for all of them."""
    return [one for one in kind.settings if not one.section or (one.required and one.name != "timeout")]


def rungs_of(node: Node) -> Iterator[tuple[int, Mapping[str, Any], Node]]:
    """Of each rung of a ``reach`` that can be read: its number from 0, what the file says, and it as a node.

    The node's id parts its texts from those of the others; what the ``reach`` says for all of them stands in
    its settings too.
    """
    found = node.settings.get("rungs") if node.kind == "reach" else None
    for number, rung in enumerate(found) if isinstance(found, (list, tuple)) else ():
        kind = KINDS.get(str(rung.get("kind"))) if isinstance(rung, Mapping) else None
        if kind is not None and kind.name in RUNG_KINDS:
            yield number, rung, _rung(node, number, kind, rung.get("settings"))


def senders_of(node: Node) -> Iterator[tuple[str, Node]]:
    """Whoever sends for this node: itself, or each rung of a ``reach``. Before it: the path of its settings,
    such as ``rungs.0.``."""
    if node.kind != "reach":
        yield "", node
        return
    for number, _, rung in rungs_of(node):
        yield f"rungs.{number}.", rung


def longest_try(node: Node) -> str:
    """How long a ``reach`` tries at most, as a length of time; empty where a rung does not say."""
    told = [rung.get("try_for") for _, rung, _ in rungs_of(node)]
    if not told or not all(is_duration(one) for one in told):
        return ""
    parts = [parse_duration(str(one)) for one in told]
    months, days = sum(one.months for one in parts), sum(one.days for one in parts)
    return f"P{months}M{days}DT{sum(one.seconds for one in parts)}S"


def rung_named(flow: Flow, rung_id: str) -> Node | None:
    """The rung of this id, ``REACH#N``; None where there is none."""
    owner = flow.by_id.get(rung_id.rpartition("#")[0])
    return next((one for _, _, one in rungs_of(owner) if one.id == rung_id), None) if owner else None


def _rung(node: Node, number: int, kind: Kind, told: object) -> Node:
    own = told if isinstance(told, Mapping) else EMPTY
    names = {one.name for one in rung_settings(kind)}
    shared = {
        name: value
        for name, value in node.settings.items()
        if name not in names and kind.setting(name) is not None
    }
    settings = {**shared, **{name: value for name, value in own.items() if name in names}}
    head = kind_of(node)
    title = node.title.strip() or (head.title if head else node.kind)
    return Node(
        f"{node.id}#{number}", kind.name, f"Way {number + 1} of {title} ({kind.title})", settings=settings
    )
