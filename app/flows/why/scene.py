"""What is known while one journey is told: how things are called, and what has become of each message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from app.flows.diff_words import called
from app.model.kinds import KINDS, Kind, kind_of
from app.model.rungs import rungs_of
from app.model.why import Saying, say

if TYPE_CHECKING:
    from app.model.flow import Node
    from app.model.journey import JournalLine
    from app.model.why import Edition, Past

CHANNELS: Final[Mapping[str, Saying]] = {
    "email": say("e-mail"),
    "sms": say("SMS"),
    "rcs": say("RCS"),
    "telegram": say("Telegram"),
    "whatsapp": say("WhatsApp"),
    "carrot": say("Carrot quest"),
    "popup": say("popup"),
    "chat": say("chat"),
    "task": say("call-back"),
    "webhook": say("webhook"),
    "notice": say("notice"),
}
"""What a channel is called in a sentence."""


@dataclass(slots=True)
class Said:
    """One message as far as it is told."""

    node: str
    version_id: int
    step: int
    rung: int | None
    kind: Kind | None
    is_open: bool = True
    """Whether it may still go out."""
    is_sent: bool = False
    waits_for: str = ""
    """``person`` or ``time``, where it does not simply stand in the queue."""
    reactions: set[str] = field(default_factory=set)
    """What the person did with it, as far as it is told."""


@dataclass(slots=True)
class Scene:
    """One journey while it is told."""

    past: Past
    flow: str
    later: Counter[int]
    """By message: how many lines of the journal are still to come about it."""
    messages: dict[int, Said] = field(default_factory=dict)
    version_id: int = 0
    """By which version the last line was decided."""

    def edition(self, line: JournalLine) -> Edition | None:
        """What the version said that decided a line; rows of older releases do not name it."""
        return self.past.edition(line.version_id or self.version_id, line.at)

    def node(self, line: JournalLine, node_id: str = "") -> Node | None:
        """The line's node, or another one of its version."""
        known = self.edition(line)
        return known.drawing.by_id.get(node_id or line.node) if known else None

    def name(self, line: JournalLine, node_id: str = "") -> Saying:
        """What a node is called in a sentence."""
        known, node = self.edition(line), self.node(line, node_id)
        if known is None or node is None:
            return say("“{name}”", name=node_id or line.node)
        name = called(known.drawing, node)
        return say("“{name}”" if node.title.strip() else "{name}", name=name)

    def target(self, line: JournalLine, outlet: str) -> str:
        """The node that an outlet of the line's node leads to; empty for none."""
        known = self.edition(line)
        if known is None:
            return ""
        edges = known.drawing.edges
        found = (one.target for one in edges if (one.source, one.outlet) == (line.node, outlet))
        return next(found, "")

    # --- messages ---

    def said(self, line: JournalLine) -> Said:
        """The message that a line is about; one whose beginning is not kept any more is made up."""
        id_ = _number(line.data.get("message"))
        known = self.messages.get(id_)
        if known is None:
            known = self._new(line)
            if id_:
                self.messages[id_] = known
        return known

    def _new(self, line: JournalLine) -> Said:
        node, rung = self.node(line), line.data.get("rung")
        kind = kind_of(node) if node is not None else None
        if node is not None and isinstance(rung, int) and node.kind == "reach":
            kind = next((kind_of(one) for number, _, one in rungs_of(node) if number == rung), kind)
        if kind is None:
            named = str(line.data.get("channel", ""))
            kind = next((one for one in KINDS.values() if named and one.channel == named), None)
        number = rung if isinstance(rung, int) else None
        return Said(line.node, line.version_id or self.version_id, line.step, number, kind)

    def message_name(self, line: JournalLine) -> Saying:
        """What a line's message is called: by its node, of a ``reach`` with the way that was tried."""
        said = self.said(line)
        name = self.name(line, said.node)
        if said.rung is None or said.kind is None:
            return name
        return say("{name} (way {number}: {kind})", name=name, number=said.rung + 1, kind=said.kind.title)

    def channel(self, line: JournalLine) -> Saying:
        """The channel of a line's message."""
        kind = self.said(line).kind
        name = kind.channel if kind is not None else ""
        return CHANNELS.get(name, say("{name}", name=name or "its channel"))

    def is_last_word(self, line: JournalLine) -> bool:
        """Whether no later line is about this message."""
        return not self.later.get(_number(line.data.get("message")))


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def moment(value: object) -> datetime | None:
    """A moment out of the journal; None where there is none that can be read."""
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def seen(value: Any) -> str:
    """A value that a branch saw."""
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return " and ".join(str(one) for one in value) or "nothing"
    return f"{value}"
