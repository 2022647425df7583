"""One broken flow for each code, and one sound twin that must not report it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.flows.validate import has_errors, validate
from app.model.flow import Edge, Flow, Node, Problem, Surroundings
from tests.unit.flows.making import chain, letter, node, start

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
READY = Surroundings(
    channels=frozenset({"email", "sms"}),
    site_url="https://ackermann.example",
    postal_address="Canal Street 4",
)
MJML = "<mjml><mj-body><mj-text>Dear you{}</mj-text></mj-body></mjml>"


def at(flow: Flow, *edges: Edge) -> Flow:
    return replace(flow, edges=(*flow.edges, *edges))


def without(flow: Flow, source: str, outlet: str) -> Flow:
    return replace(flow, edges=tuple(e for e in flow.edges if (e.source, e.outlet) != (source, outlet)))


def check_node(**way: Any) -> Node:
    return node("branch", "check", ways=[{"name": "yes", "when": {"tag": "regular"}} | way])


SOUND = chain(letter("one"), letter("two"))
FORM: dict[str, Any] = {"headline": "Flowers?", "timeout": "P1D"}
BRANCH = chain(letter("one"), check_node(when={"message": "one", "failed": True}), letter("two"))

SMS: dict[str, Any] = {"kind": "sms", "settings": {"text": "Hi"}}
LETTER: dict[str, Any] = {"kind": "email", "settings": {"subject": "Hi", "body": "Dear you"}}
CARD: dict[str, Any] = {"kind": "popup", "settings": {"headline": "Hi"}, "try_for": "P1D"}


def reach(*rungs: dict[str, Any], **settings: Any) -> Node:
    return node("ring", "reach", **{"rungs": list(rungs or (CARD, SMS)), **settings})


def halves(one: float = 50, other: float = 50, **settings: Any) -> Node:
    return node(
        "part", "split", arms=[{"name": "a", "weight": one}, {"name": "b", "weight": other}], **settings
    )


def scheduled(**settings: Any) -> Node:
    return node("start", "entry.schedule", start="2026-12-01T09:00:00+01:00", **settings)


PAIRS: dict[str, tuple[str, Flow, Flow]] = {
    "two nodes in a circle": (
        "cycle",
        at(without(SOUND, "two", "failed"), Edge("two", "failed", "one")),
        SOUND,
    ),
    "a node that leads to itself": (
        "cycle",
        at(without(SOUND, "two", "failed"), Edge("two", "failed", "two")),
        SOUND,
    ),
    "a node beside the flow": (
        "unreachable",
        replace(SOUND, nodes=(*SOUND.nodes, Node("alone", "end"))),
        SOUND,
    ),
    "a flow without a start": (
        "no-entry",
        replace(SOUND, nodes=SOUND.nodes[1:], edges=SOUND.edges[1:]),
        SOUND,
    ),
    "a start that leads nowhere": ("open-outlet", without(SOUND, "start", "entered"), SOUND),
    "an outlet that was forgotten": ("open-outlet", without(SOUND, "one", "failed"), SOUND),
    "an edge to nowhere": (
        "bad-edge",
        at(without(SOUND, "two", "failed"), Edge("two", "failed", "gone")),
        SOUND,
    ),
    "an edge from nowhere": ("bad-edge", at(SOUND, Edge("gone", "next", "two")), SOUND),
    "an edge into a start": (
        "bad-edge",
        at(without(SOUND, "two", "failed"), Edge("two", "failed", "start")),
        SOUND,
    ),
    "an edge from an outlet that is not there": ("bad-edge", at(SOUND, Edge("one", "opened", "two")), SOUND),
    "an edge out of an end": ("bad-edge", at(SOUND, Edge("end", "next", "two")), SOUND),
    "two edges from one outlet": ("bad-edge", at(SOUND, Edge("one", "failed", "two")), SOUND),
    "one id twice": ("duplicate-id", replace(SOUND, nodes=(*SOUND.nodes, Node("two", "end"))), SOUND),
    "a kind nobody knows": ("unknown-kind", chain(node("box", "hologram")), SOUND),
    "a letter without a subject": ("missing-setting", chain(letter(subject=" ")), SOUND),
    "an entry without events": (
        "missing-setting",
        chain(node("start", "entry.event", events=[])),
        chain(node("start", "entry.event", events=["visit_started"])),
    ),
    "reactions without a time-out": (
        "missing-setting",
        chain(letter(reactions=["opened"])),
        chain(letter(reactions=["opened"], timeout="P1D")),
    ),
    "a service message without a reason": (
        "missing-setting",
        chain(letter(purpose="transactional")),
        chain(letter(purpose="transactional", reason="You ordered")),
    ),
    "an until with nothing set": (
        "missing-setting",
        chain(node("pause", "until", time="")),
        chain(node("pause", "until", time="09:30")),
    ),
    "a set that sets nothing": (
        "missing-setting",
        chain(node("mark", "set")),
        chain(node("mark", "set", add_tags=["a"])),
    ),
    "a form without fields": (
        "missing-setting",
        chain(node("form", "popup", **FORM, reactions=["submitted"])),
        chain(node("form", "popup", **FORM, reactions=["submitted"], fields=["email"])),
    ),
    "a length that is none": (
        "bad-setting",
        chain(node("pause", "delay", **{"for": "1 day"})),
        chain(node("pause", "delay", **{"for": "P1D"})),
    ),
    "a check about a message that is not there": (
        "bad-setting",
        chain(letter("one"), check_node(when={"message": "gone", "failed": True})),
        BRANCH,
    ),
    "a check about something that is no message": (
        "bad-setting",
        chain(letter("one"), check_node(when={"message": "start", "reaction": "opened"})),
        BRANCH,
    ),
    "a check about a message that comes later": (
        "bad-setting",
        chain(check_node(when={"not": {"message": "one", "reaction": "opened"}}), letter("one")),
        BRANCH,
    ),
    "a check about a reaction that cannot happen": (
        "bad-setting",
        chain(letter("one"), check_node(when={"message": "one", "reaction": "vanished"})),
        chain(letter("one"), check_node(when={"message": "one", "reaction": "unsubscribed"})),
    ),
    "a check about a reason there is not": (
        "bad-setting",
        chain(letter("one"), check_node(when={"message": "one", "failed": ["hard", "moon"]})),
        chain(letter("one"), check_node(when={"message": "one", "failed": ["hard", "capped"]})),
    ),
    "a slip of the pen in a field": (
        "unknown-field",
        chain(letter(body="Dear {{ first_nme }}")),
        chain(letter(body="Dear {{ first_name | default: 'you' }}, {{ event.total }} {{ contact.city }}")),
    ),
    "a word for the moment, which is no field": (
        "unknown-field",
        chain(letter(body="{{ now | date: '%A' }}")),
        chain(letter(body="{{ 'now' | date: '%A' }}, {{ shop.name }}, {{ postal_address }}")),
    ),
    "a field of its own loop": (
        "unknown-field",
        chain(letter(body="{% for item in event.items %}{{ itme }}{% endfor %}")),
        chain(letter(body="{% for item in event.items %}{{ item }}{% endfor %}")),
    ),
    "a field that a set node writes": (
        "unknown-field",
        chain(node("mark", "set", properties={"size": "L"}), letter(subject="For {{ sizes }}")),
        chain(node("mark", "set", properties={"size": "L"}), letter(subject="For {{ size }}")),
    ),
    "a field not closed": ("bad-template", chain(letter(body="Dear {{ first_name")), SOUND),
    "a filter that is not there": (
        "bad-template",
        chain(letter(subject="{{ first_name | upcsae }}")),
        chain(letter(subject="{{ first_name | upcase }}")),
    ),
    "another text brought in": ("bad-template", chain(letter(body="{% render 'footer' %}")), SOUND),
    "a kind of a later release": ("channel-not-set-up", chain(node("ring", "rcs")), SOUND),
    "an MJML letter without a way out": (
        "no-unsubscribe",
        chain(letter(body=MJML.format(""))),
        chain(letter(body=MJML.format('<a href="{{ unsubscribe_url }}">No more</a>'))),
    ),
    "an SMS after a letter was opened": (
        "machine-opens",
        chain(letter(reactions=["opened"], timeout="P1D"), node("text", "sms", text="Hi")),
        chain(letter(reactions=["clicked"], timeout="P1D"), node("text", "sms", text="Hi")),
    ),
    "a letter before a moment that is over first": (
        "late",
        chain(node("pause", "delay", **{"for": "P1W"}), letter(before="2026-11-25T09:00:00+01:00")),
        chain(node("pause", "delay", **{"for": "P1D"}), letter(before="2026-11-25T09:00:00+01:00")),
    ),
    "a window that has closed": (
        "window-closed",
        chain(Node("start", "entry.reply"), node("month", "delay", **{"for": "P32D"}), node("card", "rcs")),
        chain(Node("start", "entry.reply"), node("month", "delay", **{"for": "P28D"}), node("card", "rcs")),
    ),
    # --- kinds of waits, branches and actions ---
    "opening hours that are not asked for": (
        "missing-setting",
        chain(node("pause", "until", business=False)),
        chain(node("pause", "until", business=True)),
    ),
    "a split without ways": ("missing-setting", chain(node("part", "split")), chain(halves())),
    "a split whose ways weigh nothing": (
        "bad-setting",
        chain(halves(0, 0)),
        chain(halves(0, 1)),
    ),
    "a split that holds out more than there are": (
        "bad-setting",
        chain(halves(hold_out=100)),
        chain(halves(hold_out=20)),
    ),
    "a way of a split that leads nowhere": (
        "open-outlet",
        without(chain(halves(hold_out=20)), "part", "hold-out"),
        chain(halves(hold_out=20)),
    ),
    "an event that is not named": (
        "missing-setting",
        chain(node("note", "record", properties={"stage": 1})),
        chain(node("note", "record", event="thanked", properties={"stage": 1})),
    ),
    "an event that carries a list": (
        "bad-setting",
        chain(node("note", "record", event="thanked", properties={"stage": [1]})),
        chain(node("note", "record", event="thanked", properties={"stage": None})),
    ),
    "a consent without the words": (
        "missing-setting",
        chain(node("agree", "consent", channel="sms", given="yes")),
        chain(node("agree", "consent", channel="sms", given="no")),
    ),
    "a consent to nothing": (
        "missing-setting",
        chain(node("agree", "consent", given="no")),
        chain(node("agree", "consent", channel="sms", given="yes", text="Yes, text me")),
    ),
    "a consent to a way that needs none": (
        "bad-setting",
        chain(node("agree", "consent", channel="popup", given="no")),
        chain(node("agree", "consent", channel="email", given="no", topic="offers")),
    ),
    "a line that says nothing": (
        "missing-setting",
        chain(node("tell", "notify")),
        chain(node("tell", "notify", text="{{ first_name | default: 'Somebody' }} waits")),
    ),
    "a line with a slip of the pen": (
        "unknown-field",
        chain(node("tell", "notify", text="{{ first_nam }} waits")),
        chain(node("tell", "notify", text="{{ first_name }} waits")),
    ),
    "a start that starts nothing": (
        "missing-setting",
        chain(node("go", "start")),
        chain(node("go", "start", flow="Other")),
    ),
    "a flow that starts itself": (
        "flow-loop",
        chain(node("pause", "delay", **{"for": "PT23H"}), node("go", "start", flow="Chain")),
        chain(node("pause", "delay", **{"for": "P1D"}), node("go", "start", flow="Chain")),
    ),
    # --- kinds of starts ---
    "a segment that is not named": (
        "missing-setting",
        chain(Node("start", "entry.segment")),
        chain(node("start", "entry.segment", segment="Regulars")),
    ),
    "so long before a date, without how long": (
        "missing-setting",
        chain(node("start", "entry.date", property="birthday", side="before")),
        chain(node("start", "entry.date", property="birthday", side="on")),
    ),
    "a schedule that starts at a date of one person": (
        "bad-setting",
        chain(node("start", "entry.schedule", start="property:birthday")),
        chain(node("start", "entry.schedule", start="2026-12-01T09:00:00+01:00")),
    ),
    "a schedule that never comes": (
        "bad-setting",
        chain(scheduled(repeat="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")),
        chain(scheduled(repeat="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")),
    ),
    "a schedule that comes every minute": (
        "bad-setting",
        chain(scheduled(repeat="FREQ=MINUTELY")),
        chain(scheduled(repeat="FREQ=HOURLY", segment="Regulars")),
    ),
    # --- reach ---
    "a reach that tries nothing": ("missing-setting", chain(node("ring", "reach")), chain(reach())),
    "a reach that tries a call": ("bad-setting", chain(reach({"kind": "task"})), chain(reach())),
    "a way without its text": (
        "missing-setting",
        chain(reach(SMS, {"kind": "email", "settings": {"subject": "Hi"}})),
        chain(reach(SMS, LETTER)),
    ),
    "a way that is tried for no time": (
        "missing-setting",
        chain(reach(SMS, reactions=["clicked"])),
        chain(reach({**SMS, "try_for": "P1D"}, reactions=["clicked"])),
    ),
    "a popup that is tried for no time": (
        "missing-setting",
        chain(reach({"kind": "popup", "settings": {"headline": "Hi"}}, SMS)),
        chain(reach(CARD, SMS)),
    ),
    "a way whose link is none": (
        "bad-setting",
        chain(reach({**CARD, "settings": {"headline": "Hi", "link": "shop"}}, SMS)),
        chain(reach({**CARD, "settings": {"headline": "Hi", "link": "https://shop.example"}}, SMS)),
    ),
    "a form that no way has": (
        "missing-setting",
        chain(reach(CARD, {**SMS, "try_for": "P1D"}, reactions=["submitted"])),
        chain(
            reach(
                {**CARD, "settings": {"headline": "Hi", "fields": ["email"]}},
                {**SMS, "try_for": "P1D"},
                reactions=["submitted"],
            )
        ),
    ),
    "a field in a way that is not there": (
        "unknown-field",
        chain(reach({"kind": "sms", "settings": {"text": "Dear {{ first_nme }}"}})),
        chain(reach({"kind": "sms", "settings": {"text": "Dear {{ first_name }}"}})),
    ),
    "a text of a way that cannot be read": (
        "bad-template",
        chain(reach({"kind": "sms", "settings": {"text": "Dear {{ first_name"}})),
        chain(reach(SMS)),
    ),
    "a way of a later release": ("channel-not-set-up", chain(reach(SMS, {"kind": "rcs"})), chain(reach())),
    "a letter among the ways without a way out": (
        "no-unsubscribe",
        chain(reach({"kind": "email", "settings": {"subject": "Hi", "body": MJML.format("")}})),
        chain(
            reach(
                {"kind": "email", "settings": {"subject": "Hi", "body": MJML.format("")}},
                purpose="transactional",
                reason="You ordered",
            )
        ),
    ),
    "an SMS among the ways after a letter was opened": (
        "machine-opens",
        chain(letter(reactions=["opened"], timeout="P1D"), reach(CARD, SMS)),
        chain(letter(reactions=["opened"], timeout="P1D"), reach(CARD, LETTER)),
    ),
    "a check about a way that is not there": (
        "bad-setting",
        chain(reach(SMS), check_node(when={"message": "ring#1", "failed": True})),
        chain(reach(SMS), check_node(when={"message": "ring#0", "failed": True})),
    ),
    # --- conditions ---
    "an event asked for in no length of time": (
        "bad-setting",
        chain(check_node(when={"event": "order", "since": "lately"})),
        chain(check_node(when={"event": "order", "since": "P30D", "times": 2})),
    ),
    "an event that happened less than once": (
        "bad-setting",
        chain(check_node(when={"event": "order", "times": 0})),
        chain(check_node(when={"event": "order", "times": 1})),
    ),
    "a segment without a name": (
        "bad-setting",
        chain(check_node(when={"segment": ""})),
        chain(check_node(when={"consent": "email", "topic": "offers"})),
    ),
}

OTHERS = replace(READY, flows={"Other": chain(letter())}, segments={"Regulars": {"tag": "regular"}})

AROUND: dict[str, tuple[str, Flow, Surroundings, Surroundings]] = {
    "no e-mail set up": ("channel-not-set-up", SOUND, replace(READY, channels=frozenset({"sms"})), READY),
    "no postal address": ("no-postal-address", SOUND, replace(READY, postal_address=" "), READY),
    "no address of the site": ("no-public-address", SOUND, replace(READY, site_url=""), READY),
    "a site without https": (
        "no-public-address",
        SOUND,
        replace(READY, site_url="http://shop.example"),
        READY,
    ),
    "a site that is no address": (
        "no-public-address",
        SOUND,
        replace(READY, site_url="https://[shop"),
        READY,
    ),
    "a site on this machine": (
        "no-public-address",
        SOUND,
        replace(READY, site_url="ftp://localhost"),
        replace(READY, site_url="http://127.0.0.1:8080"),
    ),
    "a popup and no site": (
        "no-public-address",
        chain(node("form", "popup", **FORM)),
        replace(READY, site_url=""),
        replace(READY, site_url="", practice=True),
    ),
    "a link in an SMS and no site": (
        "no-public-address",
        chain(node("text", "sms", text="Hi", reactions=["clicked"], timeout="P1D")),
        replace(READY, site_url=""),
        READY,
    ),
    "a field that only another workspace has": (
        "unknown-field",
        chain(letter(body="{{ shoe_size }}")),
        replace(READY, fields=frozenset({"hat"})),
        replace(READY, fields=frozenset({"shoe_size"})),
    ),
    "a flow that is not published": (
        "bad-setting",
        chain(node("go", "start", flow="Other")),
        replace(READY, flows={}),
        OTHERS,
    ),
    "a flow that has no start by hand": (
        "bad-setting",
        chain(node("go", "start", flow="Other")),
        replace(READY, flows={"Other": chain(node("start", "entry.event", events=["x"]))}),
        READY,
    ),
    "a segment that nobody has made": (
        "bad-setting",
        chain(node("start", "entry.segment", segment="Regulars")),
        replace(READY, segments={}),
        OTHERS,
    ),
    "a check for a segment that nobody has made": (
        "bad-setting",
        chain(check_node(when={"not": {"segment": "Regulars"}})),
        replace(OTHERS, segments={"Others": {"tag": "x"}}),
        READY,
    ),
    "a goal for a segment that nobody has made": (
        "bad-setting",
        chain(letter(), settings={"goal": {"events": ["a"], "where": {"segment": "Regulars"}}}),
        replace(READY, segments={}),
        OTHERS,
    ),
    "an exit for a segment that nobody has made": (
        "bad-setting",
        chain(
            letter(),
            settings={"exits": [{"event": "a", "where": {"segment": "Regulars"}}, {"event": "b"}]},
        ),
        replace(READY, segments={}),
        OTHERS,
    ),
    "a flow that starts this one again": (
        "flow-loop",
        chain(node("go", "start", flow="Other")),
        replace(READY, flows={"Other": chain(node("back", "start", flow="Chain"))}),
        OTHERS,
    ),
    "no SMS set up for a way": (
        "channel-not-set-up",
        chain(reach(CARD, SMS)),
        replace(READY, channels=frozenset({"email"})),
        READY,
    ),
    "a letter among the ways without a postal address": (
        "no-postal-address",
        chain(reach(LETTER)),
        replace(READY, postal_address=""),
        READY,
    ),
    "a popup among the ways and no site": (
        "no-public-address",
        chain(reach(CARD, SMS)),
        replace(READY, site_url=""),
        READY,
    ),
}


def codes(problems: tuple[Problem, ...]) -> set[str]:
    return {problem.code for problem in problems}


@pytest.mark.parametrize("name", PAIRS)
def test_the_broken_flow_is_found(name: str) -> None:
    code, broken, _ = PAIRS[name]
    found = [problem for problem in validate(broken, now=NOW) if problem.code == code]
    assert found
    for problem in found:
        assert problem.message
        assert problem.fix
        assert set(problem.nodes) <= set(broken.by_id)


@pytest.mark.parametrize("name", PAIRS)
def test_its_sound_twin_is_not_accused(name: str) -> None:
    code, _, sound = PAIRS[name]
    assert code not in codes(validate(sound, now=NOW))


@pytest.mark.parametrize("name", AROUND)
def test_what_a_workspace_lacks_is_found_and_its_twin_is_not_accused(name: str) -> None:
    code, flow, broken, sound = AROUND[name]
    assert code in codes(validate(flow, broken, now=NOW))
    assert code not in codes(validate(flow, sound, now=NOW))


@pytest.mark.parametrize("name", [name for name, (_, flow, _, _) in AROUND.items() if flow is SOUND])
def test_the_drawing_alone_and_practice_mode_ask_for_nothing_outside(name: str) -> None:
    _, flow, broken, _ = AROUND[name]
    assert validate(flow, now=NOW) == ()
    assert validate(flow, replace(broken, practice=True), now=NOW) == ()


def test_every_code_of_this_release_has_a_pair() -> None:
    asked = {code for code, *_ in (*PAIRS.values(), *AROUND.values())}
    assert asked == {
        *("cycle", "unreachable", "no-entry", "open-outlet", "bad-edge", "duplicate-id", "unknown-kind"),
        *("missing-setting", "bad-setting", "unknown-field", "bad-template", "channel-not-set-up"),
        *("no-unsubscribe", "no-postal-address", "no-public-address", "machine-opens", "late"),
        *("window-closed", "flow-loop"),
    }


def only(flow: Flow, around: Surroundings | None = None) -> Problem:
    problems = validate(flow, around, now=NOW)
    assert len(problems) == 1, problems
    return problems[0]


def test_a_time_out_that_leads_nowhere_is_called_by_its_time_and_is_a_warning() -> None:
    flow = without(chain(letter(reactions=["opened"], timeout="P1D")), "letter", "timeout")
    problem = only(flow)
    assert problem.message == "“after 1 day” of Letter leads nowhere"
    assert problem.fix == "Connect it, or end here"
    assert (problem.severity, problem.setting) == ("warning", "outlets.timeout")


@pytest.mark.parametrize("length", ["soon", None, 7])
def test_a_time_out_that_cannot_be_read_is_still_called_something(length: object) -> None:
    flow = without(chain(node("form", "popup", headline="Hi", timeout=length)), "form", "timeout")
    assert any(p.message == "“after a time” of Form leads nowhere" for p in validate(flow, now=NOW))


def test_outlets_that_people_must_leave_by_are_errors() -> None:
    """Rule 11: an open one ends the journey, which is meant only of the others."""
    flow = chain(letter("one"), check_node(), node("pause", "delay", **{"for": "P1D"}))
    ways = [("start", "entered"), ("one", "sent"), ("branch", "yes"), ("branch", "else"), ("pause", "next")]
    for source, outlet in ways:
        assert any(
            p.severity == "error" and p.setting == f"outlets.{outlet}"
            for p in validate(without(flow, source, outlet), now=NOW)
        )
    assert not has_errors(validate(without(flow, "one", "failed"), now=NOW))
    assert has_errors(validate(without(flow, "one", "sent"), now=NOW))


def test_a_circle_is_told_from_its_left_with_its_nodes_in_order() -> None:
    """Rule 16: inside one flow it is always an error."""
    flow = chain(letter("one"), letter("two"), letter("three"))
    places = {"one": 400.0, "two": 200.0, "three": 300.0}
    nodes = tuple(replace(box, x=places.get(box.id, 0)) for box in flow.nodes)
    flow = at(without(replace(flow, nodes=nodes), "three", "sent"), Edge("three", "sent", "one"))
    problem = only(flow)
    assert problem.nodes == ("two", "three", "one")
    assert problem.edge == Edge("one", "sent", "two")
    assert problem.message == "One leads back to Two. People would never leave (a circle of 3 nodes)"


def test_a_knot_of_several_circles_is_one_problem_with_a_shortest_one() -> None:
    flow = chain(letter("one"), letter("two"), letter("three"))
    flow = without(without(flow, "three", "sent"), "two", "failed")
    flow = at(flow, Edge("three", "sent", "one"), Edge("two", "failed", "one"))
    problem = only(flow)
    assert set(problem.nodes) == {"one", "two"}
    assert problem.message.endswith("(a circle of 2 nodes, part of a knot of 3)")


def test_two_knots_are_two_problems() -> None:
    flow = chain(letter("one"), letter("two"), letter("three"))
    flow = at(without(flow, "one", "failed"), Edge("one", "failed", "one"))
    flow = at(without(flow, "three", "failed"), Edge("three", "failed", "three"))
    assert [p.nodes for p in validate(flow, now=NOW)] == [("one",), ("three",)]


def test_a_slip_of_the_pen_is_mended_and_named_with_its_field() -> None:
    problem = only(chain(letter(subject="Dear {{ first_nme }}")))
    assert problem.message == "The field “{{ first_nme }}” in “Subject” of Letter does not exist"
    assert problem.fix.startswith("Did you mean First name?")
    assert (problem.severity, problem.setting, problem.nodes) == ("error", "subject", ("letter",))


def test_a_field_that_only_a_workspace_could_know_is_a_warning_without_one() -> None:
    flow = chain(letter(subject="For {{ hat_width }}"))
    assert only(flow).severity == "warning"
    assert only(flow, replace(READY, fields=frozenset({"shoes"}))).severity == "error"


def test_a_text_that_cannot_be_read_is_named_with_its_line() -> None:
    problem = only(chain(letter(body="Dear you,\n\n{{ first_name")))
    assert problem.message == "“Letter” of Letter has a “{{” that is never closed in line 3"


def test_a_text_nested_without_end_is_a_problem_and_no_crash() -> None:
    for text in (
        "{% if a %}" * 5_000,
        "{{ a" + "[a" * 5_000,
        "{{ " + "(" * 9_000,
        "{% liquid\n" + "if a\n" * 5_000,
    ):
        assert "bad-template" in codes(validate(chain(letter(body=text)), now=NOW))


def test_all_letters_without_a_postal_address_are_one_problem() -> None:
    flow = chain(*(letter(f"l{number}") for number in range(5)))
    problem = only(flow, replace(READY, postal_address=""))
    assert problem.nodes == ("l0", "l1", "l2", "l3", "l4")
    assert "L0, L1, L2 and 2 more" in problem.message


def test_a_service_message_needs_no_postal_address_and_no_way_to_unsubscribe() -> None:
    bill = letter(purpose="transactional", reason="You ordered", body=MJML.format(""))
    around = replace(READY, postal_address="", site_url="")
    assert validate(chain(bill), around, now=NOW) == ()


def test_an_mjml_letter_that_cannot_be_read_is_accused_of_that_alone() -> None:
    assert only(chain(letter(body="<mjml>{{ a"))).code == "bad-template"


def test_the_flows_own_settings_are_asked_too() -> None:
    for setting, wrong in {
        "key": 5,
        "reentry": "often",
        "fresh": "P99Y",
        "goal": {"events": []},
        "exits": {"event": "x"},
        "inside": 0,
    }.items():
        problem = only(chain(letter(), settings={setting: wrong}))
        assert (problem.code, problem.nodes, problem.setting) == ("bad-setting", (), setting)
    for setting, wrong in (
        ("reentry", {"after": "soon"}),
        ("goal", ["order_completed"]),
        ("goal", {"events": [""]}),
        ("goal", {"events": ["a"], "where": {"is": 5}}),
        ("exits", [5]),
        ("exits", [{"event": ""}]),
        ("exits", [{"event": "a", "where": {"all": []}}]),
        ("inside", 2.5),
        ("inside", True),
        ("inside", 1_000_001),
    ):
        assert only(chain(letter(), settings={setting: wrong})).setting == setting
        assert only(chain(letter(), settings={setting: wrong}), OTHERS).setting == setting
    sound = {
        "key": "basket_id",
        "reentry": {"after": "P7D"},
        "fresh": "P1D",
        "goal": {"events": ["order_completed"], "where": {"field": "total", "more_than": 5}},
        "exits": [{"event": "offer_requested"}],
        "inside": 500,
    }
    assert validate(chain(letter(), settings=sound), now=NOW) == ()
    assert validate(chain(letter(), settings={"reentry": "restart", "key": None}), now=NOW) == ()


def test_errors_come_first_then_the_order_of_the_nodes() -> None:
    flow = chain(letter("one"), letter("two", subject=""), letter("three", subject=""))
    found = validate(without(flow, "one", "failed"), now=NOW)
    assert [(p.severity, p.nodes) for p in found] == [
        ("error", ("two",)),
        ("error", ("three",)),
        ("warning", ("one",)),
    ]


def test_what_hangs_on_a_machine_that_opens_is_followed_through_waits_and_checks() -> None:
    opened: dict[str, Any] = {"reactions": ["opened"], "timeout": "P1D"}
    text = node("text", "sms", text="Hi")
    pause = node("pause", "delay", **{"for": "PT1H"})
    phone = check_node(when={"property": "phone", "known": True})
    problem = only(chain(letter(**opened), pause, phone, text))
    assert (problem.code, problem.severity, problem.nodes) == ("machine-opens", "warning", ("text", "letter"))
    proofs: list[dict[str, Any]] = [{"event": "came_in"}, {"message": "letter", "reaction": "clicked"}]
    for when in proofs:
        assert validate(chain(letter(**opened), check_node(when=when), text), now=NOW) == ()
    assert validate(chain(letter(**opened, human_only=True), text), now=NOW) == ()
    assert (
        validate(chain(letter(**opened), node("bought", "wait", events=["a"], timeout="P1D"), text), now=NOW)
        == ()
    )
    assert validate(chain(letter(**opened), letter("two"), text), now=NOW) == ()


def test_what_people_reach_otherwise_too_does_not_hang_on_an_opening() -> None:
    flow = chain(letter(reactions=["opened"], timeout="P1D"), node("text", "sms", text="Hi"))
    flow = at(without(flow, "letter", "timeout"), Edge("letter", "timeout", "text"))
    assert validate(flow, now=NOW) == ()


def test_what_hangs_on_a_kind_nobody_knows_or_an_edge_from_nowhere_is_not_accused() -> None:
    text = node("text", "sms", text="Hi")
    flow = Flow(
        "",
        (start(), node("box", "hologram"), text),
        (Edge("gone", "opened", "text"), Edge("box", "x", "text")),
    )
    assert "machine-opens" not in codes(validate(flow, now=NOW))
    broken = chain(letter(reactions=["opened"], timeout="P1D"), node("branch", "check", ways="none"), text)
    found = validate(at(broken, Edge("branch", "yes", "text")), now=NOW)
    assert {"bad-setting", "bad-edge"} <= codes(found)


def test_a_moment_named_by_a_field_is_not_judged() -> None:
    flow = chain(node("pause", "delay", **{"for": "P1W"}), letter(before="property:appointment"))
    assert validate(flow, now=NOW) == ()


def test_what_nobody_reaches_is_not_late_too() -> None:
    flow = chain(letter("one"))
    flow = replace(flow, nodes=(*flow.nodes, letter("old", before="2020-01-01T00:00:00Z")))
    assert "late" not in codes(validate(flow, now=NOW))


def test_without_a_moment_given_it_is_judged_now() -> None:
    assert "late" in codes(validate(chain(letter(before="2020-01-01T00:00:00Z"))))
    assert "late" not in codes(validate(chain(letter(before="9999-01-01T00:00:00Z"))))


def test_a_start_of_a_later_release_is_a_start() -> None:
    flow = replace(SOUND, nodes=(Node("start", "entry.moon"), *SOUND.nodes[1:]))
    assert codes(validate(flow, now=NOW)) == {"unknown-kind"}


def test_outlets_of_kinds_that_cannot_run_yet_are_not_judged() -> None:
    flow = Flow(
        "",
        (start(), Node("a", "webhook"), Node("b", "end")),
        (Edge("start", "entered", "a"), Edge("a", "half", "b")),
    )
    assert codes(validate(flow, now=NOW)) == {"channel-not-set-up"}


def test_a_node_that_is_two_wrong_things_says_both() -> None:
    flow = chain(letter(subject="", body=5))
    assert [(p.code, p.setting) for p in validate(flow, now=NOW)] == [
        ("missing-setting", "subject"),
        ("bad-setting", "body"),
    ]


@pytest.mark.parametrize(
    "box",
    [
        node("agree", "consent", channel="sms", given="no"),
        node("go", "start", flow="Other"),
        reach(CARD, SMS),
    ],
)
def test_every_costly_kind_may_hang_on_an_opening_also_behind_a_split(box: Node) -> None:
    opened: dict[str, Any] = {"reactions": ["opened"], "timeout": "P1D"}
    (problem,) = [
        one for one in validate(chain(letter(**opened), halves(), box), now=NOW) if one.severity == "warning"
    ]
    assert (problem.code, problem.nodes) == ("machine-opens", (box.id, "letter"))
