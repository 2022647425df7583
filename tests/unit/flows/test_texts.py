from __future__ import annotations

import time
from dataclasses import replace

import pytest

from app.flows import texts
from app.flows.checks import wording
from app.flows.texts import TextFacts, TextReader
from app.flows.validate import validate
from app.model.flow import Flow
from tests.unit.flows.making import chain, letter, template


class Counting(TextReader):
    """Counts what it parses."""

    def __init__(self, remembered: int = 1_000) -> None:
        super().__init__(remembered)
        self.parsed: list[str] = []

    def parse(self, text: str) -> TextFacts:
        self.parsed.append(text)
        return super().parse(text)


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Counting:
    counting = Counting()
    for module in (wording, texts):
        monkeypatch.setattr(module, "READER", counting)
    return counting


def edited(flow: Flow, node_id: str, **changes: str) -> Flow:
    node = flow.by_id[node_id]
    return flow.with_node(replace(node, settings={**node.settings, **changes}))


def test_one_edit_parses_one_text_again(reader: Counting) -> None:
    flow = template("abandoned-basket")
    validate(flow)
    assert len(reader.parsed) > 10
    reader.parsed.clear()
    validate(flow)
    assert reader.parsed == []
    validate(edited(flow, "letter2", subject="Another {{ first_name }}"))
    assert reader.parsed == ["Another {{ first_name }}"]


def test_the_same_text_in_many_letters_is_parsed_once(reader: Counting) -> None:
    validate(chain(*(letter(f"l{number}") for number in range(50))))
    assert sorted(reader.parsed) == ["Dear you", "Hello"]


def test_only_so_many_texts_are_remembered() -> None:
    reader = Counting(remembered=2)
    for text in ("a", "b", "c", "b", "a"):
        reader.facts(text)
    assert reader.parsed == ["a", "b", "c", "a"]


def test_fields_are_named_by_their_first_two_parts_and_own_variables_left_out() -> None:
    text = """{% assign total = event.total %}{{ first_name | default: last_name }} {{ total }}
    {% for item in event.items %}{{ item.price }} {{ forloop.index }}{% endfor %}
    {{ event.basket.lines[0].name }} {{ contact["shoe size"] }} {{ event[name] }}"""
    assert TextReader().facts(text).fields == {
        ("first_name",),
        ("last_name",),
        ("name",),
        ("event",),
        ("event", "total"),
        ("event", "items"),
        ("event", "basket"),
        ("contact", "shoe size"),
    }


def test_a_fault_names_its_line() -> None:
    facts = TextReader().facts("one\ntwo\n{% three %}")
    assert (facts.fault, facts.line) == ("has a field or command that cannot be read", 3)
    facts = TextReader().facts("one\n{% if two %}\n{{ three }} {%")
    assert (facts.fault, facts.line) == ("has a “{%” that is never closed", 3)
    assert TextReader().facts("{% if two %}").line == 0


NEVER_ENDING = {
    "braces": "{" * 400_000,
    "braces closed once": "{" * 400_000 + "}}",
    "openings": "{% " * 100_000,
    "a long gap": "{{" + " " * 100_000 + "a }}",
    "lines in a command": "{% liquid" + "\n" * 100_000 + " %}",
    "raw": "{% raw %}" * 20_000,
    "doc": "{%- doc -%}" * 20_000,
    "fields": "{{ a }}" * 50_000,
    "levels": "{% if a %}" * 9_000,
    "brackets": "{{ a" + "[a" * 100_000 + "]" * 100_000 + "}}",
}


@pytest.mark.parametrize("name", NEVER_ENDING)
def test_a_text_that_would_keep_the_parser_busy_for_minutes_is_refused_at_once(name: str) -> None:
    started = time.process_time()
    assert TextReader().facts(NEVER_ENDING[name]).fault
    assert time.process_time() - started < 3


def test_half_a_character_can_be_asked_about() -> None:
    assert TextReader().facts("\ud800 {{ a }}").fields == {("a",)}
