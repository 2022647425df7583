from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.canvas.chaining import Draft, drafted, said
from app.canvas.selection import Parts
from app.canvas.tidying import tidied
from app.flows.chains import read_chain, say_chain, spoken
from app.flows.codec import read_flow, write_flow
from app.flows.layout.setting import Layout, with_layout
from app.model.flow import Edge, Flow, Note
from tests.unit.canvas.drawn import chain, drawing, flows, node


def draft(flow: Flow, line: str, behind: str = "", at: tuple[float, float] = (0, 0)) -> Draft:
    return drafted(drawing(flow), read_chain(line), behind, at)


def test_the_part_hangs_on_the_first_free_outlet_in_one_line_with_it() -> None:
    flow = Flow("", (node("mail", "email", 80, 40, reactions=["opened"]), node("end", "end", 400, 40)))
    flow = replace(flow, edges=(Edge("mail", "opened", "end"),))
    found = draft(flow, "wait 1h > sms", "mail")
    assert (found.source, found.outlet) == ("mail", "timeout")
    port = drawing(flow).port("mail", "timeout")
    assert port is not None
    first, second = (found.flow.by_id[name] for name in found.nodes)
    assert first.y == second.y
    assert port[0] < first.x < second.x


def test_ids_titles_and_needed_settings_are_those_of_new_nodes() -> None:
    flow = Flow("", (node("letter1"), node("popup1", "popup")))
    flow = replace(
        flow,
        nodes=tuple(
            replace(one, title=title) for one, title in zip(flow.nodes, ("Letter 1", "Popup"), strict=True)
        ),
    )
    found = draft(flow, 'email > popup > email "Mine"')
    made = [found.flow.by_id[name] for name in found.nodes]
    assert [one.id for one in made] == ["letter2", "popup2", "letter3"]
    assert [one.title for one in made] == ["Letter 2", "Popup 2", "Mine"]
    assert made[1].settings["timeout"] == "P1D"


def test_a_node_without_a_free_way_out_or_none_leaves_the_part_by_itself() -> None:
    flow = chain("entry.manual", "delay", "end")
    for behind in ("n0", "n2", "", "gone"):
        assert draft(flow, "sms > end", behind).source == ""
    assert draft(flow, "", "n2") == Draft(flow, flow)


def test_a_part_that_begins_with_a_start_or_a_mark_is_not_hung_on_anything() -> None:
    flow = Flow("", (node("mail"),))
    assert draft(flow, "start > sms", "mail").source == ""
    assert draft(flow, "#a > sms #a", "mail").source == ""


@given(
    flows(),
    st.sampled_from(["sms", "popup? sent: end timeout: email > end failed: sms", "event a > end; sms"]),
)
def test_wherever_it_comes_it_covers_nothing_and_moves_nothing(flow: Flow, line: str) -> None:
    behind = flow.nodes[0].id if flow.nodes else ""
    found = draft(flow, line, behind, (100, 60))
    drawn = drawing(found.flow)
    fresh = [drawn.body(name) for name in found.nodes]
    old = [drawn.body(name) for name in drawn.boxes if name not in found.nodes]
    notes = drawn.notes
    assert not any(one.touches(other) for one in fresh for other in old)
    assert not any(one.touches(other) for n, one in enumerate(fresh) for other in fresh[:n])
    assert not any(_lies_on(one.x, one.y, one.right, one.bottom, note) for one in fresh for note in notes)
    assert not found.moved
    assert found.flow.nodes[: len(flow.nodes)] == flow.nodes
    assert write_flow(read_flow(write_flow(found.flow))) == write_flow(found.flow)


def _lies_on(left: float, top: float, right: float, bottom: float, note: Note) -> bool:
    return left < note.x + note.width and note.x < right and top < note.y + note.height and note.y < bottom


def test_in_a_drawing_that_is_kept_tidy_it_comes_to_its_place_and_what_makes_room_is_told() -> None:
    flow = with_layout(chain("entry.manual", "email", "email", "end"), Layout(tidy=True))
    flow = tidied(drawing(flow), flow)
    found = draft(flow, "sms? sent: wait 1d failed: wait 2d", "n1")
    assert tidied(drawing(flow), found.added, flow) == found.flow
    assert all(found.flow.by_id[name].x == place[0] for name, place in found.moved.items())
    assert found.moved.keys() <= {"n2", "n3"}


@given(flows(), st.data())
def test_any_selection_is_said_and_typed_again_as_it_was(flow: Flow, data: st.DataObject) -> None:
    names = data.draw(st.sets(st.sampled_from([*flow.by_id]))) if flow.nodes else set()
    line = said(flow, Parts.of_nodes(names))
    again = read_chain(line)
    assert again.complaints == ()
    assert len(again.part.nodes) == len(names)
    added = draft(Flow(""), line)
    kinds = [added.flow.by_id[name].kind for name in added.nodes]
    part = Flow(
        "",
        tuple(one for one in flow.nodes if one.id in names),
        tuple(one for one in flow.edges if {one.source, one.target} <= names),
    )
    assert kinds == [flow.by_id[name].kind for name in spoken(part)]
    assert say_chain(part) == line
    assert len(added.flow.edges) == len(part.edges)
