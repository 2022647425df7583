"""Show 0 with HTTP: 200 baskets are left, the program is killed, and only who agreed is written to.

The waits of the first story are cut down to seconds; all else is as it comes along.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.channels.catcher import Catcher
from tests.servers.smtp import SmtpCatcher
from tests.stories.basket_flow import story, with_settings, write_story
from tests.stories.baskets import SHORT, Shop, work_through


@pytest.mark.timeout(240)
def test_two_hundred_baskets_with_a_kill_on_the_way(
    shop: Shop, letters: SmtpCatcher, sms: Catcher, tmp_path: Path, record_property: Any
) -> None:
    flow = with_settings(story(), SHORT)
    shop.program.do("publish", str(write_story(flow, tmp_path)))
    figures = work_through(shop, letters, sms, tmp_path, {node["id"]: node["id"] for node in flow["nodes"]})
    for name in figures.keys() - {"edges"}:
        record_property(name, str(figures[name]))
