from __future__ import annotations

import time
from typing import Any

import pytest

from app.channels.texts import OUTPUT_BYTES, Texts
from app.model.errors import TextError


class Secret:
    planted = "planted-secret"

    def method(self) -> str:
        return self.planted

    def __str__(self) -> str:
        return "an object"


ROOTS = ["thing", "name", "things", "table", "number"]
PARTS = [
    "__class__",
    "__class__.__mro__",
    "__class__.__base__.__subclasses__",
    "__init__.__globals__",
    "__dict__",
    "planted",
    "method",
    "__getattribute__",
    "format",
    "mro",
]
ESCAPES = [f"{{{{ {root}.{part} }}}}" for root in ROOTS for part in PARTS] + [
    f"{{{{ {root}['{part.split('.')[0]}'] }}}}" for root in ROOTS for part in PARTS
]
MORE = [
    "{% include '/etc/passwd' %}",
    "{% render '/etc/passwd' %}",
    "{% include thing %}",
    "{{ self }}",
    "{{ context }}",
    "{{ environment }}",
    "{{ env.globals }}",
    "{{ config }}",
    "{{ request.environ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ().__class__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ name | attr: '__class__' }}",
    "{{ name | map: '__class__' }}",
    "{{ things | map: '__class__' | join }}",
    "{{ things | where: '__class__', 'x' }}",
    "{{ things | sort: '__class__' }}",
    "{{ things | sum: '__len__' }}",
    "{{ table | map: 'planted' }}",
    "{% assign x = thing.__class__ %}{{ x }}",
    "{% for x in thing %}{{ x }}{% endfor %}",
    "{% for x in thing.__dict__ %}{{ x }}{% endfor %}",
    "{{ 'x' | format: thing }}",
    "{{ '%s' | date: '{0.__class__}' }}",
    "{% import os %}",
    "{% python %}1{% endpython %}",
    "{{ lipsum.__globals__ }}",
    "{{ forloop.parentloop.__class__ }}",
    "{% for i in (1..1) %}{{ forloop.__class__ }}{{ forloop.it.__reduce__ }}{% endfor %}",
    "{{ name.size.__class__ }}",
    "{{ name.first.__class__ }}",
    "{{ nothing.__class__ }}{{ nothing.env }}{{ nothing.token }}",
]


def render(source: str, values: dict[str, Any] | None = None) -> str:
    return Texts().parse(source).render(values or {})


@pytest.mark.parametrize("source", ESCAPES + MORE)
def test_no_text_reaches_python(source: str) -> None:
    values = {
        "thing": Secret(),
        "name": "Anna",
        "things": [Secret()],
        "table": {"deep": Secret()},
        "number": 7,
    }
    try:
        made = render(source, values)
    except TextError:
        return
    for word in ("planted", "class '", "<bound", "<built-in", "function", "object at", "root:"):
        assert word not in made


BIG = "x" * 100_000
BOMBS = [
    "{% for i in (1..100000000) %}x{% endfor %}",
    "{% for i in (1..200) %}{% for j in (1..200) %}x{% endfor %}{% endfor %}",
    "{% for i in (1..9000) %}x{% endfor %}{% for i in (1..9000) %}x{% endfor %}",
    "{% tablerow i in (1..20000) %}x{% endtablerow %}",
    "{% assign s = 'xx' %}{% for i in (1..40) %}{% assign s = s | append: s %}{% endfor %}{{ s }}",
    "{% assign s = 'xx' %}{% for i in (1..40) %}{% capture s %}{{ s }}{{ s }}{% endcapture %}{% endfor %}",
    "{{ 'x' | replace: 'x', big | replace: 'x', big | replace: 'x', big }}",
    "{{ 'xxxx' | replace: '', big | replace: '', big }}",
    "{{ (1..9999) | join: big }}",
    "{{ (1..999999999) | join: '' }}",
    "{{ (1..999999999) | reverse }}",
    "{{ big | split: '' | uniq | size }}",
    "{{ big | append: big | append: big | append: big | append: big | append: big | append: big }}",
    "{{ angles | strip_html }}",
    "{{ 'now' | date: '%99999999d' }}",
    "{% assign n = 9999999999 %}{% for i in (1..99) %}{% assign n = n | times: n %}{% endfor %}{{ n }}",
    "{% for i in (1..9999) %}{{ big }}{% endfor %}",
    "{% for i in (1..9999) %}" + "{% if true %}{% endif %}" * 2_000 + "{% endfor %}",
    "{% for i in (1..9999) %}" + "{{ a.b.c }}" * 500 + "{% endfor %}",
    "{% for i in (1..9999) %}{% assign x = big | upcase | downcase | reverse %}{% endfor %}",
    "{{ angles | escape | escape | escape | escape | url_encode | url_encode | url_encode | url_encode }}",
    "{{ things | concat: things | concat: things | concat: things | concat: things | concat: things }}",
    "{% assign t = things %}{% for i in (1..30) %}{% assign t = t | concat: t %}{% endfor %}",
    "{% if true %}" * 3_000 + "{% endif %}" * 3_000,
    "{{ " + "a[" * 5_000 + "0" + "]" * 5_000 + " }}",
    "{{ 'x' | times: 'y' | divided_by: 0 }}",
    "{% cycle 1, 2 %}" * 3 + "{{ 1 | divided_by: 0 }}",
]


@pytest.mark.parametrize("source", BOMBS, ids=range(len(BOMBS)))
def test_no_text_costs_more_than_its_limits(source: str) -> None:
    values = {"big": BIG, "angles": "<a" * 50_000 + ">", "things": list(range(3_000))}
    begun = time.thread_time()
    with pytest.raises(TextError):
        render(source, values)
    # Ten times the limit: parsing is not under it, and one step of a rendering may be under way at its end.
    assert time.thread_time() - begun < 1.5


def test_a_visitor_cannot_put_markup_into_a_letter() -> None:
    evil = '<script>alert(1)</script>" onload="x'
    for source in (
        "{{ name }}",
        "{{ name | safe }}",
        "{{ name | newline_to_br }}",
        "{{ name | escape_once }}",
        "{% capture x %}{{ name }}{% endcapture %}{{ x }}",
        "{{ name | append: '' }}",
        "{{ names | join: '' }}",
        "{{ names }}",
        "{{ name | strip_newlines }}",
        "{{ name | url_encode | url_decode }}",
        "{{ name | split: '' | join: '' }}",
        "{{ table }}",
    ):
        made = (
            Texts().parse(source, markup=True).render({"name": evil, "names": [evil], "table": {evil: evil}})
        )
        assert "<script" not in made, source
        assert '" onload' not in made, source


def test_output_just_under_the_limit_is_made() -> None:
    assert len(render("{{ big }}", {"big": "x" * OUTPUT_BYTES})) == OUTPUT_BYTES
    assert render("{% for i in (1..2000) %}x{% endfor %}").count("x") == 2_000
