from __future__ import annotations

import pytest

from app.canvas.repeat_words import repeat_words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "Every day"),
        ("FREQ=DAILY;INTERVAL=3", "Every 3 days"),
        ("FREQ=WEEKLY", "Every week"),
        ("FREQ=WEEKLY;BYDAY=MO,TH", "Every Monday and Thursday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every day from Monday to Friday"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "Every day"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR", "Every 2 weeks on Monday, Wednesday and Friday"),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "Every month, on the 15th"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "Every month, on the last day"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,2,3", "Every month, on the 1st, the 2nd and the 3rd"),
        ("FREQ=MONTHLY;BYMONTHDAY=-3", "Every month, on the last day but 2"),
        ("FREQ=MONTHLY;BYMONTHDAY=11,22", "Every month, on the 11th and the 22nd"),
        ("FREQ=MONTHLY;BYDAY=1MO", "Every month, on the first Monday"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "Every month, on the last Friday"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2", "Every month, on Monday, only the second of these"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-2", "Every month, on Monday, only the last but 1 of these"),
        ("FREQ=YEARLY;BYDAY=20MO", "Every year, on the 20th Monday"),
        ("FREQ=YEARLY;BYMONTH=3,9;BYDAY=1MO", "Every year, in March and September, on the first Monday"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "Every year, in week 20, on Monday"),
        ("FREQ=YEARLY;BYYEARDAY=100", "Every year, on day 100 of the year"),
        ("FREQ=HOURLY;INTERVAL=3", "Every 3 hours"),
        ("FREQ=DAILY;BYHOUR=9,17", "Every day, at 9:00 and 17:00"),
        ("FREQ=WEEKLY;COUNT=10", "Every week, 10 times in all"),
        ("FREQ=WEEKLY;COUNT=1", "Every week, once in all"),
        ("FREQ=WEEKLY;UNTIL=20261224", "Every week, until 24/12/2026"),
        ("FREQ=WEEKLY;COUNT=4;UNTIL=20261224T120000Z", "Every week, 4 times in all, until 24/12/2026"),
        ("every week", ""),
        (None, ""),
    ],
)  # fmt: skip
def test_a_rule_is_said_in_words_whatever_it_says(rule: object, words: str) -> None:
    assert repeat_words(rule) == words
