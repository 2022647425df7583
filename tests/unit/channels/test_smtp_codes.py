from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.smtp_codes import Stage, Verdict, verdict
from app.model.journey import Result

SENT, RETRY, HARD = Result.SENT, Result.RETRY, Result.HARD


@pytest.mark.parametrize(
    ("code", "words", "stage", "expected"),
    [
        (250, "2.0.0 queued", Stage.LETTER, Verdict(SENT, "250 2.0.0")),
        (251, "will forward", Stage.RECIPIENT, Verdict(SENT, "251")),
        (421, "closing", Stage.RECIPIENT, Verdict(RETRY, "later 421")),
        (450, "4.2.0 greylisted", Stage.RECIPIENT, Verdict(RETRY, "greylisted 450 4.2.0", about_one=True)),
        (451, "please try again later", Stage.RECIPIENT, Verdict(RETRY, "greylisted 451", about_one=True)),
        (450, "4.2.0 greylisted", Stage.CONNECT, Verdict(RETRY, "greylisted 450 4.2.0")),
        (452, "4.5.3 too many", Stage.RECIPIENT, Verdict(RETRY, "throttled 452 4.5.3")),
        (421, "4.7.28 unusual rate", Stage.LETTER, Verdict(RETRY, "throttled 421 4.7.28")),
        (535, "5.7.8 bad login", Stage.LOGIN, Verdict(RETRY, "login 535 5.7.8", stop_channel=True)),
        (530, "5.7.0 must authenticate", Stage.SENDER, Verdict(RETRY, "login 530 5.7.0", stop_channel=True)),
        (550, "5.7.9 app password", Stage.SENDER, Verdict(RETRY, "login 550 5.7.9", stop_channel=True)),
        (504, "what", Stage.LOGIN, Verdict(RETRY, "login 504", stop_channel=True)),
        (
            550,
            "5.1.1 no such user",
            Stage.RECIPIENT,
            Verdict(HARD, "bad-address 550 5.1.1", bad_address=True),
        ),
        (550, "5.1.10 null MX", Stage.RECIPIENT, Verdict(HARD, "bad-address 550 5.1.10", bad_address=True)),
        (
            450,
            "5.1.1 no such user",
            Stage.RECIPIENT,
            Verdict(HARD, "bad-address 450 5.1.1", bad_address=True),
        ),
        (551, "not local", Stage.RECIPIENT, Verdict(HARD, "bad-address 551", bad_address=True)),
        (553, "bad name", Stage.RECIPIENT, Verdict(HARD, "bad-address 553", bad_address=True)),
        (550, "no such user here", Stage.RECIPIENT, Verdict(HARD, "bad-address 550", bad_address=True)),
        (550, "blocked as spam", Stage.RECIPIENT, Verdict(HARD, "policy 550")),
        (550, "refused", Stage.LETTER, Verdict(HARD, "refused 550")),
        (
            552,
            "5.2.2 mailbox full",
            Stage.RECIPIENT,
            Verdict(RETRY, "mailbox-full 552 5.2.2", about_one=True),
        ),
        (552, "quota exceeded", Stage.RECIPIENT, Verdict(RETRY, "mailbox-full 552", about_one=True)),
        (550, "5.2.1 disabled", Stage.RECIPIENT, Verdict(HARD, "bad-address 550 5.2.1", bad_address=True)),
        (552, "5.3.4 too big", Stage.LETTER, Verdict(HARD, "too-large 552 5.3.4")),
        (552, "message size exceeds limit", Stage.RECIPIENT, Verdict(HARD, "too-large 552")),
        (554, "5.7.1 denied", Stage.LETTER, Verdict(HARD, "policy 554 5.7.1")),
        (550, "5.7.26 DMARC", Stage.LETTER, Verdict(HARD, "policy 550 5.7.26")),
        (554, "no", Stage.RECIPIENT, Verdict(HARD, "policy 554")),
        (502, "not implemented", Stage.RECIPIENT, Verdict(HARD, "protocol 502")),
        (554, "no service", Stage.CONNECT, Verdict(RETRY, "sender-refused 554", stop_channel=True)),
        (
            550,
            "5.7.1 sender not yours",
            Stage.SENDER,
            Verdict(RETRY, "sender-refused 550 5.7.1", stop_channel=True),
        ),
        (-1, "nonsense", Stage.CONNECT, Verdict(RETRY, "unexpected -1")),
        (354, "go on", Stage.RECIPIENT, Verdict(RETRY, "unexpected 354")),
    ],
)
def test_each_answer_has_its_meaning(code: int, words: str, stage: Stage, expected: Verdict) -> None:
    assert verdict(code, words, stage) == expected


@given(st.integers(min_value=-1, max_value=999), st.text(max_size=60), st.sampled_from(list(Stage)))
def test_no_answer_is_without_meaning_and_none_shows_its_words(code: int, words: str, stage: Stage) -> None:
    meaning = verdict(code, words, stage)
    assert meaning.result in (SENT, RETRY, HARD)
    assert (meaning.result is SENT) == (200 <= code < 300)
    assert all(piece.replace("-", "").replace(".", "").isalnum() for piece in meaning.detail.split())
    assert not (meaning.bad_address and meaning.stop_channel)
    assert meaning.receipt(7).detail == meaning.detail
