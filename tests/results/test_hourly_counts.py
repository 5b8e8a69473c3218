"""Counts by hour of campaigns, number ranges and attributes, against a plain recount."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.pages.charts.calls import flow_rows
from dialsim.results import hourly_counts
from dialsim.results.hourly_counts import (
    COUNTS,
    LEAST_PEOPLE,
    Group,
    campaign_counts,
    grouped_counts,
)
from tests.pages.several_parts import CITIES, PEOPLE, RARE, several_parts
from tests.results.stopped import STOPPED

pytestmark = pytest.mark.needs_jit


def starts_of(run: dialsim.Run) -> Any:
    """Return the hours of a run's charts."""
    return np.array([row["time"] for row in flow_rows(run.log)[0]], "datetime64[ms]")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> dialsim.Run:
    return several_parts(tmp_path_factory.mktemp("parts"))


@pytest.fixture(scope="module")
def groups(run: dialsim.Run) -> dict[str, Group]:
    return {each.name or each.kind: each for each in grouped_counts(run.log, starts_of(run))}


def test_groups_are_those_with_several_parts(groups: dict[str, Group]) -> None:
    assert groups["campaign"].values == ("upsell", "side")
    assert groups["range"].values == ("north", "south")
    assert groups["list"].values == ("own", "other")
    assert sorted(groups["city"].values[:-1]) == sorted(CITIES)  # type: ignore[type-var]


def test_no_value_of_few_people_is_shown(groups: dict[str, Group]) -> None:
    assert 2 * PEOPLE // 60 < LEAST_PEOPLE
    assert RARE not in groups["city"].values
    assert (groups["city"].values[-1], groups["city"].others) == (None, 1)
    assert "contract" not in groups  # no two people share one
    assert "operator" not in groups  # all have the same


def test_parts_sum_to_the_run(run: dialsim.Run, groups: dict[str, Group]) -> None:
    whole = campaign_counts(run.log, starts_of(run)).counts
    rows, _ = flow_rows(run.log)
    for name in ("attempts", "answered", "conversations"):
        assert whole[name].sum(axis=0).tolist() == [row[name] for row in rows]
    for group in groups.values():
        assert set(group.counts) == set(COUNTS)
        for name, sums in group.counts.items():
            assert sums.sum(axis=0).tolist() == whole[name].sum(axis=0).tolist(), name


def test_each_part_is_counted_from_the_calls(run: dialsim.Run, groups: dict[str, Group]) -> None:
    city = {row["person"]: row["city"] for row in run.people.to_pylist()}
    told: dict[str, Counter[Any]] = {name: Counter() for name in ("range", "city", "list")}
    live: Counter[Any] = Counter()
    for call in run.calls.to_pylist():
        hour = call["time"].strftime("%Y-%m-%dT%H:00:00")
        home = city[call["person"]]
        told["range"][call["caller"].split("-")[0], hour] += 1
        told["city"][None if home == RARE else home, hour] += 1
        told["list"]["own" if call["campaign"] == "upsell" else "other", hour] += 1
        live[None if home == RARE else home, hour] += (
            call["true_outcome"] == "live" and call["sip_code"] == 200
        )
    hours = [row["time"] for row in flow_rows(run.log)[0]]
    assert cells(groups["city"], "live_answers", hours) == +live
    for name, expected in told.items():
        assert cells(groups[name], "attempts", hours) == expected


def cells(group: Group, name: str, hours: list[str]) -> Counter[Any]:
    """Return the counts of a group that are not 0, by part and hour."""
    return +Counter(
        {
            (value, hour): int(group.counts[name][place, at])
            for place, value in enumerate(group.values)
            for at, hour in enumerate(hours)
        }
    )


def test_a_long_run_has_fewer_parts(run: dialsim.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values without a part of their own are counted with the others."""
    starts = starts_of(run)
    monkeypatch.setattr(hourly_counts, "MOST_CELLS", 14 * len(starts))
    found = {each.name or each.kind: each for each in grouped_counts(run.log, starts)}
    assert len(found["city"].values) == 2
    assert found["city"].others == len(CITIES)
    assert found["city"].counts["attempts"].sum() == run.metrics["attempts"]
    for parts, kinds in ((1, []), (2, ["campaign"]), (4, ["campaign", "range"])):
        monkeypatch.setattr(hourly_counts, "MOST_CELLS", parts * len(starts))
        assert [each.kind for each in grouped_counts(run.log, starts)] == kinds


def test_marks_and_complaints_are_those_of_the_run() -> None:
    run = dialsim.run(STOPPED)
    (ranges,) = (g for g in grouped_counts(run.log, starts_of(run)) if g.kind == "range")
    assert ranges.counts["marks"].sum() == run.metrics["marks"] > 0  # type: ignore[operator]
    complaints = [each["event"].startswith("complaint") for each in run.events.to_pylist()]
    assert ranges.counts["complaints"].sum() == sum(complaints) > 0
    assert ranges.counts["intercepted"].sum() == run.metrics["intercepted"]


def test_without_calls_campaigns_alone_are_counted(tmp_path: Path) -> None:
    run = several_parts(tmp_path, log=False)
    (campaigns,) = grouped_counts(run.log, starts_of(run))
    assert campaigns.kind == "campaign"
    assert campaigns.counts["attempts"].sum() == run.metrics["attempts"]
