from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from app.flows.letters import blocks as b
from app.flows.letters.mjml import read_letter, write_letter
from app.flows.letters.plain import blocks_of
from tests.unit.flows.letters.making import SOURCES

PLAIN = """Hello {{ first_name | default: "there" }},

see https://x.example/a, or [write](mailto:us@x.example).

- one
- two

[Back to my basket]({{ event.url }})

Finish here: {{ event.basket_url | default: shop.url }}"""


def test_paragraphs_lists_links_and_a_link_alone_become_their_blocks() -> None:
    letter = blocks_of(PLAIN)
    text, button, last, footer = letter.blocks
    assert isinstance(text, b.Text)
    assert [one.kind for one in text.paragraphs] == ["p", "p", "bullet", "bullet"]
    assert b.Run("https://x.example/a", link="https://x.example/a") in text.paragraphs[1].runs
    assert b.Run("write", link="mailto:us@x.example") in text.paragraphs[1].runs
    assert button == b.Button("Back to my basket", "{{ event.url }}")
    assert isinstance(last, b.Text)
    assert last.paragraphs[0].runs[-1].link == "{{ event.basket_url | default: shop.url }}"
    assert footer == b.Footer()


def test_a_letter_with_a_way_to_leave_gets_no_second_one() -> None:
    assert b.Footer() not in blocks_of("Bye {{ unsubscribe_url }}").blocks


@given(st.lists(SOURCES, max_size=4).map("\n\n".join))
@settings(deadline=None)
def test_any_plain_text_becomes_a_letter_that_is_read_back(text: str) -> None:
    letter = blocks_of(text)
    assert read_letter(write_letter(letter)) == letter
