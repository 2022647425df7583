"""The kinds of block that can be put into a letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.flows.letters import blocks as b
from app.ui.words import tr

MIME: Final = "application/x-chainwright-block"


@dataclass(frozen=True, slots=True)
class BlockKind:
    """One row of the list on the left."""

    name: str
    icon: str
    words: Callable[[], str]
    type: type


KINDS: Final = (
    BlockKind("heading", "heading", lambda: tr("Heading"), b.Heading),
    BlockKind("text", "text", lambda: tr("Text"), b.Text),
    BlockKind("picture", "picture", lambda: tr("Picture"), b.Picture),
    BlockKind("button", "button", lambda: tr("Button"), b.Button),
    BlockKind("product", "basket", lambda: tr("Product"), b.Product),
    BlockKind("divider", "divider", lambda: tr("Divider"), b.Divider),
    BlockKind("spacer", "insert", lambda: tr("Space"), b.Spacer),
    BlockKind("footer", "footer", lambda: tr("Footer"), b.Footer),
)


def new_block(name: str, letter: b.Letter) -> b.Block:
    """A fresh block of this kind, in the colour that the letter has already."""
    buttons = [block.color for block in letter.blocks if isinstance(block, b.Button)]
    makers: dict[str, Callable[[], b.Block]] = {
        "heading": b.Heading,
        "text": lambda: b.Text((b.Paragraph(),)),
        "picture": b.Picture,
        "button": lambda: b.Button(tr("Take a look"), "{{ shop.url }}", buttons[-1] if buttons else b.ACCENT),
        "product": b.Product,
        "divider": b.Divider,
        "spacer": b.Spacer,
        "footer": b.Footer,
    }
    return makers[name]()


def words_of(block: b.Block) -> str:
    """What a block is called."""
    return next(
        (kind.words() for kind in KINDS if isinstance(block, kind.type)), tr("Own MJML, kept as it is")
    )
