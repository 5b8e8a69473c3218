"""Rare suspensions: the chance by the calls made against counting, in worlds where both can tell.

An engine world a replication: `slow_without_jit` throughout.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w
from rich.cells import cell_len

import dialsim
from dialsim.__main__ import main
from dialsim.api import Comparison, replicate
from dialsim.api.replications import Replications
from dialsim.execution import rare_events
from dialsim.execution.replication import Played
from dialsim.outcomes.complaint_factors import GroundsSink
from dialsim.pages.comparison.comparison_page import comparison_page
from dialsim.pages.comparison.replications_page import replications_page
from dialsim.pages.model.terminal import page_lines
from dialsim.results.network.suspension_chance import complaint_chances
from dialsim.statistics.intervals import share_interval
from tests.people.scenarios import small_scenario
from tests.tiers import tiered

pytestmark = [pytest.mark.slow_without_jit, pytest.mark.once]
REPLICATIONS = 150
ONLY_REVIEWS = {"complaints.number.suspend": 50, "complaints.number.close": 60}


def world(
    people: int = 400, days: int = 5, rate: int = 15_000, seed: int = 11, **network: Any
) -> dict[str, Any]:
    """A small campaign of people who complain a thousand times as often as any do."""
    network = {
        "complaints.rate_12321.opted_in": rate,
        "complaints.hotline_factor": 2,
        "complaints.enterprise.per_million": 1_000_000,
    } | network
    made = small_scenario({"name": "list", "synthetic": {"count": people}}, **network)
    made |= {"days": days, "aftermath": "60d", "seed": seed}
    made["caller_ids"][0]["count"] = 6
    made["agents"][0]["shifts"] = [{"days": "daily", "from": "09:00", "to": "16:00"}]
    made["enterprise"]["traceback_within"] = "1h"
    return made


def on_a_trunk() -> dict[str, Any]:
    """A line contract that agrees on complaints."""
    made = world(rate=8_000, **ONLY_REVIEWS)
    made["trunks"][0]["contract"] = {"name": "c", "complaints_per_million": 15_000}
    return made


WORLDS = {
    "numbers": world(),
    "numbers, and calls that hang on it": world(people=1200, days=12, rate=6_000),
    "tracebacks": world(rate=800, **{"traceback.deadline_working_days": 0}),
    "reviews": world(
        rate=8_000,
        **ONLY_REVIEWS,
        **{
            "complaints.enterprise.per_million": 15_000,
            "complaints.enterprise.stop.genuine": 0.5,
        },
    ),
    "a trunk": on_a_trunk(),
}


def agree(found: Replications) -> None:
    """Counting and calls made tell of the same probabilities (99.9 %)."""
    for counted, chance in (
        ("any_suspension", "suspension_chance"),
        ("enterprise_stop", "stop_chance"),
        ("any_review", "review_chance"),
    ):
        mean = found.interval(chance).value
        share = found.interval(counted, 0.999)
        assert mean is not None
        assert share.low is not None
        assert share.high is not None
        assert share.low <= mean <= share.high


@pytest.mark.parametrize("name", tiered(["numbers"], ["reviews"]))
def test_by_calls_as_by_counting(name: str) -> None:
    found = replicate(WORLDS[name], REPLICATIONS, rare=True)
    hits = found.values("any_suspension").sum()
    assert 5 < hits < 120
    agree(found)
    saved = found.values("any_suspension").var() / found.values("suspension_chance").var()
    assert saved > 20


@pytest.mark.full
@pytest.mark.parametrize("name", WORLDS)
def test_by_calls_as_by_counting_closely(name: str) -> None:
    found = replicate(WORLDS[name] | {"seed": 5}, 1_200, rare=True)
    assert 0.02 < found.values("any_suspension").mean() < 0.6
    agree(found)


def test_complaints_are_as_many_as_their_chances_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over replications the sum of the chances is the mean of the complaints, of both channels."""
    sums = []

    class Kept(GroundsSink):
        def __init__(self, sink: Any) -> None:
            super().__init__(sink)
            sums.append(self)

    monkeypatch.setattr(rare_events, "GroundsSink", Kept)
    found = replicate(world(rate=20_000, **ONLY_REVIEWS), 40, rare=True, threads=1)
    assert len(sums) == 40  # none was played twice
    from dialsim.engine.build import prepare

    network = prepare(dialsim.load_scenario(world(rate=20_000))).static.profile.network[0]
    expected = np.array(
        [
            [
                (complaint_chances(network, field)[sink.counts["grounds"]] * sink.counts["calls"])
                .sum()
                for field in ("complaint", "hotline")
            ]
            for sink in sums
        ]
    )  # fmt: skip
    counted = found.values("complaints_12321"), found.values("complaints")
    for values, chances in zip(counted, (expected[:, 0], expected.sum(axis=1)), strict=True):
        off = values - chances
        assert abs(off.mean()) < 4 * off.std(ddof=1) / np.sqrt(len(off))
    delivered = [int(sink.counts["calls"].sum()) for sink in sums]
    assert delivered == found.values("delivered").astype(int).tolist()


