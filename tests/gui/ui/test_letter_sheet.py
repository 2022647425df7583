"""A letter of blocks in the list of caught messages: its parts one below the other, nothing of its boxes."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QTextDocument, QTextTable

from app.flows.letters import blocks as b
from app.ui.letter_sheet import sheet_of
from tests.unit.channels.test_letter_blocks import made

BLOCKS = (
    b.Spacer(24),
    b.Heading("{{ shop.name }}", "center", "#a92656"),
    b.Text((b.Paragraph((b.Run("Hello "), b.Run("you", bold=True))), b.Paragraph((b.Run("one"),), "bullet"))),
    b.Picture("https://x.example/p.png", "Peonies <in a vase>"),
    b.Product(),
    b.Button("Back to my basket", "https://x.example/basket", "#a92656", "right"),
    b.Footer(),
)
ITEMS = ['{"title": "Clara & Co", "price": "34,90 €", "picture": "https://x.example/c.png"}', "Rose"]


def shown(**entry: Any) -> QTextDocument:
    document = QTextDocument()
    document.setHtml(sheet_of(made(*BLOCKS, entry=entry).html))
    return document


def tables(document: QTextDocument) -> list[QTextTable]:
    (sheet,) = [frame for frame in document.rootFrame().childFrames() if isinstance(frame, QTextTable)]
    return [frame for frame in sheet.childFrames() if isinstance(frame, QTextTable)]


def test_its_words_stand_in_their_order_and_hidden_ones_are_not_shown() -> None:
    lines = [line.strip() for line in shown(items=ITEMS).toPlainText().splitlines() if line.strip()]
    assert lines == [
        "Ackermann Flowers",
        "Hello you",
        "one",
        "Peonies <in a vase>",
        "Clara & Co",
        "34,90 €",
        "Rose",
        "Back to my basket",
        "Ackermann Flowers, Rosenweg 3, 50667 Köln",
        "No more of these letters",
    ]


def test_only_products_and_the_button_are_boxes() -> None:
    document, empty = shown(items=ITEMS), shown()
    clara, rose, button = tables(document)
    assert {table.columns() for table in (clara, rose, button)} == {1}
    assert button.format().background().color().name() == "#a92656"
    assert len(tables(empty)) == 1


def test_a_letter_without_blocks_stays_as_it_is() -> None:
    assert sheet_of("<html><body><p>Basket</p></body></html>") == "<html><body><p>Basket</p></body></html>"
