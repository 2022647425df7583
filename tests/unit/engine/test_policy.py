"""Rule 12 and promises 4 and 5: what is asked at the moment of sending, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.policy import Answer, Around, Verdict, ask
from app.engine.windows import Hours
from app.model.durations import parse_duration
from app.model.journey import Message, Said
from app.model.kinds import FAILED_REASONS, KINDS, Kind
from app.model.people import Contact
from app.model.rules import Cap, Window
from tests.unit.engine.build import (
    BERLIN,
    NOW,
    at_letter,
    begun,
    later,
    node,
    person,
    plan_with_ends,
    the_message,
)

EMAIL, POPUP, TASK = KINDS["email"], KINDS["popup"], KINDS["task"]
LETTER = the_message(at_letter())
SERVICE = the_message(at_letter(purpose="transactional", reason="your order"))
NOBODY = person(consents={}, addresses={}, suppressed=frozenset({"email"}), erased=True)


def asked(message: Message, contact: Contact, now: datetime = NOW, *, here: bool = True) -> Verdict:
    return ask(message, EMAIL, contact, still_here=here, now=now)


def test_who_agreed_and_has_an_address_gets_it() -> None:
    """Promise 5."""
    assert asked(LETTER, person()) == Verdict(Answer.SEND, address="eva@example.org")


def test_no_marketing_without_consent() -> None:
    """Rule 12 and promise 5."""
    refused = Verdict(Answer.FAIL, "no-consent")
    assert asked(LETTER, person(consents={})) == refused
    assert asked(LETTER, person(consents={"email": False})) == refused
    assert asked(LETTER, person(consents={"sms": True})) == refused


def test_a_service_message_needs_no_consent_but_an_address_that_works() -> None:
    """Rule 12."""
    assert asked(SERVICE, person(consents={})).answer is Answer.SEND
    suppressed = person(consents={}, suppressed=frozenset({"email"}))
    assert asked(SERVICE, suppressed) == Verdict(Answer.FAIL, "suppressed")


def test_another_address_on_the_list_does_not_matter() -> None:
    """Section 2: suppression is about this address."""
    assert asked(LETTER, person(suppressed=frozenset({"phone"}))).answer is Answer.SEND


def test_marketing_is_held_after_a_day_and_a_service_message_never() -> None:
    """Rule 12 and promise 4."""
    assert asked(LETTER, person(), later(hours=24)).answer is Answer.SEND
    assert asked(LETTER, person(), later(hours=24, seconds=1))[:2] == (Answer.HOLD, "late")
    assert asked(SERVICE, person(), later(days=900)).answer is Answer.SEND


def test_late_after_is_the_nodes_own_where_it_has_one() -> None:
    """Rule 12."""
    short = the_message(at_letter(late_after="PT5M"))
    assert asked(short, person(), later(minutes=6))[:2] == (Answer.HOLD, "late")
    service = the_message(at_letter(purpose="transactional", late_after="PT5M"))
    assert asked(service, person(), later(minutes=6))[:2] == (Answer.HOLD, "late")


def test_lateness_counts_from_the_moment_the_message_was_due() -> None:
    """Rules 2 and 12."""
    late = the_message(begun(plan_with_ends(node("letter", "email")), at=NOW, now=later(hours=25)))
    assert asked(late, person(), later(hours=25))[:2] == (Answer.HOLD, "late")


@pytest.mark.parametrize(
    "before",
    ["2026-03-02T13:00:00+01:00", "property:appointment", "entry:appointment", "2026-03-02T12:00:00Z"],
)
def test_past_before_it_fails_as_late(before: str) -> None:
    """Rule 12: a moment or a field, such as an appointment."""
    appointment = "2026-03-02 13:00"
    contact = person(properties={"appointment": appointment})
    plan = plan_with_ends(node("letter", "email", before=before))
    message = the_message(begun(plan, contact=contact, entry={"appointment": appointment}))
    assert message.before_at == NOW.replace(hour=12)
    assert asked(message, contact, later(hours=2)).answer is Answer.SEND
    assert asked(message, contact, later(hours=2, seconds=1))[:2] == (Answer.FAIL, "late")


def test_a_field_that_is_no_moment_limits_nothing() -> None:
    """Rule 12."""
    assert the_message(at_letter(before="property:missing")).before_at is None
    assert the_message(at_letter(before="")).before_at is None


def test_whoever_has_left_or_is_erased_gets_nothing() -> None:
    """Rules 7 to 9, R38."""
    withdrawn = Verdict(Answer.CANCEL, "withdrawn")
    assert asked(LETTER, person(), here=False) == withdrawn
    assert asked(LETTER, person(erased=True)) == withdrawn


def test_the_order_of_refusals_is_fixed() -> None:
    """Promise 5: each thing that is put right uncovers the next; lateness is judged last."""
    message = replace(LETTER, before_at=NOW, late_at=NOW)
    now = later(seconds=1)
    contact, seen = NOBODY, []
    for change in (
        {"erased": False},
        {"addresses": {"email": "eva@example.org"}},
        {"suppressed": frozenset[str]()},
        {"consents": {"email": True}},
    ):
        seen.append(asked(message, contact, now))
        contact = replace(contact, **change)
    seen.append(asked(message, contact, now))
    seen.append(asked(replace(message, before_at=None), contact, now))
    assert [(one.answer.value, one.reason) for one in seen] == [
        ("cancel", "withdrawn"),
        ("fail", "no-address"),
        ("fail", "suppressed"),
        ("fail", "no-consent"),
        ("fail", "late"),
        ("hold", "late"),
    ]


def test_what_waits_on_the_page_needs_no_consent_and_is_never_late() -> None:
    """Section 5."""
    popup = the_message(begun(plan_with_ends(node("popup", "popup", headline="Hi", timeout="P1D"))))
    assert (popup.late_at, popup.before_at) == (None, None)
    verdict = ask(popup, POPUP, person(consents={}, addresses={}), still_here=True, now=later(days=99))
    assert verdict == Verdict(Answer.SEND)


def test_a_task_is_ours_and_asks_for_nothing() -> None:
    """Section 5: policy system."""
    task = the_message(begun(plan_with_ends(node("call", "task", text="Hi", timeout="P1D"))))
    assert ask(task, TASK, person(consents={}, addresses={}), still_here=True, now=NOW).answer is Answer.SEND


def test_what_is_ours_asks_no_consent_even_where_it_has_an_address() -> None:
    """Section 5: policy system asks neither consent nor the do-not-contact list."""
    ours = replace(EMAIL, policy="system")
    nobody_asked = person(consents={}, suppressed=frozenset({"email"}))
    assert ask(LETTER, ours, nobody_asked, still_here=True, now=NOW).answer is Answer.SEND


# --- what surrounds a message ---------------------------------------------------------------------------

RCS, WHATSAPP = KINDS["rcs"], KINDS["whatsapp"]
TO_PHONE = person(addresses={"phone": "+4915112345678"}, consents={"rcs": True, "whatsapp": True})


def surrounded(
    message: Message = LETTER, contact: Contact | None = None, now: datetime = NOW, **around: Any
) -> Verdict:
    contact = contact or person()
    return ask(message, EMAIL, contact, still_here=True, now=now, around=Around(**around))


def test_who_left_a_topic_gets_nothing_of_it_and_all_else() -> None:
    """Rule 10 and promise 5."""
    left = person(consents={"email": True, "email/offers": False})
    assert surrounded(contact=left, topic="offers") == Verdict(Answer.FAIL, "no-consent")
    assert surrounded(contact=left, topic="news").answer is Answer.SEND
    assert surrounded(contact=left).answer is Answer.SEND
    only = person(consents={"email": False, "email/offers": True})
    assert surrounded(contact=only, topic="offers").answer is Answer.SEND


def test_the_consent_that_was_used_is_named() -> None:
    """Section 7, promise 10."""
    proven = person(
        consents={"email": True, "email/offers": True}, consent_ids={"email": 4, "email/offers": 9}
    )
    assert surrounded(contact=proven).consent == 4
    assert surrounded(contact=proven, topic="offers").consent == 9
    assert surrounded(contact=proven, topic="news").consent == 4
    assert surrounded(SERVICE, proven).consent is None


@pytest.mark.parametrize(
    ("kind", "hours"), [(RCS, 30 * 24), (WHATSAPP, 24)], ids=lambda one: getattr(one, "name", "")
)
def test_a_reply_window_is_open_for_so_long_after_the_persons_last_word(kind: Kind, hours: int) -> None:
    """Section 1: never written means closed; a service message keeps to it too."""

    def answered(now: datetime, message: Message = LETTER, **around: Any) -> Verdict:
        row = replace(message, late_at=None)
        return ask(row, kind, TO_PHONE, still_here=True, now=now, around=Around(**around))

    closed = Verdict(Answer.FAIL, "window-closed")
    assert answered(NOW) == closed
    assert answered(later(hours=hours), last_word=NOW).answer is Answer.SEND
    assert answered(later(hours=hours, seconds=1), last_word=NOW).reason == "window-closed"
    again = answered(later(hours=hours, seconds=1), SERVICE, last_word=NOW)
    assert again == closed._replace(saw={"last_word": NOW.isoformat()}), "the journal keeps when it was"
    no_reason = Verdict(Answer.FAIL, "window-closed", detail="no-reason")
    assert answered(NOW, last_word=NOW, has_reason=False) == no_reason


def test_what_decided_is_kept_for_the_journal() -> None:
    """Promise 10: values as they were seen then."""
    left = person(consents={"email": False}, consent_ids={"email": 7})
    assert asked(LETTER, left).saw == {"consent": 7}
    assert asked(LETTER, person(consents={})).saw == {}
    assert asked(LETTER, person(), later(hours=25)).saw == {"due": NOW.isoformat()}
    gone = replace(LETTER, before_at=NOW)
    assert asked(gone, person(), later(hours=1)).saw == {"before": NOW.isoformat()}


NIGHT = datetime.fromisoformat("2026-03-02T22:00:00+01:00")
MORNING = datetime.fromisoformat("2026-03-03T08:00:00+01:00")
DAYTIME: dict[str, Any] = {
    "hours": Hours(Window(time(8), time(21))),
    "zones": (BERLIN,),
    "shop": BERLIN,
}


def test_advertising_waits_for_the_morning_and_a_service_message_does_not() -> None:
    """Rule 12 and rule 13."""
    waits = Verdict(Answer.LATER, "quiet-hours", until=MORNING)
    assert surrounded(now=NIGHT, **DAYTIME) == waits
    assert surrounded(now=MORNING, **DAYTIME).answer is Answer.SEND
    assert surrounded(SERVICE, now=NIGHT, **DAYTIME).answer is Answer.SEND
    assert surrounded(now=NIGHT).answer is Answer.SEND


def said(*days_ago: float) -> list[Said]:
    return [Said(NOW - timedelta(days=one), "email", 2) for one in sorted(days_ago, reverse=True)]


CAPPED: dict[str, Any] = {"cap": Cap(2), "shop": BERLIN}


def test_a_capped_one_waits_until_it_fits_but_no_longer_than_its_time() -> None:
    """Section 5: waits up to N hours, then fails as capped."""
    soon, far = said(1, 6.75), said(1, 3)
    saw = {"had": 2, "most": 2, "within": "P7D"}
    assert surrounded(said=soon, **CAPPED) == Verdict(Answer.LATER, "capped", until=later(hours=6), saw=saw)
    assert surrounded(said=far, **CAPPED) == Verdict(Answer.LATER, "capped", until=later(hours=24), saw=saw)
    waiting = replace(LETTER, reason="capped")
    assert surrounded(waiting, said=far, now=later(hours=23), **CAPPED).until == later(hours=24)
    end = later(hours=24)
    assert surrounded(waiting, said=far, now=end, **CAPPED) == Verdict(Answer.FAIL, "capped", saw=saw)
    assert surrounded(waiting, said=said(1), now=end, **CAPPED).answer is Answer.SEND
    hour = parse_duration("PT1H")
    assert surrounded(said=far, capped_wait=hour, **CAPPED).until == later(hours=1)


def test_what_something_else_held_up_for_longer_has_its_time_from_then_on() -> None:
    held_up, now = replace(LETTER, late_at=None, reason="warm-up"), later(days=3)
    lately = [Said(now - timedelta(days=1), "email", 2)] * 2
    verdict = surrounded(held_up, said=lately, now=now, **CAPPED)
    assert (verdict.answer, verdict.reason) == (Answer.LATER, "capped")
    assert verdict.until == now + timedelta(hours=24)


def test_a_service_message_and_what_waits_on_the_page_are_never_capped() -> None:
    many: dict[str, Any] = {"said": said(*[1] * 20), **CAPPED, **DAYTIME}
    assert surrounded(SERVICE, **many).answer is Answer.SEND
    popup = replace(LETTER, channel="popup")
    verdict = ask(popup, POPUP, person(), still_here=True, now=NIGHT, around=Around(**many))
    assert verdict.answer is Answer.SEND


def test_what_only_waits_is_judged_last() -> None:
    """Rule 12: what is late is held, and a person decides; what nobody may get is not put off."""
    late = replace(LETTER, late_at=NIGHT - timedelta(hours=1))
    gone = replace(LETTER, before_at=NIGHT - timedelta(hours=1))
    many: dict[str, Any] = {"said": said(1, 1), **CAPPED, **DAYTIME, "now": NIGHT}
    assert surrounded(late, **many)[:2] == (Answer.HOLD, "late")
    assert surrounded(gone, **many)[:2] == (Answer.FAIL, "late")
    assert surrounded(contact=person(consents={}), **many).reason == "no-consent"
    assert surrounded(**many).reason == "capped"


people = st.builds(
    Contact,
    id=st.just(11),
    addresses=st.dictionaries(st.sampled_from(["email", "phone", "visitor"]), st.just("a"), max_size=3),
    consents=st.dictionaries(st.sampled_from(["email", "sms", "rcs"]), st.booleans(), max_size=3),
    suppressed=st.frozensets(st.sampled_from(["email", "phone"]), max_size=2),
    erased=st.booleans(),
)
kinds = st.sampled_from([kind for kind in KINDS.values() if kind.is_message])
moments = st.none() | st.integers(-5, 5).map(lambda hours: NOW + timedelta(hours=hours))


@given(
    people, kinds, st.sampled_from(["marketing", "transactional"]), moments, moments, moments, st.booleans()
)
def test_no_sending_without_what_the_kind_needs(
    contact: Contact,
    kind: Kind,
    purpose: str,
    late_at: datetime | None,
    before_at: datetime | None,
    last_word: datetime | None,
    here: bool,
) -> None:
    """Promise 5, for every kind of message there is or will be."""
    message = replace(LETTER, channel=kind.channel, purpose=purpose, late_at=late_at, before_at=before_at)
    verdict = ask(message, kind, contact, still_here=here, now=NOW, around=Around(last_word=last_word))
    if verdict.answer is Answer.SEND:
        assert here
        assert not contact.erased
        assert not kind.address or verdict.address == contact.addresses[kind.address]
        if kind.policy == "person":
            assert not kind.address or kind.address not in contact.suppressed
            assert not kind.needs_consent or purpose != "marketing" or contact.consents[kind.channel] is True
        assert not kind.window or last_word is not None
        assert late_at is None or late_at >= NOW
        assert before_at is None or before_at >= NOW
    elif verdict.answer is Answer.CANCEL:
        assert contact.erased or not here
    else:
        assert verdict.reason in FAILED_REASONS
        assert verdict.address == ""