def test_what_is_asked_for_changes_nothing_else() -> None:
    plain, watched = replicate(WORLDS["numbers"], 12), replicate(WORLDS["numbers"], 12, rare=True)
    assert [each.digest for each in plain.played] == [each.digest for each in watched.played]
    assert [each.metrics for each in plain.played] == [each.metrics for each in watched.played]
    assert "suspension_chance" not in plain.metrics
    assert plain.to_dict()["happened"]["any_suspension"]["by_calls"] is None
    assert replicate(WORLDS["numbers"], 12, rare=True, threads=2).played == watched.played
    paired = watched.paired(plain)
    assert "suspension_chance" not in paired.metrics


@pytest.mark.full
def test_whoever_plays_it_is_the_same() -> None:
    watched = replicate(WORLDS["numbers"], 8, rare=True)
    assert any(each.suspended for each in watched.played)
    for executor in ("serial", "processes"):
        other = replicate(WORLDS["numbers"], 8, rare=True, executor=executor, workers=1)
        assert other.played == watched.played


def test_where_complaints_had_an_effect_it_is_played_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    again: list[int] = []
    real = rare_events.Watch.without_effects

    def watched(self: Any, world: Any, *rest: Any) -> Any:
        again.append(world.replication)
        return real(self, world, *rest)

    monkeypatch.setattr(rare_events.Watch, "without_effects", watched)
    found = replicate(WORLDS["numbers"], 30, rare=True, threads=1)
    suspended = [each.replication for each in found.played if each.suspended]
    assert again == suspended
    assert 0 < len(again) < 30


def test_other_suspensions_stay_as_they_happened() -> None:
    """A platform is stopped for what others do: that is no chance of these calls."""
    made = world(rate=0, **{"platform.stops_per_year": 3})
    made["enterprise"]["call_centre"] = {
        "kind": "outsourced",
        "outsourcer": "Example Services",
        "licence": "B24",
        "scope": "national",
        "expires": "2030-01-01",
    }
    found = replicate(made, 20, rare=True)
    for counted, chance in (
        ("any_suspension", "suspension_chance"),
        ("enterprise_stop", "stop_chance"),
    ):
        assert found.values(chance).tolist() == found.values(counted).tolist()
        assert 0 < found.values(chance).sum() < 20


@pytest.mark.full
def test_a_rare_one_is_seen() -> None:
    """Once in thousands of replications: none is counted, and the chance is known to a tenth."""
    found = replicate(world(rate=1_500), 30, rare=True)
    interval = found.interval("suspension_chance")
    assert found.values("any_suspension").sum() == 0
    assert interval.value is not None
    assert interval.half_width is not None
    assert 0 < interval.value < 1e-3
    assert interval.half_width < interval.value / 10
    until = replicate(world(100, rate=1_500), rare=True, until={"suspension_chance": 0.2})
    assert (len(until), until.precise) == (100, True)


def test_pairs_of_what_happens_have_newcombes_interval() -> None:
    one, two = replicate(WORLDS["numbers"], 40), replicate(world(rate=4_000), 40)
    paired = one.paired(two)
    found = paired.interval("any_suspension")
    assert found.kind == "Newcombe"
    difference = one.values("any_suspension").mean() - two.values("any_suspension").mean()
    assert found.value == pytest.approx(difference)
    assert found.low is not None
    assert found.high is not None
    assert found.low < difference < found.high
    assert paired.interval("complaints").kind == "t"
    assert paired.quantile("any_suspension", 0.95) in (0, 1)


