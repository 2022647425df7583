from __future__ import annotations

import re

from app.support.paths import resources
from tests.unit.site.world import World

SOURCE = resources() / "site" / "cw.js"


def test_the_script_is_cached_long_and_asked_again_cheaply(world: World) -> None:
    answer = world.ask("GET", "/cw.js")

    assert answer.content == SOURCE.read_bytes()
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "max-age=86400" in answer.headers["Cache-Control"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    again = world.ask("GET", "/cw.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_script_is_small_on_the_wire(world: World) -> None:
    packed = world.ask("GET", "/cw.js", headers={"Accept-Encoding": "gzip"})
    plain = world.ask("GET", "/cw.js", headers={"Accept-Encoding": "identity"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < 12_000
    assert "Content-Encoding" not in plain.headers
    assert packed.content == plain.content


def test_the_script_never_writes_markup() -> None:
    markup = r"\b(inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setHTML|srcdoc"

    assert not re.search(markup, SOURCE.read_text("utf-8"))
