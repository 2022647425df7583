"""Every line of a journal in plain words (promise 10), from the journal and from what it names alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.flows.why import explain
from app.model.flow import Edge, Flow, Node
from app.model.journey import Arming, JournalLine
from app.model.people import Consent
from app.model.why import Edition, Past, Story, written

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WAYS = [{"kind": "popup", "try_for": "P1D", "settings": {}}, {"kind": "email", "settings": {}}]


def node(name: str, kind: str, title: str = "", **settings: Any) -> Node:
    return Node(name, kind, title or name.title(), settings=settings)


NODES = (
    node("start", "entry.manual"),
    node("letter", "email", reactions=["opened", "clicked"], timeout="P1D"),
    node("bill", "email", purpose="transactional", reason="your order"),
    node("notes", "email", purpose="transactional"),
    node("text", "sms"),
    node("whats", "whatsapp"),
    node("popup", "popup", reactions=["clicked"], timeout="P2D"),
    node("call", "task", text="Call them"),
    node("told", "notify", text="Look"),
    node("reach", "reach", rungs=WAYS),
    node("pause", "delay", **{"for": "PT1H"}),
    node("order", "wait", events=["order_completed"], timeout="P3D"),
    node("ever", "wait", events=["order_completed"]),
    node("check", "check", ways=[{"name": "phone", "when": {"property": "phone"}}]),
    node("split", "split", arms=[{"name": "a", "weight": 1}], hold_out=10),
    node("agree", "consent", channel="email", given="yes"),
    node("other", "start", flow="Regulars"),
    node("record", "record", event="was_here"),
    node("set", "set"),
    node("until", "until", since_entry="P3D"),
    node("strange", "oracle"),
    node("end", "end"),
)
EDGES = (
    Edge("letter", "opened", "pause"),
    Edge("letter", "failed", "popup"),
    Edge("letter", "sent", "end"),
    Edge("start", "entered", "letter"),
)
FLOW = Flow("Baskets", NODES, EDGES)
FIRST = Edition(3, 1, NOON - timedelta(days=9), "Ada", FLOW)
CONSENTS = {
    5: Consent("email", given=True, at=NOON - timedelta(days=2), source="form", text="Yes,\n please"),
    6: Consent("sms", given=True, at=NOON - timedelta(days=2), source="import", topic="news"),
    7: Consent("email", given=False, at=NOON - timedelta(days=1), source="unsubscribe"),
    8: Consent("email", given=True, at=NOON - timedelta(days=1), source="a till"),
}
PAST = Past({3: "Baskets"}, {7: [FIRST]}, CONSENTS)


def line(what: str, place: str = "letter", outlet: str = "", **data: Any) -> JournalLine:
    return JournalLine(1, 11, 3, 1, NOON, place, what, outlet, data, 7)


def said(story: Story) -> list[str]:
    return [written(one.saying, lambda at: f"{at:%d %b %H:%M}") for one in story.lines]


def told(*lines: JournalLine, past: Past = PAST) -> list[str]:
    """The lines about what was decided, without that of where the journey stands."""
    (story,) = explain(lines, past)
    now = [one.what for one in story.lines].count("now")
    return said(story)[: len(story.lines) - now] if now else said(story)


def stands(*lines: JournalLine, past: Past = PAST) -> str:
    (story,) = explain(lines, past)
    return said(replace(story, lines=tuple(one for one in story.lines if one.what == "now")))[0]


MESSAGES: list[tuple[str, Mapping[str, Any], str]] = [
    (
        "sent letter",
        {"consent": 5},
        "because they agreed to e-mail on 28 Feb 12:00 (in a form: “Yes, please”).",
    ),
    (
        "sent text",
        {"consent": 6},
        "because they agreed to SMS about “news” on 28 Feb 12:00 (it came with the import).",
    ),
    ("sent letter", {"consent": 8}, "they agreed to e-mail on 01 Mar 12:00 (a till)."),
    ("sent letter", {"consent": 99}, "they had agreed to e-mail (the proof is not kept any more)."),
    ("sent letter", {}, "“Letter” was sent by e-mail."),
    (
        "sent bill",
        {},
        "It is no advertising but serves the person (“your order”), so no consent was needed.",
    ),
    ("sent notes", {}, "It is no advertising, so no consent was needed."),
    ("sent popup", {}, "“Popup” was shown."),
    ("sent told", {"channel": "notice"}, "“Told”: you were told so on the desk."),
    ("sent letter", {"known_by": "reaction"}, "“Letter” must have been sent: they reacted to it."),
    ("sent strange", {"channel": "email"}, "“Strange” was sent by e-mail."),
    ("queued letter", {}, "“Letter” was due and stands in the queue."),
    ("queued popup", {}, "“Popup” was made ready: it is shown when they come to the site."),
    ("queued call", {}, "“Call” was made ready: a call is asked for."),
    ("queued told", {"channel": "notice"}, "“Told”: you were told so on the desk."),
    ("failed letter", {"reason": "no-address"}, "“Letter” was not sent: no e-mail address was known."),
    ("failed text", {"reason": "no-consent"}, "“Text” was not sent: they had never agreed to SMS."),
    (
        "failed letter",
        {"reason": "no-consent", "consent": 7},
        "“Letter” was not sent: they said no to e-mail on 01 Mar 12:00 (by unsubscribing).",
    ),
    ("failed letter", {"reason": "no-consent", "consent": 99}, "they had said no to e-mail."),
    ("failed letter", {"reason": "suppressed"}, "their address stood on the do-not-contact list."),
    ("failed whats", {"reason": "window-closed"}, "they had never written to us by WhatsApp."),
    (
        "failed whats",
        {"reason": "window-closed", "last_word": "2026-02-27T12:00:00+00:00"},
        "they last wrote to us by WhatsApp on 27 Feb 12:00, and may be answered for 24 hours.",
    ),
    (
        "failed whats",
        {"reason": "window-closed", "detail": "no-reason"},
        "it names no reason to write again.",
    ),
    ("failed letter", {"reason": "capped"}, "they had had enough advertising in that time."),
    (
        "failed letter",
        {"reason": "capped", "had": 2, "most": 2, "within": "P7D"},
        "they had had 2 advertisements within 1 week, and 2 is the most, and it had waited long enough.",
    ),
    ("failed letter", {"reason": "late"}, "“Letter” was not sent: it had come too late."),
    (
        "failed letter",
        {"reason": "late", "before": "2026-03-02T11:00:00+00:00"},
        "“Letter” was not sent: it was to go out before 02 Mar 11:00 or not at all.",
    ),
    ("failed letter", {"reason": "hard", "detail": "550"}, "the address does not work (550)."),
    ("failed letter", {"reason": "gave-up"}, "it was tried again and again, and given up."),
    ("failed letter", {"reason": "bad-text"}, "its text could not be made for this person."),
    ("failed letter", {"reason": "moon-phase"}, "“Letter” was not sent: moon phase."),
    (
        "postponed letter",
        {"reason": "quiet-hours", "until": "2026-03-03T07:00:00+00:00", "clock": "phone"},
        "until 03 Mar 07:00: advertising goes out in certain hours only, by the clock of their phone number.",
    ),
    ("postponed letter", {"reason": "quiet-hours", "until": "soon"}, "goes out in certain hours only."),
    (
        "postponed letter",
        {"reason": "capped", "until": "2026-03-03T07:00:00+00:00", "had": 1, "most": 1, "within": ""},
        "they had had 1 advertisement within that time, and 1 is the most.",
    ),
    ("postponed letter", {"reason": "warm-up"}, "the sending domain is new, and its letters of the day were"),
    ("postponed letter", {"reason": "moon-phase"}, "“Letter” was put off: moon phase."),
    ("held letter", {"reason": "late"}, "“Letter” had come too late: it was held until a person decides."),
    (
        "held letter",
        {"reason": "late", "due": "2026-03-01T07:00:00+00:00"},
        "“Letter” was due on 01 Mar 07:00 and had come too late: it was held until a person decides.",
    ),
    ("held letter", {"reason": "first-send"}, "“Letter” was held behind the first messages of the flow"),
    ("held letter", {"reason": "ceiling"}, "today's limit for e-mail was used up. It goes out by itself."),
    ("held letter", {"reason": "broken: KeyError"}, "“Letter” broke on our side (KeyError): it was held"),
    ("held letter", {"reason": "moon-phase"}, "“Letter” was held (moon phase) until a person decides."),
    ("unknown letter", {"reason": "interrupted"}, "the machine stopped in the very moment of sending."),
    ("unknown letter", {}, "Nobody can say whether “Letter” went out: no clear answer came (none)."),
    ("retry letter", {"reason": "450"}, "“Letter” could not be sent just then (450) and is tried again."),
    ("retry letter", {"reason": "450", "until": "soon"}, "just then (450) and is tried again."),
    (
        "retry letter",
        {"reason": "450", "until": "2026-03-02T14:05:00+00:00"},
        "“Letter” could not be sent just then (450) and is tried again on 02 Mar 14:05.",
    ),
    ("released letter", {"reason": "ceiling"}, "“Letter” was let go: there was room again."),
    ("released letter", {"reason": "late"}, "“Letter” was let go by a person."),
    ("taken-back letter", {"reason": "brake"}, "taken back before it went out: somebody pulled the brake."),
    ("taken-back letter", {"reason": "revoked"}, "taken back from its channel: somebody pulled the brake."),
    ("finishing letter", {}, "“Letter” was on its way in that moment and could not be stopped."),
    ("rung-left reach", {"rung": 0, "reason": "no-consent"}, "So the next way was tried."),
    (
        "rung-left reach",
        {"rung": 0, "reason": "timeout"},
        "“Reach” (way 1: Popup) was not seen in time, so the next way was tried.",
    ),
    (
        "zone-unknown letter",
        {"zone": "Mars", "instead": "Europe/Berlin"},
        "Their time zone “Mars” is none that is known, so Europe/Berlin was taken.",
    ),
    ("reaction letter", {"name": "clicked", "actor": "human"}, "They clicked in “Letter”."),
    (
        "reaction letter",
        {"name": "opened", "actor": "unknown"},
        "“Letter” was opened, as far as anybody can tell by the person.",
    ),
    ("reaction letter", {"name": "opened", "actor": "machine"}, "A machine opened “Letter”, not the person"),
    ("reaction letter", {"name": "bounced", "actor": "machine"}, "A machine reported “bounced” for “Letter”"),
]


@pytest.mark.parametrize(("which", "data", "wanted"), MESSAGES)
def test_what_became_of_a_message(which: str, data: Mapping[str, Any], wanted: str) -> None:
    """Each message and each silence: with whose consent it went out, or why not and until when."""
    what, place = which.split()
    (one,) = told(line(what, place, message=9, **data))
    assert one == wanted or one.endswith(wanted) or wanted in one
    assert not set("{}") & set(one)


WAY: list[tuple[str, str, Mapping[str, Any], str]] = [
    ("started start", "", {}, "They came in: they were added by hand."),
    ("started gone", "", {}, "They came in at “gone”."),
    ("not-started other", "", {"flow": "X", "reason": "no-such-flow"}, "but there is no such flow."),
    ("not-started other", "", {"flow": "X", "reason": "no-door"}, "nobody is put in there by hand"),
    ("left gone", "next", {}, "They left “gone” by “next”."),
    ("left pause", "next", {}, "“Pause” was over."),
    ("left letter", "opened", {}, "They opened Letter, so they went on to “Pause”."),
    ("left letter", "clicked", {}, "They clicked in Letter."),
    ("left letter", "failed", {}, "So they went on to “Popup”."),
    ("left order", "happened", {"event": "order_completed"}, "They completed an order, which “Order” had"),
    ("left order", "timeout", {}, "They did not complete an order within 3 days."),
    (
        "left check",
        "phone",
        {"saw": {"property phone": "1"}},
        "At “Check” “phone” was true (property phone: 1).",
    ),
    ("left check", "phone", {}, "At “Check” “phone” was true."),
    (
        "left check",
        "else",
        {"saw": {"consent sms": None, "tag vip": False}},
        "no way was true (consent sms: not",
    ),
    (
        "left check",
        "else",
        {"saw": {"message a": ["opened", "clicked"], "message b": []}},
        "opened and clicked",
    ),
    ("left check", "else", {"saw": 3}, "At “Check” no way was true."),
    ("left split", "a", {}, "At “Split” chance has chosen “a” for them, once for all."),
    ("left split", "hold-out", {}, "left out on purpose: 10 % get nothing here, to compare with."),
    ("left other", "next", {"flow": "Regulars"}, "At “Other” they were put into “Regulars”."),
    ("left record", "next", {"event": "was_here"}, "At “Record” “was_here” was recorded."),
    ("left agree", "next", {"consent": "email", "given": True}, "their consent to e-mail was recorded."),
    ("left agree", "next", {"consent": "email", "given": False}, "their consent to e-mail was taken back."),
    ("left agree", "next", {"consent": "pigeon/news", "given": True}, "to pigeon about “news” was recorded."),
    ("left agree", "next", {"consent": "sms/news"}, "their consent to SMS about “news” was taken back."),
    ("left set", "next", {}, "At “Set” their fields or tags were changed."),
    ("ended letter", "goal", {"event": "order_completed"}, "They completed an order: that is the goal"),
    ("ended letter", "goal", {}, "They reached the goal at “Letter”: “Baskets” is over for them."),
    ("ended letter", "exit", {"event": "signed_up"}, "They signed up, and so “Baskets” is over for them."),
    ("ended letter", "exit", {}, "“Baskets” is over for them: something happened"),
    ("ended end", "end", {}, "They came to the end: “End”."),
    (
        "ended letter",
        "timeout",
        {},
        "“timeout” of “Letter” leads nowhere: there “Baskets” was over for them.",
    ),
    ("ended split", "hold-out", {}, "They get nothing from “Baskets”."),
    ("parked letter", "", {"reason": "KeyError"}, "“Letter” broke on our side (KeyError): they stand still"),
    (
        "parked letter",
        "",
        {"reason": "kind-not-available"},
        "“Letter” is of a kind that this release does not",
    ),
    ("tried-again letter", "", {}, "A person let them try “Letter” again."),
    ("moved letter", "", {}, "Ada published version 1 and moved them to it, at “Letter”."),
    ("moved-back letter", "", {}, "The publish was taken back: they went back to version 1, at “Letter”."),
    ("returned letter", "", {}, "The publish was taken back: they are in “Baskets” again, at “Letter”."),
    ("danced letter", "", {}, "“danced” at “Letter”."),
]


@pytest.mark.parametrize(("which", "outlet", "data", "wanted"), WAY)
def test_what_became_of_the_journey(which: str, outlet: str, data: Mapping[str, Any], wanted: str) -> None:
    """What was decided and why, with the values seen then."""
    what, place = which.split()
    (one,) = told(line(what, place, outlet, **data))
    assert wanted in one
    assert not set("{}") & set(one)


def test_what_another_line_says_is_not_said_twice() -> None:
    for place, outlet in (("start", "entered"), ("letter", "sent"), ("told", "next"), ("text", "failed")):
        assert len(told(line("started"), line("left", place, outlet))) == 1
    lately = [
        line("sent", message=9),
        line("reaction", message=9, name="opened", actor="human"),
        line("left", outlet="opened"),
    ]
    assert told(*lately)[1:] == ["They opened “Letter”.", "So they went on to “Pause”."]


def test_what_came_of_a_call_is_told_once() -> None:
    """Nothing is sent to the person by a call."""
    call = [
        line("queued", "call", message=9),
        line("reaction", "call", message=9, name="done", actor="human"),
        line("sent", "call", message=9, known_by="reaction"),
    ]
    assert told(*call) == [
        "“Call” was made ready: a call is asked for.",
        "They were reached in “Call”.",
    ]


def test_leaving_takes_back_what_is_not_out_yet() -> None:
    """Rule 8: no line of its own says so."""
    queued = [
        line("queued", message=9),
        line("postponed", message=9, reason="rate"),
        line("ended", outlet="goal"),
    ]
    assert told(*queued)[1] == "“Letter” was taken back before it went out."
    popup = [line("queued", "popup", message=9), line("left", "popup", "timeout")]
    assert told(*popup)[1] == "“Popup” was not shown any more."
    call = [line("queued", "call", message=10), line("left", "call", outlet="timeout")]
    assert told(*call)[1] == "“Call” was not asked for any more."
    out = [line("sent", message=9), line("left", outlet="opened")]
    assert len(told(*out)) == 2


def test_a_message_that_a_person_dropped_and_one_that_came_back() -> None:
    held = [line("held", message=9, reason="late"), line("failed", message=9, reason="late")]
    assert told(*held)[1] == "“Letter” was dropped by a person: it had come too late."
    back = [line("sent", message=9), line("failed", message=9, reason="hard")]
    assert told(*back)[1] == "“Letter” came back: the address does not work."


def test_a_way_of_a_reach_that_went_out_and_was_not_answered() -> None:
    """Rule 18."""
    lines = [
        line("queued", "reach", message=9, rung=1),
        line("sent", "reach", message=9),
        line("rung-left", "reach", message=9, rung=1, reason="timeout"),
    ]
    assert told(*lines)[1].startswith("They did not react to “Reach” (way 2: E-mail) in time")


NOW: list[tuple[str, Sequence[JournalLine], str]] = [
    ("order", (), "waits for them to complete an order, for at most 3 days."),
    ("ever", (), "waits for them to complete an order"),
    ("pause", (), "Now at “Pause” since 02 Mar 12:00: waits 1 hour."),
    ("until", (), "waits for the moment that it names."),
    ("check", (), "Now at “Check” since 02 Mar 12:00."),
    ("popup", (line("queued", "popup", message=9),), "waits to be seen, for at most 2 days."),
    ("call", (line("queued", "call", message=9),), "one of you has to call them; after 1 day they go on"),
    ("letter", (line("queued", message=9),), "it has not gone out yet."),
    ("letter", (line("held", message=9, reason="late"),), "a person has to decide."),
    ("letter", (line("sent", message=9),), "they may open or click in it; after 1 day they go on without."),
]


@pytest.mark.parametrize(("place", "lines", "wanted"), NOW)
def test_where_they_stand_now(place: str, lines: Sequence[JournalLine], wanted: str) -> None:
    assert wanted in stands(line("moved", place), *lines)


def test_until_when_they_wait() -> None:
    past = replace(PAST, due={1: NOON + timedelta(hours=1)})
    assert stands(line("moved", "pause"), past=past).endswith("They go on at 02 Mar 13:00.")
    assert stands(line("moved", "order"), past=past).endswith("They go on by 02 Mar 13:00 at the latest.")
    assert stands(line("moved", "strange"), past=past).startswith("Now at “Strange”")


def test_what_was_released_and_is_in_again_is_not_over() -> None:
    lines = [line("ended", outlet="left"), line("returned")]
    assert stands(*lines).startswith("Now at “Letter”")


def test_lines_without_a_known_version_are_told_by_ids() -> None:
    """Retention has taken the version, or a release that did not name it wrote the line."""
    nothing = Past({}, {})
    lines = [
        line("started", "start"),
        line("sent", message=9),
        line("left", outlet="opened"),
        line("danced", ""),
    ]
    (story,) = explain(lines, nothing)
    assert said(story) == [
        "They came in at “start”.",
        "“letter” was sent by its channel.",
        "They left “letter” by “opened”.",
        "“danced”.",
    ]
    assert written(story.head, str) == "“?”"


def test_the_head_names_version_author_and_key() -> None:
    def head(past: Past) -> str:
        (story,) = explain([line("started", "start")], past)
        return written(story.head, lambda at: f"{at:%d %b}")

    assert head(PAST) == "“Baskets”, version 1, published by Ada on 21 Feb"
    assert head(replace(PAST, keys={1: "b7"})) == "“Baskets”, version 1, published by Ada on 21 Feb, for “b7”"
    nobody = replace(PAST, editions={7: [replace(FIRST, author="")]})
    assert head(nobody) == "“Baskets”, version 1, published on 21 Feb"
    assert head(Past({3: "Baskets"}, {}, keys={1: "b7"})) == "“Baskets”, for “b7”"


def test_texts_are_told_as_they_were_on_that_day() -> None:
    """Rule 14: a publish of texts alone exchanges them in place; one that was taken back counts no more."""
    renamed = replace(FLOW, nodes=tuple(replace(one, title=f"New {one.title}") for one in NODES))
    new = Edition(3, 2, NOON - timedelta(hours=1), "", renamed, NOON + timedelta(hours=1))
    past = replace(PAST, editions={7: [FIRST, new]})
    assert told(line("sent", message=9), past=past)[0].startswith("“New Letter”")
    before = line("sent", message=9)._replace(at=NOON - timedelta(days=1))
    after = line("sent", message=9)._replace(at=NOON + timedelta(days=1))
    for one in (before, after):
        assert told(one, past=past)[0].startswith("“Letter”")
    long_ago = line("sent", message=9)._replace(at=NOON - timedelta(days=99))
    assert told(long_ago, past=past)[0].startswith("“Letter”"), "the oldest that is kept"


def test_whoever_finishes_on_an_older_version_is_told_of_the_newer_one() -> None:
    newer = Edition(3, 2, NOON, "", FLOW)
    for author, wanted in (("", "There is a version 2 since"), ("Ben", "Ben published version 2 on")):
        past = replace(PAST, editions={7: [FIRST], 8: [replace(newer, author=author)]})
        (story,) = explain([line("moved", "pause")], past)
        assert said(story)[-1].startswith(wanted)


def test_journeys_stand_in_the_order_in_which_they_began_with_what_never_became_one() -> None:
    refused = JournalLine(0, 11, 3, 0, NOON, "start", "refused", "", {"reason": "inside", "key": "b7"}, 7)
    odd = refused._replace(data={"reason": "moon-phase"})
    later = line("started", "start")._replace(journey_id=2, at=NOON + timedelta(days=1))
    stories = explain([line("started", "start"), refused, odd, later], PAST)
    assert [story.journey_id for story in stories] == [1, 0, 2]
    assert said(stories[1]) == [
        "They did not come in at “Start” for “b7”: they were in the flow already.",
        "They did not come in at “Start”: moon phase.",
    ]


def test_who_is_about_to_come_in_is_told_last() -> None:
    """Rule 3, with a version that is known and without."""
    arming = Arming(3, 11, "b7", "start", NOON + timedelta(minutes=30))
    (story,) = explain([], replace(PAST, armed=(arming,)))
    assert written(story.head, str) == "“Baskets”, for “b7”: not in it yet"
    assert said(story) == [
        "They come in on 02 Mar 12:30, if nothing more happens before: it has to be quiet for a time."
    ]
    (unknown,) = explain([], Past({}, {}, armed=(replace(arming, key=""),)))
    assert said(unknown) == ["They come in on 02 Mar 12:30, if nothing more happens before."]


def test_what_the_owner_was_told_is_said_once() -> None:
    notice: dict[str, Any] = {"message": 9, "channel": "notice"}
    assert len(told(line("queued", "told", **notice), line("sent", "told", **notice))) == 1


def test_lines_of_older_releases_name_neither_message_nor_version() -> None:
    older = [line("started"), line("sent"), line("sent", "notes")._replace(version_id=0)]
    assert [one.split()[0] for one in told(*older)[1:]] == ["“Letter”", "“Notes”"]


def test_moved_by_nobody_and_to_a_version_that_is_gone() -> None:
    nobody = replace(PAST, editions={7: [replace(FIRST, author="")]})
    assert (
        told(line("moved"), past=nobody)[0]
        == "Version 1 was published, and they were moved to it, at “Letter”."
    )
    assert told(line("moved"), past=Past({}, {}))[0].startswith("Version ? was published")
