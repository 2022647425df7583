"""The ready flows: nothing is wrong with them, and they are as the stories of the design tell them."""

from __future__ import annotations

import pytest
from liquid import Environment

from app.flows.checks.wording import texts_in
from app.flows.letters.blocks import Draft, Footer, Letter, Own
from app.flows.letters.checks import Around, findings
from app.flows.letters.mjml import is_ours, read_letter, write_letter
from app.flows.validate import validate
from app.model.flow import Node, Surroundings
from app.model.kinds import outlets_of
from tests.unit.flows.making import template, templates

READY = Surroundings(
    channels=frozenset({"email", "sms"}),
    site_url="https://ackermann.example",
    postal_address="Canal Street 4",
)


def test_both_stories_are_there() -> None:
    assert {"abandoned-basket", "popup-first"} <= set(templates())


@pytest.mark.parametrize("name", templates())
def test_nothing_is_wrong_with_it(name: str) -> None:
    assert validate(template(name)) == ()
    assert validate(template(name), READY) == ()


@pytest.mark.parametrize("name", templates())
def test_every_way_out_leads_somewhere(name: str) -> None:
    flow = template(name)
    assert {(edge.source, edge.outlet) for edge in flow.edges} == {
        (node.id, outlet.name) for node in flow.nodes for outlet in outlets_of(node)
    }


@pytest.mark.parametrize("name", templates())
def test_its_texts_read_well_for_a_person_of_whom_nothing_is_known(name: str) -> None:
    environment = Environment()
    for text in texts_in(template(name)):
        said, place = environment.from_string(text.text).render(event={}, shop={}), (text.node.id, text.path)
        assert "  " not in said.replace("\n", " ").strip() or "\n\n" in said, place
        assert ", ," not in said
        assert not said.startswith((",", " ")), place


@pytest.mark.parametrize("name", ["abandoned-basket", "popup-first"])
def test_its_letters_are_edited_as_blocks(name: str) -> None:
    letters = [node for node in template(name).nodes if node.kind == "email"]
    assert len(letters) > 2
    for node in letters:
        body = node.settings["body"]
        letter = read_letter(body)
        assert letter is not None, node.id
        assert is_ours(letter)
        assert not [block for block in letter.blocks if isinstance(block, Own)], node.id
        assert isinstance(letter.blocks[-1], Footer)
        assert write_letter(letter) == body
        assert {finding.code for finding in findings(draft_of(node, letter), Around())} == set()


def draft_of(node: Node, letter: Letter) -> Draft:
    return Draft(str(node.settings["subject"]), str(node.settings["preheader"]), letter)


def ways(name: str) -> set[str]:
    return {f"{edge.source}.{edge.outlet} {edge.target}" for edge in template(name).edges}


def test_the_abandoned_basket_is_told_whole() -> None:
    flow = template("abandoned-basket")
    assert flow.settings["key"] == "basket_id"
    assert flow.settings["goal"] == {"events": ["order_completed"]}
    start = flow.by_id["start"].settings
    assert (start["events"], start["quiet_for"]) == (["basket_added", "basket_changed"], "PT30M")
    assert flow.by_id["letter1"].settings["timeout"] == "P1D"
    assert flow.by_id["hour"].settings == {"for": "PT1H"}
    assert flow.by_id["third_day"].settings == {"since_entry": "P3D"}
    assert flow.by_id["popup"].settings["show"] == "next-visit"
    assert ways("abandoned-basket") >= {
        "letter1.opened hour",
        "letter1.clicked hour",
        "hour.next letter2",
        "letter1.timeout popup",
        "popup.timeout reachable",
        "third_day.next letter3",
    }


def test_popup_first_is_told_whole() -> None:
    flow = template("popup-first")
    assert flow.settings["exits"] == [{"event": "offer_requested"}]
    lengths = {name: flow.by_id[name].settings for name in ("day", "hour1", "hour2")}
    assert lengths == {"day": {"for": "P1D"}, "hour1": {"for": "PT1H"}, "hour2": {"for": "PT1H"}}
    assert [flow.by_id[name].settings["timeout"] for name in ("letter1", "letter2")] == ["P2D", "P4D"]
    assert flow.by_id["popup1"].settings["pages"]
    assert flow.by_id["popup2"].settings["show"] == "next-visit"
    assert ways("popup-first") >= {
        "popup1.submitted day",
        "popup1.closed popup2",
        "popup2.submitted day",
        "letter1.opened hour1",
        "letter1.timeout letter2",
        "letter2.opened hour2",
        "letter2.timeout letter3",
        "asked.else offer",
    }
