"""A journey's journal pressed into one value: compact JSON, and zlib with the words that every journal says.

The first byte tells the format. A value that was pressed once has to be read for ever: words are only added
in another format.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from app.model.flow import EMPTY
from app.model.journey import JournalLine
from app.store.journals import MESSAGE
from app.store.types import micros, moment, to_json

_FORMAT: Final = b"\x01"
_WORDS: Final = (
    b'{"reason":"no-consent","suppressed","window-closed","capped","late","hard","gave-up","bad-text","detail":'
    b'{"saw":{"property ":null,"entry ":"tag ":true,"consent ":false,"event  ever":0,"message ":["opened",'
    b'"postponed","quiet-hours",{"reason":"quiet-hours","until":"2026-01-01T08:00:00+00:00"},"held","released",'
    b'"unknown","parked","moved",{"shift":1,"from":1},"finishing","rung-left",{"rung":0,'
    b'"machine","name":"delivered","clicked","replied","submitted","closed","bounced","unsubscribed"'
    b'"popup","start","hour","wait","letter1","letter2","letter3","sms","end","goal",{"event":"order_completed"}'
    b'[[0,0,"start","started","",1],[0,0,"start","left","entered",1],[0,1,"letter1","queued","",1,1'
    b',{"channel":"email"}],["sent","",1,{"channel":"email","consent":1}],'
    b'["reaction","",{"name":"opened","actor":"human"}],["reaction","",{"name":"opened","actor":"unknown"}],'
    b'["left","opened",1],["left","timeout",1],["left","next",1],["left","sent",1],["ended","end",1]]'
)
"""What comes most often stands at the end, where it is told in the fewest bits."""


def press(lines: Iterable[JournalLine]) -> bytes:
    """All lines of one journey, in their order. Whose they are the journey knows."""
    rows, before = [], 0
    for line in lines:
        at = micros(line.at)
        rows.append(_trimmed(line, at - before))
        before = at
    press_ = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=_WORDS)
    return _FORMAT + press_.compress(to_json(rows).encode()) + press_.flush()


def unpress(pressed: bytes, journey_id: int, contact_id: int, flow_id: int) -> list[JournalLine]:
    """The lines as they were."""
    lines, at = [], 0
    for row in _rows(pressed):
        since, step, node, what, outlet, version_id, message, data = (*row, *_ENDINGS[len(row) - 5 :])
        at += since
        if message is not None:
            data = {MESSAGE: message, **data}
        lines.append(
            JournalLine(
                journey_id,
                contact_id,
                flow_id,
                step,
                moment(at),
                node,
                what,
                outlet,
                data or EMPTY,
                version_id,
            )
        )
    return lines


def blanked(pressed: bytes) -> bytes:
    """The same without the values that tell of a person (rule 23)."""
    # Whose they are does not matter here: it is not in what is pressed.
    return press(
        JournalLine(
            0, 0, 0, one.step, one.at, one.node, one.what, one.outlet, _message_of(one), one.version_id
        )
        for one in unpress(pressed, 0, 0, 0)
    )


_ENDINGS: Final[Sequence[Any]] = (0, None, EMPTY)
"""What is left out at the end of a row: version, message, data."""


def _trimmed(line: JournalLine, since: int) -> list[Any]:
    data = {name: value for name, value in line.data.items() if name != MESSAGE}
    row = [since, line.step, line.node, line.what, line.outlet, line.version_id, line.data.get(MESSAGE), data]
    endings = list(_ENDINGS)
    while endings and row[-1] == endings[-1]:
        row.pop()
        endings.pop()
    return row


def _message_of(line: JournalLine) -> Mapping[str, Any]:
    return {MESSAGE: line.data[MESSAGE]} if MESSAGE in line.data else EMPTY


def _rows(pressed: bytes) -> Sequence[Sequence[Any]]:
    if pressed[:1] != _FORMAT:
        raise ValueError("this journal was pressed by a newer Chainwright")
    opened = zlib.decompressobj(-15, zdict=_WORDS)
    rows: Sequence[Sequence[Any]] = json.loads(opened.decompress(pressed[1:]) + opened.flush())
    return rows
