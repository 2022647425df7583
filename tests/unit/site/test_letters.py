from __future__ import annotations

from typing import Any

import pytest

from app.channels.links import Links
from app.model.errors import WorldError
from app.model.people import Actor
from tests.unit.site.world import BROWSER, KEY, World, path_of

TARGET = "https://shop.example/basket?b=7&x=ü#top"
GOOGLE = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
SCANNERS = [
    "",
    "Mozilla/5.0",
    "curl/8.5",
    "python-requests/2.34",
    "Mozilla/5.0 (compatible; Barracuda Sentinel)",
    "Mozilla/5.0 (compatible; bingbot/2.0)",
    "Mozilla/5.0 (Windows NT 10.0) SkypeUriPreview Preview/0.5",
    "Mozilla/5.0 (X11) HeadlessChrome/140.0",
]


def open_path(world: World, message_id: int = 5) -> str:
    return path_of(world.links.open_url(message_id))


def click_path(world: World, message_id: int = 5, target: str = TARGET) -> str:
    return path_of(world.links.click_url(message_id, 2, target))


def unsubscribe_path(world: World, message_id: int = 5) -> str:
    return path_of(world.links.unsubscribe_url(message_id))


def test_a_loaded_picture_is_an_open_by_nobody_knows_whom(world: World) -> None:
    answer = world.ask("GET", open_path(world))

    assert (answer.status_code, answer.headers["Content-Type"], len(answer.content)) == (200, "image/gif", 43)
    assert answer.content.startswith(b"GIF89a")
    assert answer.headers["Cache-Control"] == "no-store, private"
    (event,) = world.port.events
    assert (event.name, event.message_id, event.actor) == ("opened", 5, Actor.UNKNOWN)
    assert event.properties == {"ua": "browser"}


@pytest.mark.parametrize("agent", SCANNERS)
def test_a_machine_that_loads_the_picture_is_called_one(world: World, agent: str) -> None:
    world.ask("GET", open_path(world), headers={"User-Agent": agent})

    assert [event.actor for event in world.port.events] == [Actor.MACHINE]


def test_a_picture_proxy_tells_nothing_about_who_looked(world: World) -> None:
    world.ask("GET", open_path(world), headers={"User-Agent": GOOGLE})

    (event,) = world.port.events
    assert (event.actor, event.properties) == (Actor.UNKNOWN, {"ua": "proxy"})


def test_a_followed_link_leads_to_its_signed_target_and_is_a_persons_click(world: World) -> None:
    answer = world.ask("GET", click_path(world))

    assert (answer.status_code, answer.text) == (302, "")
    assert answer.headers["Location"] == "https://shop.example/basket?b=7&x=%C3%BC#top"
    assert "Set-Cookie" not in answer.headers
    (event,) = world.port.events
    assert (event.name, event.message_id, event.actor) == ("clicked", 5, Actor.HUMAN)
    assert event.properties == {"ua": "browser", "link": 2, "url": TARGET}


@pytest.mark.parametrize("agent", [*SCANNERS, GOOGLE])
def test_a_machine_that_follows_the_link_is_led_on_and_called_one(world: World, agent: str) -> None:
    assert world.ask("GET", click_path(world), headers={"User-Agent": agent}).status_code == 302
    assert [event.actor for event in world.port.events] == [Actor.MACHINE]


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}])
def test_a_link_fetched_ahead_is_no_click_of_a_person(world: World, headers: dict[str, str]) -> None:
    world.ask("GET", click_path(world), headers=headers)

    assert [event.actor for event in world.port.events] == [Actor.MACHINE]


def test_asking_for_the_head_alone_is_a_machines_way(world: World) -> None:
    assert world.ask("HEAD", open_path(world)).status_code == 200
    assert world.ask("HEAD", click_path(world)).status_code == 302
    assert [event.actor for event in world.port.events] == [Actor.MACHINE, Actor.MACHINE]


def test_a_phone_named_cubot_is_no_robot(world: World) -> None:
    agent = "Mozilla/5.0 (Linux; Android 12; CUBOT X30) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"

    world.ask("GET", click_path(world), headers={"User-Agent": agent})

    assert [event.actor for event in world.port.events] == [Actor.HUMAN]


def test_a_machines_visit_does_not_hide_the_persons_after_it(world: World) -> None:
    for agent in ("curl/8.5", "curl/8.5", BROWSER, BROWSER):
        world.ask("GET", click_path(world), headers={"User-Agent": agent})

    assert [event.actor for event in world.port.events] == [Actor.MACHINE, Actor.HUMAN]


