from __future__ import annotations

import pytest

from app.flows.bench import measure_check


@pytest.mark.alone
def test_the_graph_checks_of_a_large_flow_cost_at_most_eight_times_building_its_graph() -> None:
    figures = measure_check()
    for figure in figures:
        print(figure)
        assert set(figure) == {"name", "value", "unit", "limit", "ratio", "bar"}
    barred = [figure for figure in figures if figure["bar"] is not None]
    assert barred
    assert all(figure["ratio"] <= figure["bar"] for figure in barred)
