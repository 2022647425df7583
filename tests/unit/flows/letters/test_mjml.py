from __future__ import annotations

import pytest
from hypothesis import example, given, settings

from app.flows.letters import blocks as b
from app.flows.letters.blocks import tidied
from app.flows.letters.mjml import HEAD, TAIL, ink_on, is_ours, read_letter, write_block, write_letter
from tests.unit.flows.letters.making import BLOCKS, LETTERS

FOREIGN = """<mjml><mj-head><mj-title>Own</mj-title></mj-head>
  <mj-body><!-- <mj-section> -->
    <mj-section><mj-column><mj-text>Hello <b>you</b> {{ first_name }}</mj-text></mj-column></mj-section>

    {% if a < b %}<mj-section full-width="full-width"><mj-column>
    <mj-image src="x>y.png" /></mj-column></mj-section>{% endif %}
  </mj-body>
</mjml>"""


BRACES = b.Text((b.Paragraph((b.Run('{{ "{" }}{', bold=True), b.Run("<b>", bold=True))),))


@given(LETTERS)
@example(b.Letter((BRACES,)))
@example(b.Letter((b.Footer('{{<br />{{ "{" }}{ x'),)))
@example(b.Letter((b.Footer("One\n{{ first_name |\ndefault: 'you' }}\n<br />"),)))
def test_a_letter_is_read_back_as_it_was_written(letter: b.Letter) -> None:
    body = write_letter(letter)
    read = read_letter(body)
    assert read == b.Letter(tuple(map(tidied, letter.blocks)))
    assert is_ours(read)
    assert write_letter(read) == body


@given(BLOCKS)
@settings(deadline=None)
def test_tidying_twice_changes_nothing_more(block: b.Block) -> None:
    assert tidied(tidied(block)) == tidied(block)


def test_foreign_mjml_keeps_its_bytes_and_shows_its_parts() -> None:
    letter = read_letter(FOREIGN)
    assert letter is not None
    assert [type(block) for block in letter.blocks] == [b.Own, b.Own]
    assert not is_ours(letter)
    assert write_letter(letter) == FOREIGN


def test_a_block_of_ours_may_be_added_to_a_foreign_letter() -> None:
    letter = read_letter(FOREIGN)
    assert letter is not None
    grown = b.Letter((*letter.blocks, b.Footer()), letter.head, letter.tail)
    assert read_letter(write_letter(grown)) == grown


def test_a_block_changed_by_hand_becomes_foreign_and_its_neighbours_stay() -> None:
    body = write_letter(b.Letter((b.Heading("One"), b.Divider(), b.Footer())))
    changed = body.replace('border-width="1px"', 'border-width="3px"')
    letter = read_letter(changed)
    assert letter is not None
    assert [type(block) for block in letter.blocks] == [b.Heading, b.Own, b.Footer]
    assert write_letter(letter) == changed


@pytest.mark.parametrize(
    "body",
    [
        "Plain text",
        "",
        "<mjml>",
        "<mjml><mj-body><mj-section></mj-body></mjml>",
        "<mjml><mj-body></mj-section></mj-body></mjml>",
    ],
)
def test_what_cannot_be_told_apart_is_no_letter_of_blocks(body: str) -> None:
    assert read_letter(body) is None


def test_an_empty_letter_is_one_too() -> None:
    assert read_letter(HEAD + TAIL) == b.Letter(())


@pytest.mark.parametrize(("ground", "ink"), [("#a92656", "#ffffff"), ("#ffe066", "#161b26")])
def test_words_on_a_button_are_readable(ground: str, ink: str) -> None:
    assert ink_on(ground) == ink
    assert f'color="{ink}"' in write_block(b.Button("Go", "https://example.com", ground))
