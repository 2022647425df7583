"""How parts look for the time of a gesture or under the pointer, as values.

Items come and go with the view; what is written here is given to an item whenever it is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from app.canvas.edits import EdgeKey

FADED = 0.4
LEAVING = 0.15
LIFTED = 0.9
LIFTED_Z = 10.0


@dataclass(slots=True)
class Passing:
    """The looks that the document does not know of."""

    hovered: dict[str, frozenset[str]] = field(default_factory=dict)
    """Hovered nodes, each with the outlets that show a plus."""
    hovered_edges: frozenset[EdgeKey] = frozenset()
    lit: frozenset[EdgeKey] = frozenset()
    """Edges that something would be put into."""
    leaving: frozenset[EdgeKey] = frozenset()
    """Edges that would go: they are nearly gone already."""
    lifted: frozenset[str] = frozenset()
    """Nodes in the hand: above all others and a little transparent."""
    allowed: Callable[[str], bool] | None = None
    """While a wire is pulled: whether it may end at a node. None: no wire is pulled."""
    source: str = ""
    """Where the pulled wire comes from."""
    is_back: bool = False
    """Whether the wire is pulled from an inlet: then no inlet asks for it."""

    def opacity(self, name: str, *, on_way: bool) -> float:
        """How opaque a node is painted; ``on_way``: no way is lit, or the node is on it."""
        if name in self.lifted:
            return LIFTED
        if self.allowed is not None:
            return 1 if name == self.source or self.allowed(name) else FADED
        return 1 if on_way else FADED

    def edge_opacity(self, key: EdgeKey, *, on_way: bool) -> float:
        """How opaque an edge is painted; ``on_way``: no way is lit, or the edge is on it."""
        if key in self.leaving:
            return LEAVING
        return 1 if on_way else FADED

    def invites(self, name: str) -> bool | None:
        """Whether a node's inlet asks for the wire; None: no wire is pulled."""
        return None if self.allowed is None or self.is_back else self.allowed(name)
