from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.flows.fixes import fixes, is_mechanical, key_of
from app.flows.letters.blocks import Footer, Letter, text_block
from app.flows.letters.mjml import read_letter, write_letter
from app.flows.validate import validate
from app.model.flow import Edge, Flow, Node, Problem
from app.model.kinds import KINDS, outlets_of
from tests.unit.flows.making import chain, letter, node, start, template
from tests.unit.flows.test_codes import AROUND, CARD, NOW, PAIRS, SMS, reach, without


def of(flow: Flow, code: str) -> Problem:
    return next(one for one in validate(flow, now=NOW) if one.code == code)


def words(flow: Flow, code: str) -> list[str]:
    return [fix.words for fix in fixes(flow, of(flow, code))]


def errors(flow: Flow) -> set[Any]:
    return {key_of(one) for one in validate(flow, now=NOW) if one.severity == "error"}


BY_HAND = {"bad-template", "window-closed"}
"""Codes whose mending only a person can know."""


@pytest.mark.parametrize("name", [name for name, (code, *_) in PAIRS.items() if code not in BY_HAND])
def test_one_flow_of_each_code_is_mended_by_each_of_its_buttons(name: str) -> None:
    code, broken, _ = PAIRS[name]
    problem = of(broken, code)
    assert is_mechanical(problem)
    others = {key for key in errors(broken) if key[0] != code}
    for fix in fixes(broken, problem):
        after = errors(fix.flow)
        assert key_of(problem) not in after
        assert {key for key in after if key[0] != code} <= others
        assert fix.flow != broken


def test_every_code_that_is_mechanical_has_a_button_somewhere() -> None:
    mended = {code for code, broken, _ in PAIRS.values() if fixes(broken, of(broken, code))}
    assert mended == {code for code, *_ in PAIRS.values()} - BY_HAND


@pytest.mark.parametrize("name", AROUND)
def test_what_a_workspace_lacks_is_not_mended_in_the_drawing(name: str) -> None:
    code, flow, broken, _ = AROUND[name]
    problem = next(one for one in validate(flow, broken, now=NOW) if one.code == code)
    if code not in ("unknown-field", "flow-loop") and problem.nodes:
        assert fixes(flow, problem) == ()


def test_an_open_outlet_ends_where_it_is_beside_its_pill() -> None:
    broken = without(chain(letter(reactions=["clicked"], timeout="P1D")), "letter", "timeout")
    (fix,) = fixes(broken, of(broken, "open-outlet"))
    assert fix.words == "End here"
    end = fix.flow.by_id[fix.flow.leading["letter", "timeout"]]
    assert (end.kind, end.x, end.id) == ("end", 240, "end2")
    assert all((one.x, one.y) != (end.x, end.y) for one in broken.nodes)


def test_an_open_outlet_is_connected_to_what_waits_for_a_way() -> None:
    lost = replace(letter("second"), x=300)
    broken = replace(chain(letter()), nodes=(*chain(letter()).nodes, lost))
    broken = without(broken, "letter", "sent")
    closed = replace(
        broken, edges=(*broken.edges, Edge("second", "sent", "end"), Edge("second", "failed", "end"))
    )
    assert words(closed, "open-outlet") == ["Connect to Second", "End here"]
    assert words(closed, "unreachable") == ["Connect from Letter", "Delete it"]


def test_two_ways_from_one_outlet_offer_to_keep_either() -> None:
    sound = chain(letter(), replace(letter("second"), x=300))
    broken = replace(sound, edges=(*sound.edges, Edge("start", "entered", "second")))
    first, other = fixes(broken, of(broken, "bad-edge"))
    assert (first.words, first.flow) == ("Keep the way to Letter", sound)
    assert other.words == "Keep the way to Second, and 1 behind it"
    assert "letter" not in other.flow.by_id


