"""The flow: the drawing as a value. Reading and writing it is the work of ``app.flows``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property
from typing import Any, Final, Never

from app.model.frozen import dataclass


class _Empty(Mapping[Any, Any]):
    """Nothing, for ever. Python 3.11 takes no default without a hash, and ``MappingProxyType`` has none."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Never:
        raise KeyError(key)

    def get(self, key: Any, default: Any = None) -> Any:  # noqa: ARG002  # as every mapping has it
        """The default. Written out: it is asked for many times a node, and an exception takes long."""
        return default

    def __contains__(self, key: object) -> bool:
        return False

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "{}"


EMPTY: Final[Mapping[Any, Any]] = _Empty()
SCHEMA: Final = 1
MOST_INSIDE: Final = 1_000_000
"""The largest number that ``inside`` of a flow can be."""


@dataclass(frozen=True, slots=True)
class Node:
    """One box. ``x``, ``y`` are its top left corner in scene units; ``extra`` holds keys we do not know."""

    id: str
    kind: str
    title: str = ""
    x: float = 0
    y: float = 0
    settings: Mapping[str, Any] = EMPTY
    extra: Mapping[str, Any] = EMPTY


@dataclass(frozen=True, slots=True)
class Edge:
    """From one outlet of a node to another node. In the file: ``from``, ``outlet``, ``to``."""

    source: str
    outlet: str
    target: str
    extra: Mapping[str, Any] = EMPTY


@dataclass(frozen=True, slots=True)
class Note:
    """A sticky note on the canvas; it takes no wire and runs nothing."""

    id: str
    text: str = ""
    x: float = 0
    y: float = 0
    width: float = 160
    height: float = 72
    extra: Mapping[str, Any] = EMPTY


@dataclass(frozen=True)
class Flow:
    """A whole drawing, also an unfinished one: nothing here promises that it makes sense.

    ``settings``: ``key`` (event property that parts journeys), ``reentry`` (``"never"``, ``"restart"`` or
    ``{"after": DURATION}``), ``goal`` (``{"events": [...], "where": CONDITION}``), ``exits`` (list of
    ``{"event": NAME, "where": CONDITION}``), ``fresh`` (DURATION), ``inside`` (at most so many
    journeys at a time).
    """

    name: str
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    notes: tuple[Note, ...] = ()
    settings: Mapping[str, Any] = EMPTY
    schema: int = SCHEMA
    extra: Mapping[str, Any] = EMPTY
    # Unknown keys stand where the writer found them only relative to each other: known keys come first.

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """Nodes by id; of two with the same id the first."""
        return {node.id: node for node in reversed(self.nodes)}

    @cached_property
    def leading(self) -> Mapping[tuple[str, str], str]:
        """Target node id by (node id, outlet); of two edges from one outlet the first."""
        return {(edge.source, edge.outlet): edge.target for edge in reversed(self.edges)}

    def with_node(self, node: Node) -> Flow:
        """The same flow with the node of this id exchanged, or the node added when there is none."""
        if node.id not in self.by_id:
            return replace(self, nodes=(*self.nodes, node))
        return replace(self, nodes=tuple(node if old.id == node.id else old for old in self.nodes))


@dataclass(frozen=True, slots=True)
class Problem:
    """Something ``check`` found. ``code`` is one of DESIGN.md section 6; ``nodes`` are ids."""

    code: str
    severity: str  # "error" or "warning"
    message: str
    fix: str
    nodes: tuple[str, ...] = ()
    edge: Edge | None = None
    setting: str = ""
    """Path of the setting it is about, such as ``subject``; empty when it is not about one."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What ``check`` may ask of a workspace beyond the drawing. Without one, the drawing alone is judged."""

    channels: frozenset[str] = frozenset()
    """Channels that are set up, such as ``email``."""
    site_url: str = ""
    postal_address: str = ""
    practice: bool = False
    fields: frozenset[str] = field(default_factory=frozenset)
    """Property names that contacts of this workspace have."""
    flows: Mapping[str, Flow] | None = None
    """The published flows by name, the one that is checked among them; None: not known."""
    segments: Mapping[str, Mapping[str, Any]] | None = None
    """The rules of the segments by name; None: not known."""
