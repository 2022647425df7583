from __future__ import annotations

import pytest

from app.flows.repeat_words import repeat_words


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=HOURLY;INTERVAL=6", "every 6 hours"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "every 2 weeks on Monday and Thursday"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"),
        ("FREQ=MONTHLY;BYDAY=1MO,+3WE", "every month on the first Monday and the third Wednesday"),
        ("FREQ=YEARLY;BYDAY=20MO,-2SU", "every year on the 20th Monday and the 2nd last Sunday"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15,-1", "every month on day 1, day 15 and the last day"),
        ("FREQ=MONTHLY;BYMONTHDAY=-3", "every month on the 3rd last day"),
        ("FREQ=YEARLY;BYMONTH=2,12;BYMONTHDAY=24", "every year on day 24 in February and December"),
        ("FREQ=DAILY;BYHOUR=9,21;COUNT=10", "every day at 9:00 and 21:00, 10 times"),
        ("FREQ=WEEKLY;COUNT=1;WKST=SU", "every week, once"),
        ("FREQ=WEEKLY;UNTIL=20301231", "every week, until 31 December 2030"),
        ("FREQ=YEARLY;BYDAY=11MO,21TU", "every year on the 11th Monday and the 21st Tuesday"),
        ("FREQ=YEARLY;BYWEEKNO=1", ""),
        ("FREQ=MINUTELY", ""),
        (None, ""),
    ],
)
def test_a_rule_is_said_as_people_would(rule: object, told: str) -> None:
    assert repeat_words(rule) == told