def test_an_edge_into_a_start_leads_to_what_follows_the_start() -> None:
    sound = chain(letter(), letter("second"))
    other = Node("other", "entry.manual", "Other")
    broken = replace(
        sound,
        nodes=(*sound.nodes, other),
        edges=(
            Edge("start", "entered", "other"),
            Edge("other", "entered", "letter"),
            *sound.edges[1:],
        ),
    )
    fix = fixes(broken, of(broken, "bad-edge"))[0]
    assert fix.words == "Lead to Letter"
    assert fix.flow.leading["start", "entered"] == "letter"


def test_an_edge_from_an_unticked_reaction_ticks_it() -> None:
    sound = chain(letter(reactions=["opened"], timeout="P1D"))
    broken = replace(sound, edges=(*sound.edges, Edge("letter", "clicked", "end")))
    fix = next(one for one in fixes(broken, of(broken, "bad-edge")) if one.words.startswith("Tick"))
    assert fix.flow.by_id["letter"].settings["reactions"] == ["opened", "clicked"]


def test_a_letter_gets_the_footer_of_ours_at_its_end() -> None:
    body = write_letter(Letter((text_block("Dear you"),)))
    broken = chain(letter(body=body))
    (fix,) = fixes(broken, of(broken, "no-unsubscribe"))
    assert fix.words == "Add the footer"
    mended = fix.flow.by_id["letter"].settings["body"]
    read = read_letter(mended)
    assert read is not None
    assert read.blocks == (text_block("Dear you"), Footer())


def test_a_slip_of_the_pen_is_written_right_in_fields_and_nowhere_else() -> None:
    broken = chain(letter(body="first_nme {{ first_nme | default: 'first_nme' }} {{ event.first_nme }}"))
    (fix,) = fixes(broken, of(broken, "unknown-field"))
    assert fix.words == "Write {{ first_name }}"
    body = fix.flow.by_id["letter"].settings["body"]
    assert body == "first_nme {{ first_name | default: 'first_nme' }} {{ event.first_nme }}"


@pytest.mark.parametrize(
    ("broken", "wanted"),
    [
        (chain(letter(reactions=["opened"], timeout="")), "Set 1 day"),
        (chain(node("pause", "until")), "One day after the start"),
        (chain(letter(purpose="transactional")), "Make it advertising"),
        (chain(node("pause", "delay", **{"for": ""})), "Set 1 day"),
    ],
)
def test_what_is_missing_is_filled_in_where_it_can_be_known(broken: Flow, wanted: str) -> None:
    assert words(broken, "missing-setting")[0] == wanted


def test_what_a_business_alone_can_say_has_no_button() -> None:
    assert words(chain(letter(body="")), "missing-setting") == []
    assert words(chain(letter(subject="")), "missing-setting") == [], "a title is no subject"


def test_an_address_gets_its_https() -> None:
    popup = node("popup", "popup", headline="Hello", link="shop.example/basket", timeout="P1D")
    fix = fixes(chain(popup), of(chain(popup), "bad-setting"))[0]
    assert fix.flow.by_id["popup"].settings["link"] == "https://shop.example/basket"


def test_a_circle_ends_where_it_leads_back() -> None:
    sound = chain(letter(), letter("second"))
    circle = replace(
        without(sound, "second", "sent"), edges=(*sound.edges[:-2], Edge("second", "sent", "letter"))
    )
    fix = fixes(circle, of(circle, "cycle"))[0]
    assert fix.words == "End after Second"
    assert fix.flow.by_id[fix.flow.leading["second", "sent"]].kind == "end"


def test_an_empty_flow_gets_a_start_that_leads_somewhere() -> None:
    (fix,) = fixes(Flow("F"), of(Flow("F"), "no-entry"))
    assert validate(fix.flow) == ()


def test_a_node_of_a_newer_release_leaves_no_gap() -> None:
    sound = chain(letter(), letter("second"))
    strange = replace(sound.by_id["letter"], kind="fax")
    broken = sound.with_node(strange)
    fix = fixes(broken, of(broken, "unknown-kind"))[0]
    assert fix.words == "Delete it, join its neighbours"
    assert fix.flow.leading["start", "entered"] == "second"


