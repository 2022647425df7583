"""What an edge may do, in words: the one place for wires that are pulled and for keys that connect.

Every function reads values only, so that a gesture may ask about a flow that is not there yet: to judge an
edge that is being put elsewhere, hand in the flow without it.
"""

from __future__ import annotations

from typing import Final

from app.canvas.commands import Connect
from app.canvas.document import CanvasDocument
from app.canvas.drawing import Drawing
from app.canvas.edits import upstream
from app.canvas.words import node_title, tr
from app.model.flow import Flow, Node
from app.model.kinds import KINDS, Kind, kind_of, outlets_of

START: Final = "A start has no way in"
END: Final = "An end has no way out"
NOTE: Final = "A note takes no wire"


def refusal(
    drawing: Drawing,
    flow: Flow,
    source: str,
    outlet: str,
    target: str,
    before: frozenset[str] | None = None,
) -> str:
    """Why no edge may lead from this outlet to ``target``, in words; empty when it may.

    ``before``: ``upstream(flow, source)`` where it is known already, for whoever asks about many targets.
    """
    if source not in flow.by_id or target not in flow.by_id:
        return tr("It is no longer there")
    if target == source:
        return tr("That would lead back to itself")
    if drawing.inlet(target) is None:
        return tr(START)
    if not outlet:
        return tr(END)
    above = upstream(flow, source) if before is None else before
    return tr("That would go in a circle") if target in above else ""


def replaced(flow: Flow, source: str, outlet: str, target: str) -> str:
    """What is said before an edge takes the place of the one that leaves this outlet; empty: none does."""
    old = flow.leading.get((source, outlet))
    if old is None or old == target or old not in flow.by_id:
        return ""
    title = node_title(flow.by_id[old])
    return tr("It already leads to {title}. Let go to replace").format(title=title)


def connect(document: CanvasDocument, drawing: Drawing, source: str, outlet: str, target: str) -> str:
    """Connects as one step of undo, replacing the old edge of the outlet; else answers why it may not."""
    words = refusal(drawing, document.flow, source, outlet, target)
    if not words:
        document.do(Connect(document, source, outlet, target))
    return words


def outlet_names(node: Node) -> tuple[str, ...]:
    """The names of its outlets, in the order in which they are drawn."""
    return tuple(outlet.name for outlet in outlets_of(node))


def first_outlet(node: Node) -> str:
    """The outlet by which a node leads on when nobody chose one; empty for an end."""
    return next(iter(outlet_names(node)), "")


def free_outlets(flow: Flow, name: str) -> tuple[str, ...]:
    """The outlets of this node that lead nowhere yet."""
    node = flow.by_id.get(name)
    if node is None:
        return ()
    return tuple(outlet for outlet in outlet_names(node) if (name, outlet) not in flow.leading)


def has_inlet(node: Node) -> bool:
    """Whether an edge may lead into it; a kind of a newer version is believed to allow it."""
    kind = kind_of(node)
    return kind is None or kind.has_inlet


def kinds_that_fit(*, led_to: bool = False, leads_on: bool = False) -> tuple[Kind, ...]:
    """The kinds that can stand behind an outlet (``led_to``), before an inlet (``leads_on``), or between."""
    return tuple(
        kind
        for kind in KINDS.values()
        if (kind.has_inlet or not led_to) and (first_outlet(Node("", kind.name)) or not leads_on)
    )
