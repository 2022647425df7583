"""What lines mean, and what is said about those that are not understood."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from app.flows.chains import Complaint, read_chain, say_chain
from app.flows.chains.words import clock_of, duration_of, short_duration

ASK = "put a question mark behind the step that is asked"
GUIDE = Path(__file__).parents[4] / "docs" / "type-a-chain.md"


EXAMPLES = re.findall(r"```chain\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


def edges(line: str) -> list[tuple[str, str, str]]:
    """Edges of a line as (kind, outlet, kind)."""
    chain = read_chain(line)
    assert chain.complaints == ()
    kinds = {node.id: node.kind for node in chain.part.nodes}
    return [(kinds[edge.source], edge.outlet, kinds[edge.target]) for edge in chain.part.edges]


def only(line: str) -> tuple[str, str, dict[str, Any]]:
    """Kind, title and settings of the one node of a line."""
    chain = read_chain(line)
    assert chain.complaints == ()
    (node,) = chain.part.nodes
    return node.kind, node.title, dict(node.settings)


def complaint(line: str) -> Complaint:
    """The one complaint about a line."""
    (found,) = read_chain(line).complaints
    return found


def test_the_line_of_the_guide_builds_the_branch() -> None:
    assert edges("popup > wait 30m > email opened? yes: end no: sms") == [
        ("popup", "sent", "delay"),
        ("delay", "next", "email"),
        ("email", "opened", "end"),
        ("email", "timeout", "sms"),
    ]


@pytest.mark.parametrize(
    ("line", "kind", "settings"),
    [
        ("wait 30m", "delay", {"for": "PT30M"}),
        ("wait 30 minutes", "delay", {"for": "PT30M"}),
        ("wait for 2 days", "delay", {"for": "P2D"}),
        ("wait 1h30m", "delay", {"for": "PT1H30M"}),
        ("wait PT24H", "delay", {"for": "PT24H"}),
        ("wait until 9:00", "until", {"time": "09:00"}),
        ("wait for order_completed 1d", "wait", {"events": ["order_completed"], "timeout": "P1D"}),
        ("wait for paid or cancelled", "wait", {"events": ["paid", "cancelled"]}),
        ("until monday, fri at 16:30", "until", {"weekdays": ["mon", "fri"], "time": "16:30"}),
        ("until 3d after the start", "until", {"since_entry": "P3D"}),
        ("basket", "entry.event", {"events": ["basket_added", "basket_changed"], "quiet_for": "PT30M"}),
        ("event paid quiet for 1h", "entry.event", {"events": ["paid"], "quiet_for": "PT1H"}),
        ("letter opened and clicked", "email", {"reactions": ["opened", "clicked"]}),
        ("E-Mail", "email", {}),
        ("text message", "sms", {}),
        ("callback", "task", {}),
        ("start", "entry.manual", {}),
        ("start a flow", "start", {}),
        ("tag vip, regular", "set", {"add_tags": ["vip", "regular"]}),
        ("untag vip", "set", {"remove_tags": ["vip"]}),
        (
            'sms [text="Hi, ]you", costly=3, show=next-visit]',
            "sms",
            {"text": "Hi, ]you", "costly": 3, "show": "next-visit"},
        ),
        ('kind "strange.kind"', "strange.kind", {}),
        ("until open", "until", {"business": True}),
        ("until mon 9:00 open", "until", {"weekdays": ["mon"], "time": "09:00", "business": True}),
        (
            "split a 50, b 0.5 hold-out 10",
            "split",
            {"arms": [{"name": "a", "weight": 50}, {"name": "b", "weight": 0.5}], "hold_out": 10},
        ),
        (
            "first that works popup 2d, sms opened, clicked",
            "reach",
            {
                "rungs": [{"kind": "popup", "try_for": "P2D"}, {"kind": "sms"}],
                "reactions": ["opened", "clicked"],
            },
        ),
        ("record thanked", "record", {"event": "thanked"}),
        ("start flow Welcome", "start", {"flow": "Welcome"}),
        ("consent sms yes", "consent", {"channel": "sms", "given": "yes"}),
        ("consent SMS/Offers no", "consent", {"channel": "sms", "topic": "Offers", "given": "no"}),
        ("segment Regulars", "entry.segment", {"segment": "Regulars"}),
        ("schedule for Regulars", "entry.schedule", {"segment": "Regulars"}),
        ("schedule Regulars", "entry.schedule", {"segment": "Regulars"}),
        ("date birthday yearly", "entry.date", {"property": "birthday", "yearly": True}),
        (
            "date 3d before appointment 10:00",
            "entry.date",
            {"offset": "P3D", "side": "before", "property": "appointment", "time": "10:00"},
        ),
    ],
)
def test_one_step_is_read(line: str, kind: str, settings: dict[str, Any]) -> None:
    assert only(line) == (kind, "", settings)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ('email "Letter 1"', "Letter 1"),
        ('email "Sagt \\"Hallo\\" 🌷"', 'Sagt "Hallo" 🌷'),
        ("email “初回の手紙”", "初回の手紙"),
        ("email „Brief eins“", "Brief eins"),
    ],
)
def test_titles_stand_in_quotes_of_any_kind(line: str, title: str) -> None:
    assert only(line)[1] == title


def test_yes_takes_all_reactions_and_no_the_time_out() -> None:
    assert edges("email opened, clicked? yes: goal no: sms") == [
        ("email", "opened", "goal"),
        ("email", "clicked", "goal"),
        ("email", "timeout", "sms"),
    ]
    assert edges("wait for paid 1d? yes: goal no: sms") == [
        ("wait", "happened", "goal"),
        ("wait", "timeout", "sms"),
    ]
    assert edges("check? yes: goal no: sms") == [("check", "yes", "goal"), ("check", "else", "sms")]
    assert edges("sms? no: end") == [("sms", "failed", "end")]


def test_after_is_the_time_out_and_sets_its_length() -> None:
    chain = read_chain("email opened? after 2 days, failed: sms")
    assert chain.part.nodes[0].settings["timeout"] == "P2D"
    assert [edge.outlet for edge in chain.part.edges] == ["timeout", "failed"]


def test_a_way_belongs_to_the_nearest_question_that_has_not_used_it() -> None:
    assert edges("email opened? yes: popup clicked? yes: goal no: end no: sms") == [
        ("email", "opened", "popup"),
        ("popup", "clicked", "goal"),
        ("popup", "timeout", "end"),
        ("email", "timeout", "sms"),
    ]
    assert ("email", "timeout", "end") in edges("email opened? yes: (popup clicked? yes: goal) no: end")


def test_behind_a_parenthesis_all_open_ends_go_on() -> None:
    found = edges("email opened? (yes: wait 1h no: popup) > sms")
    assert found[2:] == [("delay", "next", "sms"), ("popup", "sent", "sms")]
    assert edges("email opened? (yes: end no: popup) > sms")[2:] == [("popup", "sent", "sms")]


def test_marks_join_ways_also_before_they_are_set() -> None:
    assert edges("event a > email clicked? yes: #bye no: sms > end #bye; event b > #bye") == [
        ("entry.event", "entered", "email"),
        ("email", "clicked", "end"),
        ("email", "timeout", "sms"),
        ("sms", "sent", "end"),
        ("entry.event", "entered", "end"),
    ]


def test_heads_are_what_nothing_in_the_line_leads_to() -> None:
    assert read_chain("email > end; sms > end").heads == ("n0", "n2")


@pytest.mark.parametrize(
    ("line", "word", "sentence"),
    [
        ("emial", "emial", "“emial” is no step. Did you mean email?"),
        ("weit 30m", "weit", "“weit” is no step. Did you mean wait 30m?"),
        ("popup > 30m > sms", "30m", "“30m” is a time and no step. Did you mean wait 30m?"),
        ("email opend", "opend", "“opend” is no reaction. Did you mean opened?"),
        ("wait 30", "30", "“30” is no time to wait. Did you mean 30m?"),
        ("email opened? yes: end opened: sms", "opened", "“opened” leads somewhere already."),
        ("email opened? clickd: end", "clickd", "“clickd” is no way out of this step."),
        (
            "popup yes: end",
            "yes",
            "“yes” answers nothing: put a question mark behind the step that is asked.",
        ),
        ("end > sms", "sms", "“sms” cannot follow: an end has no way out."),
        ("sms > #x", "x", "“x” names no step: nothing is marked #x."),
        ("sms #a > end #a", "end", "“end” is marked #a, as another step is already."),
        ("popup email", "email", "“email” is no reaction."),
        ("end)", ")", "“)” closes nothing."),
        ("end ?? sms", "?", "“?” asks nothing: it belongs behind a step."),
    ],
)
def test_what_is_not_understood_is_said_with_its_place(line: str, word: str, sentence: str) -> None:
    found = complaint(line)
    assert found.sentence == sentence
    assert line[found.position : found.position + found.length].lstrip("#") == word
    assert not found.is_open


@pytest.mark.parametrize(
    "line", ["popup >", 'email "Let', "email [subject=", "email [subj", "(popup", "sms?(", "email? sent:"]
)
def test_what_is_only_unfinished_is_said_as_such(line: str) -> None:
    assert all(found.is_open for found in read_chain(line).complaints)
    assert read_chain(line).complaints or line == "sms?("


def test_what_was_understood_is_read_around_what_was_not() -> None:
    chain = read_chain("popup > 30m > email opend? yes: end")
    assert [node.kind for node in chain.part.nodes] == ["popup", "email", "end"]
    assert len(chain.part.edges) == 2
    assert [found.word for found in chain.complaints] == ["30m", "opend"]


@pytest.mark.parametrize("line", "".join(EXAMPLES).splitlines())
def test_every_line_of_the_guide_is_understood_and_said_again(line: str) -> None:
    chain = read_chain(line)
    assert chain.complaints == ()
    again = read_chain(say_chain(chain.part))
    assert again.complaints == ()
    assert (len(again.part.nodes), len(again.part.edges)) == (len(chain.part.nodes), len(chain.part.edges))


@pytest.mark.parametrize("value", ["PT30M", "P1D", "P1Y2M3DT4H5M6S", "PT90S", "P2W"])
def test_short_durations_are_read_as_the_very_same(value: str) -> None:
    short = short_duration(value)
    assert short is not None
    assert duration_of(short) == value


@pytest.mark.parametrize("word", ["", "30", "m", "1d1d", "1m1h", "9:61", "24:00", "P"])
def test_other_words_are_neither_times_nor_durations(word: str) -> None:
    assert duration_of(word) is None
    assert clock_of(word) is None


def test_what_stands_in_quotes_behind_a_title_is_what_the_kind_names() -> None:
    assert only('start flow "Go" "Win back"') == ("start", "Go", {"flow": "Win back"})
    assert only('notify "" "Call {{ name }}"') == ("notify", "", {"text": "Call {{ name }}"})
    assert only('split "" "a b" 1') == ("split", "", {"arms": [{"name": "a b", "weight": 1}]})


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("record one two", "“two” is one name too many."),
        ("date one two", "“two” is one name too many."),
        ("split a", "“a” has no weight. Did you mean a 50?"),
        ("split a true", "“a” has no weight. Did you mean a 50?"),
        ("split a, b 50", "“a” has no weight. Did you mean a 50?"),
        ("consent fax yes", "“fax” is no channel."),
        ("consent emal yes", "“emal” is no channel. Did you mean email?"),
        ("consent sms/ yes", "“sms/” is no channel. Did you mean sms?"),
    ],
)
def test_what_a_kind_cannot_name_is_told(line: str, sentence: str) -> None:
    assert sentence in [found.sentence for found in read_chain(line).complaints]


def test_a_bracket_that_holds_nonsense_is_not_built_on() -> None:
    """Whoever writes a setting twice gets what stands first; nothing breaks."""
    assert only("split [arms=3] a 50") == ("split", "", {"arms": 3})
    assert only("first that works [rungs=3] sms") == ("reach", "", {"rungs": 3})
