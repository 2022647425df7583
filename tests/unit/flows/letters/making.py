"""Letters drawn by chance: texts with everything that ever broke one."""

from __future__ import annotations

from hypothesis import strategies as st

from app.flows.letters import blocks as b
from app.flows.letters.liquid import Field, clean, literal

NASTY = (
    "<b>",
    "</mj-text>",
    "]]>",
    "<!--",
    "-->",
    "&amp;",
    "&",
    '"',
    "'",
    "{{",
    "}}",
    "{%",
    "%}",
    "{",
    "}",
    "{{ x",
    "<script>",
    "日本語",
    "😀",
    "ß",
    "§text§",
    "cw000000wc",
    "\\1",
    "  ",
    "\n",
    "[a](b)",
    "<br />",
    "</p>",
    "’",
)
WORDS = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=6)), max_size=6).map("".join).map(clean)
FIELDS = st.builds(
    Field, st.sampled_from(["first_name", "event.basket_id", 'contact["shoe size"]', "größe"]), WORDS
).map(lambda field: field.source)
SOURCES = st.lists(st.one_of(WORDS.map(literal), FIELDS, WORDS), max_size=4).map("".join)
RUNS = st.builds(b.Run, SOURCES, st.booleans(), st.booleans(), st.one_of(st.just(""), SOURCES))
PARAGRAPHS = st.builds(
    b.Paragraph, st.lists(RUNS, max_size=4).map(tuple), st.sampled_from(("p", "bullet", "number"))
)
ALIGNS = st.sampled_from(("left", "center", "right"))
COLORS = st.sampled_from(("#a92656", "#ffffff", "#1D4ED8", "red", '"'))
BLOCKS: st.SearchStrategy[b.Block] = st.one_of(
    st.builds(b.Heading, SOURCES, ALIGNS, COLORS),
    st.builds(b.Text, st.lists(PARAGRAPHS, max_size=4).map(tuple)),
    st.builds(b.Picture, SOURCES, SOURCES, st.integers(-5, 900), SOURCES),
    st.builds(b.Button, SOURCES, SOURCES, COLORS, ALIGNS),
    st.builds(b.Product, st.sampled_from(("items", "", "things")), WORDS, WORDS, WORDS, WORDS),
    st.just(b.Divider()),
    st.builds(b.Spacer, st.integers(-5, 900)),
    st.builds(b.Footer, SOURCES, SOURCES),
)
LETTERS = st.lists(BLOCKS, max_size=5).map(lambda found: b.Letter(tuple(found)))
