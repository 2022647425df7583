"""Every part of a flow can be said and read again, and what was read is said the same way."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.flows.bench import sample_flow
from app.flows.chains import read_chain, say_chain, spoken
from app.flows.chains.words import KIND_WORDS, SPOKEN
from app.model.flow import Edge, Flow, Node
from app.model.kinds import KINDS, outlets_of
from tests.unit.flows.making import template, templates

texts = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "Brief „eins“",
            'say "hi"',
            "初回の手紙",
            "🌷 > 🌹",
            "yes",
            "#a",
            "a\nb",
            "opened: end",
            "\\",
            "30m",
            "\u2028",
        ]
    ),
)
names = st.one_of(
    st.sampled_from(
        ["opened", "clicked", "order_completed", "yes", "no", "after", "end", "P1D", "Opened", "a b", ""]
    ),
    texts,
)
durations = st.sampled_from(["PT30M", "P1D", "PT24H", "P1M", "P1Y2M3W4DT5H6M7S", "P01D", "", "soon", "PT0M"])
values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.floats(-2, 2), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(texts, inner, max_size=2)),
    max_leaves=4,
)
weights = st.one_of(st.integers(0, 100), st.floats(0, 2), st.booleans(), st.text(max_size=2))
rungs = st.one_of(
    st.fixed_dictionaries(
        {"kind": st.sampled_from(["popup", "sms", "task"])}, optional={"try_for": durations}
    ),
    st.fixed_dictionaries({"kind": st.just("sms"), "settings": st.dictionaries(texts, texts, max_size=1)}),
)
lists = st.one_of(st.lists(names, max_size=3), values)
settings = st.fixed_dictionaries(
    {},
    optional={
        "reactions": lists,
        "timeout": st.one_of(durations, values),
        "for": st.one_of(durations, values),
        "events": lists,
        "quiet_for": durations,
        "weekdays": st.one_of(st.lists(st.sampled_from(["mon", "sun", "Monday"]), max_size=2), values),
        "time": st.sampled_from(["09:00", "9:00", "23:59", "24:00", ""]),
        "since_entry": durations,
        "add_tags": lists,
        "remove_tags": lists,
        "ways": st.lists(st.fixed_dictionaries({"name": names}), max_size=3),
        "subject": texts,
        "a=b]": values,
        "arms": st.one_of(
            st.lists(st.fixed_dictionaries({"name": names, "weight": weights}), max_size=3), values
        ),
        "hold_out": st.one_of(weights, values),
        "rungs": st.one_of(st.lists(rungs, max_size=3), values),
        "event": names,
        "flow": names,
        "segment": st.one_of(names, values),
        "text": st.one_of(texts, values),
        "channel": st.sampled_from(["sms", "email", "popup", ""]),
        "topic": st.one_of(names, values),
        "given": st.sampled_from(["yes", "no", "maybe", True]),
        "property": names,
        "side": st.sampled_from(["before", "on", "after", "beside"]),
        "offset": durations,
        "yearly": st.sampled_from([True, False, "yes"]),
        "business": st.sampled_from([True, False, 1]),
    },
)
extras = st.dictionaries(texts, values, max_size=1)
kinds = st.sampled_from([*KINDS, *KINDS, "strange.kind", "email ", "end", "x"])


@st.composite
def parts(draw: st.DrawFn) -> Flow:
    """Any nodes and edges, also foolish ones: circles, several starts, outlets that are none."""
    count = draw(st.integers(0, 6))
    nodes = tuple(
        Node(f"id{n}", draw(kinds), draw(texts), 0, 0, draw(settings), draw(extras)) for n in range(count)
    )
    edges = []
    for _ in range(draw(st.integers(0, 2 * count)) if count else 0):
        source = draw(st.sampled_from(nodes))
        known = [outlet.name for outlet in outlets_of(source)]
        outlet = draw(st.one_of(st.sampled_from(known or ["next"]), names))
        extra = draw(st.one_of(st.just({}), st.just({}), extras))
        edges.append(Edge(source.id, outlet, draw(st.sampled_from(nodes)).id, extra))
    return Flow("", nodes, tuple(edges))


def shape(part: Flow, order: tuple[str, ...]) -> tuple[list[Any], list[str]]:
    """All that a part says, whatever its ids and places are."""
    number = {name: place for place, name in enumerate(order)}
    nodes = [part.by_id[name] for name in order]
    said = [[node.kind, node.title, dict(node.settings), dict(node.extra)] for node in nodes]
    edges = [
        json.dumps([number[edge.source], edge.outlet, number[edge.target], dict(edge.extra)], sort_keys=True)
        for edge in part.edges
    ]
    return said, sorted(edges)


def read_again(part: Flow) -> Flow:
    chain = read_chain(say_chain(part))
    assert chain.complaints == ()
    return chain.part


@given(parts())
@example(Flow("", (Node("a", "email"), Node("b", "end")), (Edge("a", "sent", "b"), Edge("a", "sent", "a"))))
def test_what_is_said_is_read_again_as_it_was(part: Flow) -> None:
    again = read_again(part)
    ids = tuple(node.id for node in again.nodes)
    assert shape(again, ids) == shape(part, spoken(part))


@given(parts())
def test_what_was_read_is_said_in_the_same_line(part: Flow) -> None:
    line = say_chain(part)
    assert "\n" not in line
    assert say_chain(read_chain(line).part) == line


@pytest.mark.parametrize("name", templates())
def test_every_template_can_be_said_on_one_line(name: str) -> None:
    flow = template(name)
    again = read_again(flow)
    assert shape(again, tuple(node.id for node in again.nodes)) == shape(flow, spoken(flow))


def test_a_flow_of_five_thousand_nodes_can_be_said_and_read() -> None:
    flow = sample_flow(5_000)
    again = read_again(flow)
    assert len(again.nodes) == 5_000
    assert len(again.edges) == len(flow.edges)


def test_a_long_row_of_questions_does_not_nest() -> None:
    letters = tuple(Node(f"n{n}", "email", settings={"reactions": ["opened"]}) for n in range(3_000))
    edges = tuple(
        Edge(f"n{n}", outlet, f"n{n + step}")
        for n in range(2_998)
        for outlet, step in (("opened", 1), ("timeout", 2))
    )
    part = Flow("", letters, edges)
    assert shape(read_again(part), tuple(f"n{n}" for n in range(3_000))) == shape(part, spoken(part))


def test_nodes_with_one_id_are_said_once_and_edges_to_nowhere_not_at_all() -> None:
    part = Flow("", (Node("a", "end"), Node("a", "sms")), (Edge("a", "next", "gone"),))
    assert say_chain(part) == "end"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_words_that_mean_it(kind: str) -> None:
    words = SPOKEN.get(kind, kind)
    assert KIND_WORDS[words] == kind
    assert read_again(Flow("", (Node("a", kind),))).nodes[0].kind == kind
    title = KINDS[kind].title.lower()
    assert read_chain(title).part.nodes[0].kind == kind


@given(parts(), st.data())
def test_any_portion_of_a_line_is_read_as_far_as_it_goes_and_never_raises(
    part: Flow, data: st.DataObject
) -> None:
    line = say_chain(part)
    cut = data.draw(st.integers(0, len(line)))
    rest = data.draw(st.sampled_from(["", ">", "?", "(", ")", ":", "#", "[", '"', "??", ";;"]))
    chain = read_chain(line[:cut] + rest + line[cut + 2 :])
    ids = {node.id for node in chain.part.nodes}
    assert all(edge.source in ids and edge.target in ids for edge in chain.part.edges)
    assert say_chain(replace(chain.part, nodes=chain.part.nodes)) == say_chain(chain.part)


@given(st.text(max_size=60))
def test_any_text_is_read_and_every_complaint_lies_within_it(line: str) -> None:
    for complaint in read_chain(line).complaints:
        assert 0 <= complaint.position <= len(line)
        assert complaint.length >= 1
        assert complaint.position + complaint.length <= max(1, len(line))
        assert complaint.sentence.endswith((".", "?"))
