from __future__ import annotations

from hypothesis import given, settings
from liquid import Environment

from app.flows.letters import blocks as b
from app.flows.letters.filling import Card, Cards, filled, texts_of
from tests.unit.flows.letters.making import LETTERS


def fill(letter: b.Letter, **values: object) -> tuple[object, ...]:
    return filled(letter, [Environment().from_string(text).render(**values) for text in texts_of(letter)])


def test_runs_keep_their_looks_and_commands_reach_over_them() -> None:
    runs = (
        b.Run("Hi {% if no %}", bold=True),
        b.Run("hidden {{ x }}"),
        b.Run("{% endif %}{{ name }}", italic=True),
    )
    letter = b.Letter(
        (b.Text((b.Paragraph(runs), b.Paragraph((b.Run("two"),), "bullet"))), b.Button("{{ name }}", "l"))
    )
    text, button = fill(letter, name="<Ada>")
    assert button == b.Button("<Ada>", "l")
    assert isinstance(text, b.Text)
    assert text.paragraphs[0].runs[0] == b.Run("Hi <Ada>", bold=True)
    assert text.paragraphs[1] == b.Paragraph((b.Run("two"),), "bullet")


def test_products_become_cards() -> None:
    event = {"items": [{"title": "Clara", "price": "3 €", "picture": "p"}, "Rose"], "title": "T"}
    cards, one, none = fill(
        b.Letter((b.Product(), b.Product(items=""), b.Product(items="other"))), event=event
    )
    assert cards == Cards((Card("p", "Clara", "3 €"), Card("", "Rose", "")))
    assert one == Cards((Card("", "T", ""),))
    assert none == Cards()


@given(LETTERS)
@settings(deadline=None)
def test_unfilled_texts_give_every_block_back(letter: b.Letter) -> None:
    kept = b.Letter(tuple(b.tidied(block) for block in letter.blocks if not isinstance(block, b.Product)))
    assert filled(kept, texts_of(kept)) == kept.blocks