def test_a_click_that_cannot_be_stored_still_leads_on(world: World, expect_log: Any) -> None:
    expect_log("a reaction could not be stored")
    world.port.trouble = WorldError("The database is locked.")

    assert world.ask("GET", click_path(world)).headers["Location"].startswith("https://shop.example/")


@pytest.mark.parametrize("kind", ["o", "c", "u"])
def test_a_link_of_another_kind_or_key_is_a_page_that_leads_nowhere(world: World, kind: str) -> None:
    foreign = Links("http://site.example", [b"x" * 32])
    made = {
        "o": [click_path(world), unsubscribe_path(world), path_of(foreign.open_url(5))],
        "c": [open_path(world), unsubscribe_path(world), path_of(foreign.click_url(5, 0, TARGET))],
        "u": [open_path(world), click_path(world), path_of(foreign.unsubscribe_url(5))],
    }
    end = ".gif" if kind == "o" else ""
    tokens = [path.rpartition("/")[2].removesuffix(".gif") for path in made[kind]]
    for token in [*tokens, "x", "%00", "%2e%2e", "é", "a" * 8_000, tokens[0][:-1]]:
        for method in ("GET", "POST"):
            answer = world.ask(method, f"/{kind}/{token}{end}", data=ONE_CLICK if method == "POST" else None)
            assert answer.status_code in ({404} if method == "GET" or kind == "u" else {405}), token
            assert "Location" not in answer.headers
    assert (world.port.events, world.port.stopped) == ([], [])


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "/inside"])
def test_even_a_signed_link_leads_only_to_the_web(world: World, target: str) -> None:
    assert world.ask("GET", click_path(world, target=target)).status_code == 404
    assert world.port.events == []


@pytest.mark.parametrize("agent", [BROWSER, *SCANNERS])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_get_never_unsubscribes(world: World, agent: str, method: str) -> None:
    path = unsubscribe_path(world) + "?List-Unsubscribe=One-Click"

    answer = world.ask(method, path, headers={"User-Agent": agent})

    assert answer.status_code == 200
    assert world.port.stopped == []


def test_the_page_asks_with_a_button_and_works_without_a_script(world: World) -> None:
    answer = world.ask("GET", unsubscribe_path(world))

    assert "Ackermann &amp; &lt;Flowers&gt;" in answer.text
    assert '<form method="post">' in answer.text
    assert "<script" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "form",
    [{"data": ONE_CLICK}, {"files": {"List-Unsubscribe": (None, "One-Click")}}],
    ids=["url-encoded", "multipart"],
)
def test_one_click_by_a_mail_program_unsubscribes_at_once_and_again(
    world: World, form: dict[str, Any]
) -> None:
    first = world.ask("POST", unsubscribe_path(world), headers={"User-Agent": ""}, **form)
    second = world.ask("POST", unsubscribe_path(world), headers={"User-Agent": ""}, **form)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.text == second.text
    assert "unsubscribed" in first.text
    assert not {"Location", "Set-Cookie"} & set(first.headers)
    assert world.port.stopped == [(5, "one-click"), (5, "one-click")]


def test_the_pages_own_button_is_told_from_one_click(world: World) -> None:
    world.ask("POST", unsubscribe_path(world), data=ONE_CLICK, headers={"Sec-Fetch-Mode": "navigate"})

    assert world.port.stopped == [(5, "page")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"List-Unsubscribe=No",
        b"x=One-Click",
        b"\xff\xfe",
        b"&" * 60_000,
        b'{"List-Unsubscribe":"One-Click"}',
    ],
)
def test_a_post_without_the_one_click_field_asks_again(world: World, body: bytes) -> None:
    answer = world.ask("POST", unsubscribe_path(world), data=body)

    assert answer.status_code == 200
    assert "<button" in answer.text
    assert world.port.stopped == []


def test_unsubscribing_works_under_every_key_ever_used(world: World) -> None:
    assert world.links.read_unsubscribe(Links("", [KEY]).unsubscribe_url(5).rpartition("/")[2]) == 5


def test_a_message_that_is_no_longer_known_is_said_to_be_so(world: World) -> None:
    assert world.ask("POST", unsubscribe_path(world, 1_000), data=ONE_CLICK).status_code == 404
