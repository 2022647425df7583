from __future__ import annotations

import pytest

from app.channels import texts as making
from app.channels.texts import Texts
from app.model.errors import TextError


def test_a_text_is_parsed_once_per_version_node_and_field() -> None:
    texts = Texts()
    first = texts.of("v1", "letter", "subject", "Hello {{ first_name }}")
    assert texts.of("v1", "letter", "subject", "never read again") is first
    assert texts.of("v2", "letter", "subject", "Hi") is not first
    assert texts.of("v1", "letter", "subject", "Hi", markup=True) is not first
    assert first.render({"first_name": "Ada"}) == "Hello Ada"


def test_the_oldest_text_is_forgotten_first() -> None:
    texts = Texts(remembered=1)
    first = texts.of("v1", "a", "text", "one")
    texts.of("v1", "b", "text", "two")
    assert texts.of("v1", "a", "text", "three") is not first


def test_a_field_that_is_not_there_leaves_nothing() -> None:
    assert Texts().parse("[{{ nobody }}{{ event.items[3].name }}]").render({"event": {}}) == "[]"
    assert Texts().parse("{{ first_name | default: 'there' }}").render({}) == "there"


def test_a_property_may_have_any_name() -> None:
    assert Texts().parse("{{ self }}{{ args }}").render({"self": "1", "args": "2", "with space": "3"}) == "12"


@pytest.mark.parametrize("source", ["{{ name", "{% if %}", "{% nothing %}", "{% for x in %}{% endfor %}"])
def test_a_text_that_cannot_be_read_is_said(source: str) -> None:
    with pytest.raises(TextError, match="cannot be read"):
        Texts().parse(source)


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("{% for i in (1..200) %}{% for j in (1..200) %}{% endfor %}{% endfor %}", "cannot be made"),
        (
            "{% for i in (1..9000) %}{% endfor %}{% for i in (1..9000) %}{% endfor %}",
            "repeats something too often",
        ),
        ("{{ 1 | divided_by: 0 }}", "cannot be made"),
        ("{{ 'x' | nothing }}", "cannot be made"),
    ],
)
def test_a_text_that_cannot_be_made_is_said(
    monkeypatch: pytest.MonkeyPatch, source: str, sentence: str
) -> None:
    monkeypatch.setattr(making, "SECONDS", 60)  # a busy machine reaches the limit of time first
    with pytest.raises(TextError, match=sentence):
        Texts().parse(source).render({})