def test_the_page_and_the_notebook() -> None:
    found = replicate(WORLDS["numbers"], 30, rare=True)
    told = found.to_dict()
    happened = told["happened"]["any_suspension"]
    hits = int(found.values("any_suspension").sum())
    assert happened["hits"] == hits
    assert happened["share"] == share_interval(hits, 30)._asdict()
    assert happened["by_calls"]["value"] == pytest.approx(found.values("suspension_chance").mean())
    english = "\n".join(line.plain for line in page_lines(replications_page(told), 80))
    chinese = "\n".join(line.plain for line in page_lines(replications_page(told, "zh"), 80))
    assert "by the calls made" in english
    assert "N too small" in english
    assert "按已拨通话推算" in chinese
    html = found._repr_html_()
    assert "any number suspended" in html
    assert "by the calls made" in html


def test_the_command(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "s.toml"
    path.write_text(tomli_w.dumps(WORLDS["numbers"]))
    assert main(["run", str(path), "--replications", "3", "--rare"]) in (0, 1)
    assert "by the calls made" in capsys.readouterr().out


def test_without_it_there_is_none() -> None:
    plain = Played(0, {}, [], True, "")
    assert (plain.suspension_chance, plain.stop_chance, plain.review_chance) == (None,) * 3


# --- two scenarios --------------------------------------------------------------------------------

CALM, ANGRY = world(rate=8_000), world(rate=9_000)


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return dialsim.compare(CALM, ANGRY, replications=12, rare=True)


@pytest.mark.full
def test_a_comparison_tells_what_counting_cannot(compared: Comparison) -> None:
    """Complaints an eighth more frequent: a dozen pairs tell it, a dozen counts do not."""
    told = compared.suspensions["any_suspension"]
    alone = [replicate(each, 12, rare=True) for each in (CALM, ANGRY)]
    for side, many in zip("ab", alone, strict=True):
        assert told[side]["by_calls"]["value"] == many.values("suspension_chance").mean()
        assert told[side]["hits"] == many.values("any_suspension").sum()
    more = alone[1].paired(alone[0]).interval("suspension_chance")
    assert told["change"] == more._asdict()
    assert told["verdict"] == "likelier"
    assert told["p_holm"] < 0.05
    shares = [told[side]["share"] for side in "ab"]
    assert shares[1]["low"] < shares[0]["high"], "by counting they cannot be told apart"
    assert compared.exit_code == dialsim.compare(CALM, ANGRY, replications=12).exit_code


@pytest.mark.full
def test_turned_round_it_is_less_likely(compared: Comparison) -> None:
    other = dialsim.compare(ANGRY, CALM, replications=12, rare=True, executor="processes")
    one, two = (each.suspensions["any_suspension"] for each in (compared, other))
    assert (two["a"], two["b"]) == (one["b"], one["a"])
    assert two["verdict"] == "less likely"
    same = dialsim.compare(CALM, CALM, replications=3, rare=True)
    assert same.suspensions["any_suspension"]["verdict"] == "same"
    assert dialsim.compare(CALM, ANGRY, replications=2).suspensions == {}


@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_page_of_a_comparison_shows_it(compared: Comparison, width: int) -> None:
    lines = page_lines(comparison_page(compared.to_dict()), width)
    assert max(cell_len(line.plain) for line in lines) <= width
    page = " ".join(" ".join(line.plain for line in lines).split())
    assert re.search(r"− any number suspended [\d.]+ % [\d.]+ %", page)
    assert "Likelier in B (p " in page
    assert "Counted: A " in page
    assert "Likelier in B" in compared._repr_html_()
    json.dumps(compared.to_dict(), allow_nan=False)


def test_compare_takes_it_where_pairs_are_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.toml"
    path.write_text(tomli_w.dumps(CALM))
    more = ["--set", "caller_ids.north.count=5", "--replications", "2", "--quiet", "--json"]
    assert main(["compare", str(path), *more, "--rare"]) in (0, 1)
    found = json.loads(capsys.readouterr().out)
    assert set(found["suspensions"]) == {"any_suspension", "enterprise_stop", "any_review"}
    run = dialsim.run(CALM, out=tmp_path / "runs", log=False).folder
    assert main(["compare", str(run), str(run), "--rare"]) == 2
    assert "say how many `replications`" in capsys.readouterr().err