# --- any broken flow -------------------------------------------------------------------------------------

IDS = [f"n{number}" for number in range(6)]
SETTINGS: list[dict[str, Any]] = [
    {},
    {"subject": "Hi", "body": "{{ first_nme }}", "reactions": ["opened"], "timeout": "P1D"},
    {"subject": "Hi", "body": "<mjml><mj-body></mj-body></mjml>", "timeout": 3},
    {"for": "P1D", "text": "Hi", "events": ["x"], "headline": "Hi", "timeout": "P2D", "link": "x"},
    {
        "for": "soon",
        "since_entry": "P1D",
        "ways": [{"name": "a", "when": {"tag": "x"}}],
        "reactions": ["sent"],
    },
    {"ways": [{"name": "b", "when": {"message": "n1", "reaction": "opened"}}], "add_tags": ["x"]},
]
NODES = st.builds(
    lambda name, kind, given, x, y: Node(name, kind, name, x, y, given),
    st.sampled_from(IDS),
    st.sampled_from([*KINDS, "fax", "entry.fax"]),
    st.sampled_from(SETTINGS),
    st.integers(0, 5).map(lambda column: column * 240.0),
    st.integers(0, 3).map(lambda line: line * 100.0),
)


@st.composite
def broken_flows(draw: st.DrawFn) -> Flow:
    nodes = tuple(draw(st.lists(NODES, max_size=7)))
    edges = []
    for one in nodes:
        names = [outlet.name for outlet in outlets_of(one)] + ["clicked"]
        chosen = draw(st.lists(st.sampled_from(names), max_size=4))
        edges += [Edge(one.id, name, draw(st.sampled_from([*IDS, "gone"]))) for name in chosen]
    goals: list[dict[str, Any]] = [{}, {"goal": 3}, {"fresh": "soon"}]
    goal = draw(st.sampled_from(goals))
    return Flow("F", nodes, tuple(edges), settings=goal)


@given(broken_flows())
@settings(max_examples=60, deadline=None)
def test_each_button_mends_its_problem_and_breaks_nothing_else(flow: Flow) -> None:
    before = errors(flow)
    for problem in validate(flow, now=NOW):
        for fix in fixes(flow, problem):
            after = errors(fix.flow)
            assert key_of(problem) not in after
            assert {key for key in after if key[0] != problem.code} <= before


@given(broken_flows())
@settings(max_examples=60, deadline=None)
def test_pressing_button_after_button_comes_to_an_end(flow: Flow) -> None:
    for _ in range(60):
        found = (fixes(flow, one) for one in validate(flow, now=NOW))
        fix = next((one[0] for one in found if one), None)
        if fix is None:
            return
        flow = fix.flow
    raise AssertionError(validate(flow, now=NOW))


@pytest.mark.parametrize("name", ["abandoned-basket", "popup-first"])
def test_an_edge_taken_out_of_a_story_is_put_back_by_a_button(name: str) -> None:
    story = template(name)
    for edge in story.edges:
        broken = without(story, edge.source, edge.outlet)
        for problem in validate(broken):
            assert fixes(broken, problem), (edge, problem)


def test_a_problem_of_another_flow_is_not_mended() -> None:
    problem = of(chain(letter(subject="")), "missing-setting")
    assert fixes(Flow("F", (start(),)), problem) == ()


def mended(flow: Flow, code: str, button: str) -> Node:
    """The node that the problem is about, after this button."""
    problem = of(flow, code)
    fix = next(one for one in fixes(flow, problem) if one.words == button)
    return fix.flow.by_id[problem.nodes[0]]


