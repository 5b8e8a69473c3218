"""The dossier for whoever decides: costs and finish against a recount of the calls."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dialsim
from dialsim.api.dossiers import dossier
from dialsim.api.replaying import replay
from dialsim.errors import ScenarioError
from dialsim.pages.dossiers.completion import METRICS, QUANTILES, Replayed, finishes, quantile
from dialsim.pages.dossiers.costs import used
from dialsim.pages.dossiers.page import dossier_page, written_html
from dialsim.pages.dossiers.request import Request
from dialsim.pages.dossiers.traffic import traffic
from dialsim.results.cost_statement import cost_statement
from dialsim.results.tables.run_log import RunLog
from dialsim.scheduler.stop import Stop
from tests.results.small_runs import plain, rows_of, section, told

QUARTER_MS = 900_000
HOUR_MS = 3_600_000


@pytest.fixture(scope="module")
def run() -> dialsim.Run:
    return dialsim.run(told())


@pytest.fixture(scope="module")
def log(run: dialsim.Run) -> RunLog:
    return run.log


# --- costs ----------------------------------------------------------------------------------------


def test_costs_are_the_arithmetic_of_the_calls(run: dialsim.Run, log: RunLog) -> None:
    rows, costs = rows_of(run), run.scenario.costs
    assert costs is not None
    expected = Decimal(0)
    for trunk, price in (("main", "0.06"), ("side", "0.075")):
        answered = [row for row in rows if row["trunk"] == trunk and row["sip_code"] == 200]
        minutes = sum(-(-(row["wait_ms"] + row["talk_ms"]) // 60_000) for row in answered)
        assert minutes > 10
        expected += minutes * Decimal(price)
    expected += len(rows) * Decimal("0.002")
    expected += 5 * 2 * Decimal(25)  # numbers, in April and May
    expected += 8 * 2 * 3 * Decimal("0.75") * Decimal("42.50")
    expected += Decimal(100)
    found = cost_statement(used(log, costs.billing_step, traffic(log)), costs)
    assert (found.total, found.complete, found.currency) == (expected, True, "CNY")
    cells = section(run.dossier("boss", replications=0), "cost")
    assert cells[-1][-1] == f"{expected:,.2f} CNY"
    conversations = run.summary["metrics"]["conversations"]["value"]
    assert f"{expected / conversations:,.2f} CNY for a conversation" in cells[-1][2]


def test_without_prices_the_page_says_how_to_give_them(run: dialsim.Run, tmp_path: Path) -> None:
    free = told()
    del free["costs"]
    bare = dialsim.run(free)
    assert bare.summary["identity"] == run.summary["identity"]  # prices name no run
    assert "names no prices" in bare.dossier("boss", replications=0)
    prices = tmp_path / "prices.toml"
    prices.write_text('[costs]\nper_attempt = "1 CNY"\n', "utf-8")
    priced = section(bare.dossier("boss", replications=0, costs=prices), "cost")
    attempts = run.summary["metrics"]["attempts"]["value"]
    assert [row[-1] for row in priced if row[0] == "attempts"] == [f"{attempts:,}.00 CNY"]
    assert priced[-1][-1].startswith("at least")  # numbers and agents have no price
    for text, message in (
        ('per_attempt = "1 CNY"\n', "there is no table"),
        ('[costs]\nper_minute_by_trunk = { x = "1 CNY" }\n', "by which steps"),
        ('[costs]\nper_number_month_by_block = { x = "1 CNY" }\n', "no block of caller IDs"),
        ("[costs\n", "not valid TOML"),
        ("[costs]\n[costs]\n", r"declare \[costs\] twice"),
    ):
        prices.write_text(text, "utf-8")
        with pytest.raises(ScenarioError, match=message):
            bare.dossier("boss", replications=0, costs=prices)
    with pytest.raises(ScenarioError, match="no such"):
        bare.dossier("boss", replications=0, costs=tmp_path / "none.toml")


# --- when it is finished --------------------------------------------------------------------------


def test_a_goal_is_reached_in_the_quarter_of_an_hour_of_its_last_call(
    run: dialsim.Run, log: RunLog
) -> None:
    talked = [row for row in rows_of(run) if row["seen_outcome"] == "connected"]
    long = sorted(row["tick"] for row in talked if row["talk_ms"] >= 30_000)
    first, second = finishes(log, None)
    assert first.here == (long[89] // QUARTER_MS + 1) * QUARTER_MS
    assert (first.goal, first.due) == (0, 11 * HOUR_MS)
    assert (second.goal, second.here, second.quantiles) == (1, None, ())


def test_replications_hold_the_run_and_agree_with_it(run: dialsim.Run, log: RunLog) -> None:
    found = replay(run, 4)
    assert isinstance(found, Replayed)
    assert (len(found), found.wanted) == (4, 4)
    many = dialsim.replicate(told(), 4)
    for name in METRICS:
        assert list(found.metrics[name]) == many.values(name).tolist()
    assert found.reached[0][0] == finishes(log, None)[0].here
    assert len(set(found.reached[0])) > 1
    assert found.reached[1] == [None] * 4
    by = [goal.value for goal in (many.interval(f"goal_{i}.met") for i in (1, 2, 3))]
    assert [found.chance(i).value for i in range(3)] == by
    html = written_html(dossier_page(Request(log, "boss", replayed=found)), "boss")
    goals = section(html, "finish")[1:]
    assert goals[1][-1] == "0 % 0 % to 60 %"
    assert [row[6:9] for row in goals][1] == ["not within the days"] * 3
    hits = sum(found.met[0])
    assert goals[0][-1].startswith(f"{hits * 25} %")


@given(st.lists(st.one_of(st.none(), st.integers(0, 50)), min_size=1, max_size=40))
def test_a_quantile_is_the_tick_by_which_so_many_had_reached_it(ticks: list[int | None]) -> None:
    for share in QUANTILES:
        found = quantile(ticks, share)
        done = sum(tick is not None and (found is None or tick <= found) for tick in ticks)
        if found is None:
            assert done < share * len(ticks)
        else:
            assert done >= share * len(ticks) - 1e-9
            earlier = sum(tick is not None and tick < found for tick in ticks)
            assert earlier < share * len(ticks)


def test_one_run_tells_no_probability(run: dialsim.Run) -> None:
    html = run.dossier("boss", replications=0)
    assert "tells no probability" in html
    assert "replications=20" in html
    assert "chance" not in plain(html).partition("What it costs")[0].replace("chance of", "")


def test_a_run_that_comes_to_something_else_is_given_no_chances(
    run: dialsim.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = {**run.summary["identity"], "version": "0.0.1"}
    other = dialsim.Run({**run.summary, "identity": older, "outcome_digest": "0" * 32},
                        tables=run._tables.made, scenario=run.scenario)  # fmt: skip
    found = dossier(other, "boss", replications=2)
    assert found.complete
    assert "instead of 0.0.1" in found.notes[0]
    assert "instead of 0.0.1" in found.html
    assert "原为 0.0.1" in dossier(other, "boss", "zh", replications=2).html


@pytest.mark.usefixtures("each_told")
def test_what_was_played_is_told_when_it_is_stopped(run: dialsim.Run) -> None:
    stop = Stop()

    def watch(far: Any) -> None:
        if far.done == 2:
            stop.request()

    found = dossier(run, "boss", replications=9, progress=watch, stop=stop)
    assert not found.complete
    told = re.search(r"Stopped after (\d) of 9 replays", found.html)
    assert told is not None
    assert 2 <= int(told[1]) < 9  # another thread's may have come to its end at the same time
    nothing = dossier(run, "boss", replications=9, stop=stop)
    assert not nothing.complete
    assert "tells no probability" in nothing.html
