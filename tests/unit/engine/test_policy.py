"""Rule 12 and promises 4 and 5: what is asked at the moment of sending, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.policy import Answer, Verdict, ask
from app.model.journey import Message
from app.model.kinds import FAILED_REASONS, KINDS, Kind
from app.model.people import Contact
from tests.unit.engine.build import NOW, at_letter, begun, later, node, person, plan_with_ends, the_message

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
    assert asked(LETTER, person(), later(hours=24, seconds=1)) == Verdict(Answer.HOLD, "late")
    assert asked(SERVICE, person(), later(days=900)).answer is Answer.SEND


def test_late_after_is_the_nodes_own_where_it_has_one() -> None:
    """Rule 12."""
    short = the_message(at_letter(late_after="PT5M"))
    assert asked(short, person(), later(minutes=6)) == Verdict(Answer.HOLD, "late")
    service = the_message(at_letter(purpose="transactional", late_after="PT5M"))
    assert asked(service, person(), later(minutes=6)) == Verdict(Answer.HOLD, "late")


def test_lateness_counts_from_the_moment_the_message_was_due() -> None:
    """Rules 2 and 12."""
    late = the_message(begun(plan_with_ends(node("letter", "email")), at=NOW, now=later(hours=25)))
    assert asked(late, person(), later(hours=25)) == Verdict(Answer.HOLD, "late")


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
    assert asked(message, contact, later(hours=2, seconds=1)) == Verdict(Answer.FAIL, "late")


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


@given(people, kinds, st.sampled_from(["marketing", "transactional"]), moments, moments, st.booleans())
def test_no_sending_without_what_the_kind_needs(
    contact: Contact,
    kind: Kind,
    purpose: str,
    late_at: datetime | None,
    before_at: datetime | None,
    here: bool,
) -> None:
    """Promise 5, for every kind of message there is or will be."""
    message = replace(LETTER, channel=kind.channel, purpose=purpose, late_at=late_at, before_at=before_at)
    verdict = ask(message, kind, contact, still_here=here, now=NOW)
    if verdict.answer is Answer.SEND:
        assert here
        assert not contact.erased
        assert not kind.address or verdict.address == contact.addresses[kind.address]
        if kind.policy == "person":
            assert not kind.address or kind.address not in contact.suppressed
            assert not kind.needs_consent or purpose != "marketing" or contact.consents[kind.channel] is True
        assert late_at is None or late_at >= NOW
        assert before_at is None or before_at >= NOW
    elif verdict.answer is Answer.CANCEL:
        assert contact.erased or not here
    else:
        assert verdict.reason in FAILED_REASONS
        assert verdict.address == ""