def test_what_is_wrong_in_a_way_of_a_reach_is_mended_there() -> None:
    sms: dict[str, Any] = {"kind": "sms", "settings": {"text": "Hi {{ first_nme }}"}}
    ring = mended(chain(reach(CARD, sms)), "unknown-field", "Write {{ first_name }}")
    assert ring.settings["rungs"] == [CARD, {"kind": "sms", "settings": {"text": "Hi {{ first_name }}"}}]
    timeless = {"kind": "popup", "settings": {"headline": "Hi"}}
    ring = mended(chain(reach(SMS, timeless)), "missing-setting", "Set 1 day")
    assert ring.settings["rungs"] == [SMS, {**timeless, "try_for": "P1D"}]
    linked = {**CARD, "settings": {"headline": "Hi", "link": "shop.example"}}
    ring = mended(chain(reach(linked)), "bad-setting", "Set “https://shop.example”")
    assert ring.settings["rungs"][0]["settings"]["link"] == "https://shop.example"
    ring = mended(chain(reach(linked)), "bad-setting", "Empty it")
    assert ring.settings["rungs"] == [{**CARD, "settings": {"headline": "Hi"}}]
    ring = mended(
        chain(reach({**CARD, "settings": {"headline": "Hi"}}, reactions=["submitted"])),
        "missing-setting",
        "Ask for the e-mail",
    )
    assert ring.settings["rungs"][0]["settings"]["fields"] == ["email"]
    body = {"kind": "email", "settings": {"subject": "Hi", "body": "<mjml><mj-body></mj-body></mjml>"}}
    ring = mended(chain(reach(body)), "no-unsubscribe", "Add the footer")
    assert "unsubscribe_url" in ring.settings["rungs"][0]["settings"]["body"]


def test_a_way_that_cannot_run_yet_is_left_out_where_others_are_left() -> None:
    broken = chain(reach(SMS, {"kind": "rcs", "settings": {"text": "x"}}))
    assert mended(broken, "channel-not-set-up", "Leave this way out").settings["rungs"] == [SMS]
    assert words(chain(reach({"kind": "rcs"})), "channel-not-set-up") == []


def test_a_way_of_a_reach_that_is_not_there_has_no_button() -> None:
    flow = chain(reach(SMS))
    for path in ("rungs.7.text", "rungs.0.nothing", "rungs.x.text"):
        problem = Problem("missing-setting", "error", "m", "f", ("ring",), setting=path)
        assert fixes(flow, problem, []) == ()


def test_a_lap_is_broken_by_a_day_or_by_taking_out_what_carries_it() -> None:
    flow = chain(letter(), node("go", "start", flow="Chain"))
    assert words(flow, "flow-loop") == ["Wait a day before Go", "Delete it, join its neighbours"]
    waiting = fixes(flow, of(flow, "flow-loop"))[0].flow
    assert [waiting.leading["letter", "sent"], waiting.leading["wait", "next"]] == ["wait", "go"]


@pytest.mark.parametrize(
    ("broken", "buttons"),
    [
        (
            node("pause", "until"),
            ["One day after the start", "In opening hours", "Delete it, join its neighbours"],
        ),
        (node("agree", "consent", channel="sms", given="yes"), ["Does not agree any more"]),
        (node("start", "entry.date", property="birthday", side="after"), ["One day", "On the day"]),
    ],
)
def test_what_can_be_said_without_knowing_the_business_is_proposed(broken: Node, buttons: list[str]) -> None:
    assert words(chain(broken), "missing-setting") == buttons


def test_a_split_that_leads_somewhere_takes_its_ways_from_there() -> None:
    flow = chain(node("part", "split"))
    leading = replace(flow, edges=(*flow.edges, Edge("part", "a", "end"), Edge("part", "b", "end")))
    part = mended(leading, "missing-setting", "By each way as many people")
    assert part.settings["arms"] == [{"name": "a", "weight": 1}, {"name": "b", "weight": 1}]
    assert words(flow, "missing-setting") == ["Put an end in its place"]
