"""The texts of messages: can they be read, and is there every field that they ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from app.flows.checks.values import complaint
from app.flows.graph import Drawing
from app.flows.texts import READER, TextFacts
from app.flows.words import node_name
from app.model.flow import Flow, Node, Problem, Surroundings
from app.model.kinds import SettingType, kind_of
from app.model.rungs import senders_of

LIQUID: Final = (SettingType.LIQUID_LINE, SettingType.LIQUID_TEXT, SettingType.URL)
PROPERTIES: Final = frozenset(
    {"first_name", "last_name", "name", "email", "phone", "language", "zone", "time_zone", "city", "country"}
    | {"postcode", "company", "title", "birthday", "external_id", "tags"}
)
"""Fields that every workspace may ask for, whatever it has imported."""
ROOTS: Final = frozenset(
    {"event", "entry", "shop", "workspace", "site", "message", "contact", "unsubscribe_url", "postal_address"}
)
"""What else a text may ask for; ``contact.NAME`` is the same as ``NAME``."""


def wording(drawing: Drawing, around: Surroundings | None) -> Iterator[Problem]:
    """``bad-template`` and ``unknown-field``."""
    known = _known(drawing.flow, around)
    for text in texts_in(drawing.flow):
        facts = READER.facts(text.text)
        if facts.fault:
            yield _unreadable(text, facts)
        for name in sorted(_asked(facts) - known):
            yield _unknown(text, name, known, around)


@dataclass(frozen=True, slots=True)
class Text:
    """A Liquid text and where it stands: ``sender`` is the node, or the rung of it that says this."""

    node: Node
    sender: Node
    path: str
    """Of the setting, such as ``subject`` or ``rungs.0.subject``."""
    label: str
    text: str


def texts_in(flow: Flow) -> Iterator[Text]:
    """Every Liquid text of the flow that is a text and not too long."""
    for node in flow.nodes:
        for path, sender in senders_of(node):
            kind = kind_of(sender)
            for setting in kind.settings if kind else ():
                value = sender.settings.get(setting.name) if setting.type in LIQUID else None
                if isinstance(value, str) and value.strip() and not complaint(setting, value):
                    yield Text(node, sender, path + setting.name, setting.label, value)


def _known(flow: Flow, around: Surroundings | None) -> frozenset[str]:
    written = (node.settings.get("properties") for node in flow.nodes if node.kind == "set")
    ours = {
        name for names in written if isinstance(names, Mapping) for name in names if isinstance(name, str)
    }
    return PROPERTIES | ours | (around.fields if around else frozenset())


def _asked(facts: TextFacts) -> set[str]:
    """Names of contact properties that the text asks for."""
    plain = {path[0] for path in facts.fields if path and path[0] not in ROOTS}
    return plain | {path[1] for path in facts.fields if path[0:1] == ("contact",) and len(path) > 1}


def _unreadable(text: Text, facts: TextFacts) -> Problem:
    place = f" in line {facts.line}" if facts.line else ""
    return Problem(
        "bad-template",
        "error",
        f"“{text.label}” of {node_name(text.sender)} {facts.fault}{place}",
        f"Look at what stands between {{{{ and }}}} or {{% and %}}{place}",
        (text.node.id,),
        setting=text.path,
    )


def _unknown(text: Text, name: str, known: frozenset[str], around: Surroundings | None) -> Problem:
    close = get_close_matches(name, sorted(known), 1, cutoff=0.7)
    # Without a workspace nobody can say which fields its contacts have, yet a slip of the pen is seen.
    is_sure = bool(close) or bool(around and around.fields)
    fix = (
        f"Did you mean {_said(close[0])}? Then write {{{{ {close[0]} }}}}"
        if close
        else "Choose a field that your contacts have, or one of the event: {{ event.NAME }}"
    )
    return Problem(
        "unknown-field",
        "error" if is_sure else "warning",
        f"The field “{{{{ {name} }}}}” in “{text.label}” of {node_name(text.sender)} does not exist",
        fix,
        (text.node.id,),
        setting=text.path,
    )


def _said(field: str) -> str:
    return field.replace("_", " ").capitalize()
