"""The words of the condition builder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from app.canvas.words import duration_words, event_words, node_title
from app.model.flow import Flow
from app.model.kinds import FAILED_REASONS, KINDS, kind_of, ticked
from app.model.rungs import rung_named, rungs_of
from app.ui.inspector.condition_rows import FAILED, OTHER, SINCES, VALUES, Group, Row, tree_of
from app.ui.inspector.lists import text_of_value
from app.ui.words import said, tr

MORE_TIMES = ("yes-times", "no-times")
"""Answers about an event that count how often it has happened."""


def subject_words(shown: str, offered: tuple[str, ...]) -> list[tuple[str, str]]:
    """(stored, words) of what can be asked about; what is shown already stays."""
    words = {
        "field": tr("A field of the event"),
        "property": tr("A field of the person"),
        "entry": tr("A field of the start event"),
        "tag": tr("A tag"),
        "segment": tr("A segment"),
        "consent": tr("Consent"),
        "event": tr("An event"),
        "message": tr("A message of this flow"),
    }
    if shown == OTHER:
        return [(OTHER, tr("Something else"))]
    return [(name, one) for name, one in words.items() if name in offered or name == shown]


def asks(subject: str) -> str:
    """What stands in the empty field."""
    return {"tag": tr("Tag"), "event": tr("Event")}.get(subject, tr("Field"))


def answers(subject: str) -> list[tuple[str, str]]:
    """(stored, words) of how it can be asked."""
    yes_no = {
        "tag": (tr("has it"), tr("does not have it")),
        "segment": (tr("is in it"), tr("is not in it")),
        "consent": (tr("was given"), tr("was not given")),
        "message": (tr("yes:"), tr("not:")),
    }.get(subject)
    if yes_no is not None:
        return list(zip(("yes", "no"), yes_no, strict=True))
    if subject == "event":
        return [
            ("yes", tr("happened")),
            ("no", tr("did not happen")),
            ("yes-times", tr("happened at least")),
            ("no-times", tr("happened less than")),
        ]
    return [
        ("is", tr("is")),
        ("is_not", tr("is not")),
        ("contains", tr("contains")),
        ("not-contains", tr("does not contain")),
        ("more_than", tr("is more than")),
        ("less_than", tr("is less than")),
        ("known", tr("is known")),
        ("unknown", tr("is not known")),
    ]


def mode_words() -> list[tuple[str, str]]:
    """(stored, words) of how the parts of a group hold together."""
    return [
        ("all", tr("All of these hold")),
        ("any", tr("One of these holds")),
        ("none", tr("None of these holds")),
        ("not-all", tr("Not all of these hold")),
    ]


def message_options(flow: Flow, own: str) -> list[tuple[str, str]]:
    """Messages of a flow: nodes, and each way of one that tries several."""
    found = []
    for node in flow.nodes:
        kind = kind_of(node)
        if kind is None or not kind.is_message or node.id == own:
            continue
        found.append((node.id, node_title(node)))
        for _, _, rung in rungs_of(node):
            title = said(KINDS[rung.kind].title)
            found.append((rung.id, tr("{node}: {way}").format(node=node_title(node), way=title)))
    return found


def reaction_options(flow: Flow, node_id: str, kept: object) -> list[tuple[object, str]]:
    """What may have become of a message; what is asked already stays."""
    node = flow.by_id.get(node_id) or rung_named(flow, node_id)
    kind = kind_of(node) if node else None
    names = list(dict.fromkeys((*(kind.reactions if kind else ()), *(ticked(node) if node else ()))))
    options: list[tuple[object, str]] = [(name, said(event_words(name))) for name in names]
    options.append((FAILED, tr("was not sent")))
    options += [
        ([code], tr("was not sent: {why}").format(why=said(why))) for code, why in FAILED_REASONS.items()
    ]
    if kept and kept not in [value for value, _ in options]:
        options.append((kept, _kept_words(kept)))
    return options


def _kept_words(kept: object) -> str:
    if not isinstance(kept, (list, tuple)):
        return text_of_value(kept)
    reasons = tr(" or ").join(said(FAILED_REASONS.get(code, str(code))) for code in kept)
    return tr("was not sent: {why}").format(why=reasons)


def row_sentence(row: Row, flow: Flow) -> str:
    """The question in words: “Has the tag vip”, “Order completed happened in the last 30 days”."""
    if row.subject == OTHER:
        return tr("A condition that was made elsewhere. It is kept as it is.")
    said_so = _SAYING[row.subject](row, flow) if row.subject in _SAYING else _value_sentence(row)
    return said_so[:1].upper() + said_so[1:]


def group_sentence(group: Group, flow: Flow) -> str:
    """All questions of a group in one line."""
    words = [
        row_sentence(part, flow) if isinstance(part, Row) else f"({group_sentence(part, flow)})"
        for part in group.parts
    ]
    joint = tr(" or ") if group.mode in ("any", "none") else tr(" and ")
    inside = joint.join(words)
    if group.mode == "none":
        return tr("neither of: {conditions}").format(conditions=inside)
    return tr("not all of: {conditions}").format(conditions=inside) if group.mode == "not-all" else inside


def _value_sentence(row: Row) -> str:
    compared = dict(answers(row.subject))[row.operator]
    head = event_words(row.name)
    if row.subject == "entry":
        head = tr("{field} of the start event").format(field=head)
    value = text_of_value(row.value) if row.subject in VALUES and row.asks_value else ""
    return f"{head} {compared} {value}".rstrip()


def _tag_sentence(row: Row, _flow: Flow) -> str:
    words = tr("has the tag {tag}") if row.operator == "yes" else tr("does not have the tag {tag}")
    return words.format(tag=row.name)


def _segment_sentence(row: Row, _flow: Flow) -> str:
    words = tr("is in {segment}") if row.operator == "yes" else tr("is not in {segment}")
    return words.format(segment=row.name)


def _consent_sentence(row: Row, _flow: Flow) -> str:
    channel = said(KINDS[row.name].title) if row.name in KINDS else row.name
    if row.topic:
        words = tr("agreed to {channel} about {topic}")
        words = words if row.operator == "yes" else tr("did not agree to {channel} about {topic}")
        return words.format(channel=channel, topic=row.topic)
    words = tr("agreed to {channel}") if row.operator == "yes" else tr("did not agree to {channel}")
    return words.format(channel=channel)


def _event_sentence(row: Row, flow: Flow) -> str:
    happened = _happened(row).format(event=event_words(row.name), count=row.times)
    is_never = row.operator == "no" and row.times == 1 and row.since == "ever"
    words = happened if is_never else f"{happened} {since_words(row.since)}"
    if not row.where:
        return words
    where = group_sentence(tree_of(row.where), flow)
    return tr("{happened}, only if {conditions}").format(happened=words, conditions=where)


def _happened(row: Row) -> str:
    if row.times > 1:
        words = tr("{event} happened at least {count} times")
        return words if row.operator == "yes" else tr("{event} happened less than {count} times")
    if row.operator == "yes":
        return tr("{event} happened")
    return tr("{event} never happened") if row.since == "ever" else tr("{event} did not happen")


def since_words(since: str) -> str:
    """“since the start”, “ever”, “in the last 30 days”."""
    words = {"entry": tr("since the start"), "ever": tr("ever")}
    if since in SINCES:
        return words[since]
    return tr("in the last {length}").format(length=duration_words(since))


def _message_sentence(row: Row, flow: Flow) -> str:
    titles = dict(message_options(flow, ""))
    options = reaction_options(flow, row.name, row.value)
    what = next((words for value, words in options if value == row.value), text_of_value(row.value))
    words = tr("{message}: {what}") if row.operator == "yes" else tr("{message}: not {what}")
    return words.format(message=titles.get(row.name, row.name), what=what)


_SAYING: Final[Mapping[str, Callable[[Row, Flow], str]]] = {
    "tag": _tag_sentence,
    "segment": _segment_sentence,
    "consent": _consent_sentence,
    "event": _event_sentence,
    "message": _message_sentence,
}
