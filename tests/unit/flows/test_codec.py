from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flows.codec import Document, read_flow, write_flow
from app.model.errors import FlowFileError
from app.model.flow import EMPTY, Edge, Flow, Node, Note
from tests.unit.flows.making import TEMPLATES, templates

OURS = """{"format": "chainwright.flow", "schema": 1, "name": "Abandoned basket",
 "settings": {"key": "basket_id", "reentry": {"after": "P7D"}, "goal": {"events": ["order_completed"]}},
 "nodes": [{"id": "start", "kind": "entry.event", "title": "Left", "x": 0, "y": 0, "settings": {"key": "b"}},
           {"id": "letter1", "kind": "email", "title": "Grüße 🛒", "x": 240, "y": -8.5, "settings": {}}],
 "edges": [{"from": "start", "outlet": "entered", "to": "letter1"}],
 "notes": [{"id": "note1", "text": "Why?", "x": 0, "y": 80, "width": 160, "height": 72}]}
"""
FOREIGN = (
    b'\xef\xbb\xbf{"schema":1,\r\n\t"format":"chainwright.flow","nodes":[{"kind":"end","id":"\\u0065"}]}'
)

texts = st.text(st.characters(codec="utf-8"), max_size=20)
names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)
numbers = st.integers(-1_000_000, 1_000_000) | st.floats(-1_000_000, 1_000_000)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**29), 10**29)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
mappings = st.dictionaries(texts, values, max_size=3)


def unknown(*known: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(texts.filter(lambda key: key not in known), values, max_size=2)


nodes = st.builds(
    Node,
    names,
    names,
    texts,
    numbers,
    numbers,
    mappings,
    unknown("id", "kind", "title", "x", "y", "settings"),
)
edges = st.builds(Edge, names, names, names, unknown("from", "outlet", "to"))
notes = st.builds(
    Note, names, texts, numbers, numbers, numbers, numbers, unknown("id", "text", "x", "y", "width", "height")
)
flows = st.builds(
    Flow,
    texts,
    st.lists(nodes, max_size=4).map(tuple),
    st.lists(edges, max_size=4).map(tuple),
    st.lists(notes, max_size=2).map(tuple),
    mappings,
    st.just(1),
    unknown("format", "schema", "name", "settings", "nodes", "edges", "notes"),
)


@given(flows)
def test_every_flow_comes_back_equal_and_is_written_the_same_again(flow: Flow) -> None:
    text = write_flow(flow)
    assert read_flow(text) == flow
    assert write_flow(read_flow(text.encode())) == text


@pytest.mark.parametrize("name", templates())
def test_a_template_is_saved_back_with_the_same_bytes(name: str) -> None:
    data = (TEMPLATES / f"{name}.flow.json").read_bytes()
    assert write_flow(read_flow(data)).encode() == data


def test_a_file_of_ours_reads_like_the_drawing_one_line_for_each_node() -> None:
    flow = read_flow(OURS)
    assert write_flow(flow) == OURS
    assert [node.id for node in flow.nodes] == ["start", "letter1"]
    assert flow.nodes[1].y == -8.5


def test_a_flow_without_anything_in_it_can_be_written_and_read() -> None:
    empty = Flow("")
    assert read_flow(write_flow(empty)) == empty
    assert read_flow('{"format": "chainwright.flow", "schema": 1}') == empty


def test_settings_with_nothing_in_them_may_be_the_constant_for_nothing() -> None:
    assert '"settings": {}' in write_flow(Flow("", (Node("a", "end", settings=EMPTY),)))


def test_a_flow_cannot_hold_what_json_cannot() -> None:
    with pytest.raises(TypeError, match="cannot hold a set"):
        write_flow(Flow("", settings={"key": {1}}))
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_flow(Flow("", settings={"key": float("nan")}))


def test_unknown_kinds_and_keys_survive_where_they_stood() -> None:
    document = json.loads(OURS) | {"mood": {"colour": "blue"}}
    document["nodes"][0] |= {"kind": "hologram", "glow": [1, {"deep": None}]}
    document["edges"][0]["weight"] = 0.5
    document["notes"][0]["author"] = "Mia"
    again = json.loads(write_flow(read_flow(json.dumps(document))))
    assert again == document


def test_a_foreign_file_keeps_its_bytes_until_the_first_edit() -> None:
    document = Document.read(FOREIGN)
    assert document.data() == FOREIGN
    assert not document.is_changed
    edited = document.edited(document.flow.with_node(Node("b", "goal")))
    assert edited.is_changed
    assert edited.data() == write_flow(edited.flow).encode()
    undone = edited.edited(document.flow)
    assert undone.data() == FOREIGN


def test_a_change_from_one_to_true_is_a_change() -> None:
    document = Document.read(FOREIGN)
    one = document.edited(document.flow.with_node(Node("e", "end", settings={"flag": 1})))
    kept = Document.read(one.data())
    assert kept.edited(kept.flow.with_node(Node("e", "end", settings={"flag": True}))).is_changed


def test_a_flow_that_was_never_in_a_file_is_always_to_be_saved() -> None:
    document = Document(Flow("New"))
    assert document.is_changed
    assert document.data() == write_flow(Flow("New")).encode()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": "mailwright.flow"}, "not a Chainwright flow"),
        ({"schema": 2}, "made by a newer Chainwright"),
        ({"schema": None}, "does not say which schema"),
        ({"schema": True}, "does not say which schema"),
        ({"schema": 0}, "does not say which schema"),
        ({"name": 5}, "“name” is not a text"),
        ({"nodes": {}}, "“nodes” is not a list"),
        ({"nodes": [5]}, "node number 1 of this file is misshapen: it is not an object"),
        ({"nodes": [{"kind": "end"}]}, "node number 1 of this file has no “id”"),
        ({"nodes": [{"id": "", "kind": "end"}]}, "has no “id”"),
        ({"nodes": [{"id": "x" * 201, "kind": "end"}]}, "“id” is not at most 200 characters long"),
        ({"nodes": [{"id": "a", "kind": "end", "x": "0"}]}, "“x” is not a number"),
        ({"nodes": [{"id": "a", "kind": "end", "x": True}]}, "“x” is not a number"),
        ({"nodes": [{"id": "a", "kind": "end", "y": 1e7}]}, "“y” is not a number of at most 1,000,000"),
        ({"nodes": [{"id": "a", "kind": "end", "settings": []}]}, "“settings” is not an object"),
        ({"settings": "none"}, "The flow of this file is misshapen: “settings” is not an object"),
        ({"edges": [{"from": "a", "outlet": "next"}]}, "edge number 1 of this file has no “to”"),
        ({"notes": [{"id": "n", "text": None}]}, "“text” is not a text"),
    ],
)
def test_a_misshapen_flow_is_refused_with_a_sentence_that_names_the_place(
    change: dict[str, Any], sentence: str
) -> None:
    document = {"format": "chainwright.flow", "schema": 1, **change}
    with pytest.raises(FlowFileError) as caught:
        read_flow(json.dumps(document))
    assert sentence in caught.value.sentence
    assert "\n" not in caught.value.sentence


@pytest.mark.parametrize("document", ["[]", "5", "null", '"chainwright.flow"'])
def test_other_json_is_no_flow(document: str) -> None:
    with pytest.raises(FlowFileError, match="not a Chainwright flow"):
        read_flow(document)
