"""VICIdial's rule by its published cases, drops at a target, previews, dialling ahead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dialsim.errors import ScenarioError
from dialsim.pacing.adaptive.kernels import (
    close_minute,
    half_to_even,
    placed_by_level,
    steered_level,
    take_sample,
    taper,
    vicidial_level,
)
from dialsim.pacing.build import build_campaigns, build_outlooks, build_pacers
from dialsim.pacing.busy.kernels import follow_from, note_busy
from dialsim.pacing.kernels import note_in_window, window_sums
from dialsim.pacing.layout import LEDGER
from dialsim.pacing.predictive.kernels import (
    aimed_share,
    answers_under_way,
    dials_ahead,
    follow_drops,
    learn_end,
    learn_handling,
    left_over_after,
    note_ringing,
    weigh_busy,
    weigh_ringing,
)
from dialsim.scenario import load_scenario
from dialsim.scenario.checks.names import resolved_profiles
from tests.people.scenarios import small_scenario

pytestmark = pytest.mark.by_hand

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
AVERAGE: dict[str, Any] = {"mode": "vicidial_adapt"}


def terms(**pacing: Any) -> Any:
    """Return what a campaign paced so is told."""
    raw = small_scenario({"name": "list", "synthetic": {"count": 10, "relation": "opted_in"}})
    raw["campaigns"][0]["pacing"] = pacing
    scenario = load_scenario(raw)
    rules, _ = resolved_profiles(scenario)
    assert rules is not None
    return build_campaigns(scenario, rules)[0]


def level(
    ready: int = 4, waiting: int = 1, before: float = 2.0, minute: tuple[int, int] = (0, 0),
    today: tuple[int, int, int] = (0, 0, 0), now: int = 0, **pacing: Any,
) -> float:  # fmt: skip
    """Return the level after one of 20 agents' samples: calls and drops of the last minute,
    calls, answers and drops of today."""
    pacer, ledger = build_pacers(1)[0], np.zeros(1, LEDGER)[0]
    pacer["level"] = before
    for _ in range(15):
        take_sample(pacer, ready, waiting, 20)
    pacer["calls"], pacer["drops"] = minute
    close_minute(pacer)
    ledger["calls"], ledger["answers"], ledger["drops"] = today
    return float(vicidial_level(terms(**(AVERAGE | pacing)), pacer, ledger, now))


@pytest.mark.rule("P-LEVEL-5 to P-LEVEL-8")
@pytest.mark.parametrize(
    ("expected", "found"),
    [
        (1.700, {"ready": 1, "waiting": 3, "agents_target": -1}),
        (1.760, {"ready": 1, "waiting": 3, "agents_target": -1, "intensity": 20}),
        (2.300, {}),
        (3.000, {"ready": 6, "waiting": 0, "before": 2.9}),
        (1.150, {"minute": (30, 18)}),
        (2.300, {"minute": (20, 18)}),  # more than 20 calls
        (2.300, {"minute": (30, 15)}),  # more than half of them
        (1.000, {"today": (51, 1000, 31), "method": "hard"}),
        (1.150, {"today": (51, 1000, 31)}),
        (2.300, {"today": (50, 1000, 31)}),
        (2.300, {"today": (51, 1000, 30)}),  # 3 % is not above 3 %
        (2.300, {"today": (51, 100_000, 3004)}),  # 3.004 % is 3.00 by two decimals
        (1.000, {"ready": 0, "waiting": 20}),
        (2.000, {"ready": 3, "waiting": 3}),
    ],
)
def test_vicidials_cases(expected: float, found: dict[str, Any]) -> None:
    assert level(**found) == pytest.approx(expected, abs=1e-12)


@pytest.mark.rule("P-LEVEL-9")
@pytest.mark.parametrize(
    ("method", "now_min", "rate"),
    [
        ("tapered", 18 * 60 + 30, 0.270),  # 2100 less 1830, as VICIdial subtracts
        ("tapered", 11 * 60, 1.0),
        ("tapered", 11 * 60 + 1, 0.999),
        ("tapered", 22 * 60, -0.1),
        ("tapered_by_minutes", 18 * 60 + 30, 0.25),
        ("tapered_by_minutes", 11 * 60, 1.0),
    ],
)
def test_tapering(method: str, now_min: int, rate: float) -> None:
    told = terms(mode="vicidial_adapt", method=method, latest="21:00")
    assert taper(told, now_min * MINUTE_MS) == pytest.approx(rate)
    found = level(
        today=(51, 1000, 40), now=now_min * MINUTE_MS, before=3.0, ready=1, method=method,
        latest="21:00",
    )  # fmt: skip
    assert found == pytest.approx(max(1.0, 3.0 * rate))


@pytest.mark.rule("P-LEVEL-6")
def test_without_samples_the_level_stays() -> None:
    pacer = build_pacers(1)[0]
    assert vicidial_level(terms(**AVERAGE), pacer, np.zeros(1, LEDGER)[0], 0) == 1.0


@pytest.mark.rule("P-LEVEL-2")
def test_the_latest_fifteen_samples_count() -> None:
    pacer = build_pacers(1)[0]
    for ready in range(40):
        take_sample(pacer, ready, 0, 100)
    assert sorted(pacer["ready"]) == list(range(25, 40))


@pytest.mark.rule("P-LEVEL-3")
def test_a_minute_is_what_came_since_the_last() -> None:
    pacer = build_pacers(1)[0]
    for calls, drops in ((30, 3), (75, 4)):
        pacer["calls"], pacer["drops"] = calls, drops
        close_minute(pacer)
    assert (pacer["minute_calls"], pacer["minute_drops"]) == (45, 1)


@pytest.mark.rule("P-LEVEL-1")
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.25, 0.5, 0.75]))
def test_rounding_is_half_to_even(whole: int, rest: float) -> None:
    assert half_to_even(whole + rest) == round(whole + rest)
    assert [half_to_even(x) for x in (0.5, 1.5, 1.6)] == [0, 2, 2]


@pytest.mark.rule("P-LEVEL-4")
@pytest.mark.parametrize(("agents", "existing", "dials"), [(10, 8, 12), (10, 40, 0), (1, 0, 0)])
def test_placing_goes_to_the_level(agents: int, existing: int, dials: int) -> None:
    """Twice the agents but one who may wait for; never below none."""
    told = terms(mode="vicidial_adapt", agents_target=-0 if agents > 1 else -5)
    pacer = build_pacers(1)[0]
    pacer["level"] = 2.0
    assert placed_by_level(told, pacer, agents, existing) == dials


# --- drops at a target ----------------------------------------------------------------------------


@pytest.mark.rule("P-LEVEL-10")
def test_a_level_is_steered_to_its_target() -> None:
    told = terms(mode="abandon_target", drop_target=0.02, gain=0.5, most_level=4.0)
    pacer = build_pacers(1)[0]
    pacer["level"] = 2.0
    assert steered_level(told, pacer, 100, 2) == pytest.approx(2.0)  # on target
    assert steered_level(told, pacer, 0, 0) == pytest.approx(3.0)  # nothing dropped
    assert steered_level(told, pacer, 100, 4) == pytest.approx(1.0)  # twice too many
    pacer["level"] = 3.9
    assert steered_level(told, pacer, 0, 0) == 4.0


@pytest.mark.rule("P-LEVEL-10", "P-HEAR-3")
@given(st.lists(st.tuples(st.integers(0, 200_000), st.integers(0, 1)), max_size=60))
def test_the_window_holds_its_sixty_buckets(notes: list[tuple[int, int]]) -> None:
    """As counting by hand, whatever time has passed between."""
    told = terms(mode="abandon_target", window="60s")
    pacer = build_pacers(1)[0]
    now, answers = 0, []
    for step, dropped in notes:
        now += step
        note_in_window(pacer, told, dropped, now)
        answers.append((now // 1000, dropped))
        inside = [drop for second, drop in answers if second > now // 1000 - 60]
        assert window_sums(pacer, told, now) == (len(inside), sum(inside))


# --- ahead ----------------------------------------------------------------------------------------


@pytest.mark.rule("P-LEARN-3", "P-LEARN-4")
def test_shares_of_answers_are_learnt() -> None:
    """One in five, after 8 s; the others ring 25 s."""
    pacer = build_pacers(1)[0]
    for i in range(2000):
        learn_end(pacer, 8_000 if i % 5 == 0 else 25_000, int(i % 5 == 0))
    assert pacer["answer"] == pytest.approx(0.2, abs=0.01)
    weigh_ringing(pacer, 85, 0)
    assert pacer["within_s"] == 9
    assert pacer["first_soon"] == pytest.approx(0.2, abs=0.01)


@pytest.mark.rule("P-WEIGH-3")
def test_a_call_that_has_rung_long_will_not_be_answered() -> None:
    pacer = build_pacers(1)[0]
    for i in range(1000):
        learn_end(pacer, 8_000 if i % 2 else 25_000, i % 2)
    now = 100_000
    for dial_tick in (now - 1_000, now - 12_000):
        note_ringing(pacer, dial_tick, 1)
    weigh_ringing(pacer, 85, now)
    assert pacer["ringing_mean"] == pytest.approx(0.5, abs=0.01)  # the second has no chance
    note_ringing(pacer, now - 12_000, -1)
    weigh_ringing(pacer, 85, now)
    assert pacer["ringing_mean"] == pytest.approx(0.5, abs=0.01)
    assert pacer["out"] == 1


@pytest.mark.rule("P-LEARN-4", "P-LEARN-7")
def test_what_is_remembered_is_scaled_back_before_it_overflows() -> None:
    """Shares stay what they are."""
    pacer, outlook = build_pacers(1)[0], build_outlooks(1)[0]
    for i in range(40):
        learn_end(pacer, 8_000 if i % 4 == 0 else 25_000, int(i % 4 == 0))
        learn_handling(outlook, 60_000)
    before = pacer["answered"].sum() / pacer["ended"].sum(), outlook["handled"].sum()
    for record in (pacer, outlook):
        for name in ("answered", "ended", "handled"):
            if name in record.dtype.names:
                record[name] *= 1e9
        record["unit"] *= 1e9
    learn_end(pacer, 25_000, 0)
    learn_handling(outlook, 60_000)
    assert pacer["unit"] == outlook["unit"] == 1.0
    assert pacer["answered"].sum() / (pacer["ended"].sum() - 1) == pytest.approx(before[0])
    assert outlook["handled"].sum() < before[1] + 2


@pytest.mark.rule("P-WEIGH-6")
def test_agents_are_soon_free_when_calls_end_by_then() -> None:
    """Calls of a minute: at 58 s an agent is all but free, at 20 s not."""
    outlook = build_outlooks(1)[0]
    assert soon_free(outlook, 20_000) == 0.5  # nothing known
    for _ in range(300):
        learn_handling(outlook, 60_000)
    assert soon_free(outlook, 20_000) == 0.0
    assert soon_free(outlook, 56_000) == pytest.approx(1.0)
    assert soon_free(outlook, 51_999) == 0.0
    assert soon_free(outlook, 600_000) == 0.0  # so long no call lasted
    assert soon_free(outlook, 56_000, 56_000, 20_000) == pytest.approx(2.0)


def soon_free(outlook: Any, *ages_ms: int) -> float:
    """Return how many of agents at calls of these ages are to be free within 10 s."""
    now = 1_000_000
    follow_from(outlook, now)
    for age_ms in ages_ms:
        note_busy(outlook, now - age_ms, 1)
    weigh_busy(outlook, 10, now)
    assert not outlook["busy"].any()
    assert 0.0 <= outlook["free_var"] <= outlook["free_mean"]
    return float(outlook["free_mean"])


@pytest.mark.rule("P-WEIGH-8")
def test_busy_agents_are_worth_less_the_longer_calls_are() -> None:
    """One and a half horizons over the mean handling time, at most 1."""
    worth = []
    for handled_s in (6, 60, 120):
        outlook = build_outlooks(1)[0]
        assert outlook["worth"] == 1.0
        for _ in range(50):
            learn_handling(outlook, handled_s * 1000)
        weigh_busy(outlook, 10, 0)
        worth.append(float(outlook["worth"]))
    assert worth == pytest.approx([1.0, 15 / 62, 15 / 122])


def test_what_is_not_worked_out_anew_has_not_changed(world_size: Callable[[int], int]) -> None:
    """Each second, after a few events or none, the tables are those of who forgets them all."""
    luck = np.random.default_rng(7)
    pacers, outlooks = build_pacers(1), build_outlooks(1)
    pacer, outlook, kept = pacers[0], outlooks[0], 0
    follow_from(outlook, 0)
    for second in range(world_size(3_000)):
        now, before = second * 1000, pacers.copy()
        for what in luck.integers(0, 5, luck.integers(0, 3)):
            if what == 0:
                note_ringing(pacer, now - 1 - int(luck.integers(0, 1000)), 1)
            elif what == 1 and pacer["out"] > 0:
                learn_end(pacer, int(luck.integers(0, 30_000)), int(luck.integers(0, 2)))
                dialled = (np.flatnonzero(pacer["ringing"])[0]) * 1000
                note_ringing(pacer, int(dialled), -1)
            elif what == 2:
                learn_handling(outlook, int(luck.integers(0, 200_000)))
            elif what == 3:
                note_busy(outlook, now - int(luck.integers(0, 1000)), 1)
        others, forgetful = pacers.copy(), outlooks.copy()
        others["learned"] = forgetful["learned"] = 1
        for each, staff in ((pacer, outlook), (others[0], forgetful[0])):
            weigh_ringing(each, 60, now)
            weigh_busy(staff, int(each["within_s"]), now)
        assert (others, forgetful) == (pacers, outlooks)
        kept += int((pacer["soon"] == before["soon"][0]).all())
    assert kept > second // 3


@pytest.mark.rule("P-LEARN-5", "P-LEARN-6")
def test_the_margin_follows_the_drops_and_does_not_wind_up() -> None:
    pacer, ledger = build_pacers(1)[0], np.zeros(1, LEDGER)[0]
    follow_drops(pacer, ledger, 0.03, 1, held=True)
    assert pacer["margin"] == pytest.approx(1.097)
    for _ in range(100):  # held by others, with few answers under way: it stays
        follow_drops(pacer, ledger, 0.03, 0, held=True)
    assert pacer["margin"] == pytest.approx(1.097)
    for _ in range(10_000):
        follow_drops(pacer, ledger, 0.03, 0, held=False)
    assert pacer["margin"] == -3.0


@pytest.mark.rule("P-LEARN-5", "P-LEARN-6")
def test_in_a_crowd_steps_are_softer_and_it_comes_down_while_held() -> None:
    """Not below where it began, which it would do without end."""
    pacer, ledger = build_pacers(1)[0], np.zeros(1, LEDGER)[0]
    pacer["out"], pacer["answer"] = 200, 0.25
    assert answers_under_way(pacer) == 1.0
    follow_drops(pacer, ledger, 0.03, 1, held=True)
    assert pacer["margin"] == pytest.approx(1.0 + 0.97 * 0.1 / 2)
    for _ in range(1000):
        follow_drops(pacer, ledger, 0.03, 0, held=True)
    assert 0.99 < pacer["margin"] <= 1.0
    pacer["out"] = 80
    assert answers_under_way(pacer) == 0.5


@pytest.mark.rule("P-LEARN-5")
@pytest.mark.parametrize(
    ("answers", "drops", "aimed"),
    [
        (0, 0, 0.03),
        (1000, 30, 0.03),
        (1000, 0, 0.03 + 30 / 550),
        (4000, 0, 0.09),  # never more than three times
        (1000, 45, 0.03 - 15 / 550),
        (1000, 60, 0.0),
    ],
)
def test_what_the_day_has_left_is_spent(answers: int, drops: int, aimed: float) -> None:
    ledger = np.zeros(1, LEDGER)[0]
    ledger["answers"], ledger["drops"] = answers, drops
    assert aimed_share(ledger, 0.03) == pytest.approx(aimed)


@pytest.mark.rule("P-WEIGH-2")
def test_it_looks_further_ahead_in_a_crowd() -> None:
    pacer = build_pacers(1)[0]
    for _ in range(100):
        learn_end(pacer, 8_000, 1)
    pacer["answer"] = 0.5
    looked = []
    for out in (0, 40, 80, 400):
        pacer["out"] = out
        weigh_ringing(pacer, 85, 100_000)
        looked.append(int(pacer["within_s"]))
    assert looked == [9, 13, 17, 17]


@pytest.mark.rule("P-AHEAD-4")
@given(
    st.floats(0, 300) | st.floats(0, 10_000),
    st.floats(0, 20),
    st.floats(0, 20) | st.floats(0, 2000),
    st.floats(-3, 6),
    st.floats(0.0, 1.0),
)
@example(17.16742416417845, 0.0, 4.0, 1.0, 0.3)  # nothing left over, but for the rounding
@example(7.946832399112026, 0.0, 4.0, -1.0, 0.25)
def test_dials_are_as_many_as_leave_something_over(
    free: float, answers: float, spread: float, margin: float, chance: float
) -> None:
    """As many as could be tried one after another, until one leaves nothing; at most 4096."""
    pacer = build_pacers(1)[0]
    pacer["first_soon"], pacer["margin"] = chance, margin
    surplus = free - answers
    tried = 0
    while tried < 4096 and left_over_after(pacer, surplus, spread, tried + 1) >= 0.0:
        tried += 1
    assert dials_ahead(pacer, free, answers, spread) == tried


@given(st.floats(0, 50), st.floats(0, 20), st.floats(0, 20), st.floats(-3, 6), st.floats(0.05, 1.0))
def test_more_in_hand_is_fewer_dials(
    free: float, answers: float, spread: float, margin: float, chance: float
) -> None:
    """Never more dials for a larger margin, more answers under way or fewer free agents."""
    pacer = build_pacers(1)[0]
    pacer["first_soon"] = chance

    def dials(free: float, answers: float, margin: float) -> int:
        pacer["margin"] = margin
        return int(dials_ahead(pacer, free, answers, spread))

    plain = dials(free, answers, margin)
    over = [float(left_over_after(pacer, free - answers, spread, n)) for n in range(1, plain + 2)]
    assert min(over[:-1], default=0.0) >= 0.0 > over[-1]
    assert dials(free, answers, margin + 1) <= plain
    assert dials(free, answers + 1, margin) <= plain <= dials(free + 1, answers, margin)
    if margin > 0:  # the mean of the answers stays below the free agents
        assert answers + plain * chance <= free + 1e-9 or plain == 0


# --- what a file may say --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pacing", "path", "says"),
    [
        ({"mode": "rate"}, "per_minute", "needs per_minute"),
        ({"mode": "preview"}, "preview", "needs preview"),
        ({"mode": "vicidial_adapt", "method": "tapered"}, "latest", "needs latest"),
        ({"mode": "predictive", "ratio": 2.0}, "ratio", "no such thing"),
        ({"mode": "power", "ratio": 2.0, "gain": 0.5}, "gain", "no such thing"),
        ({"mode": "abandon_target", "drop_target": 0.2}, "drop_target", "more than the rules"),
        ({"mode": "power", "ratio": 0.5}, "ratio", "1"),
        ({"mode": "rate", "per_minute": 0.0}, "per_minute", "more than 0.0"),
        ({"mode": "simulate_ahead", "runs": 7}, "runs", "8"),
        ({"mode": "predctive"}, "mode", "predictive"),
    ],
)
def test_what_cannot_be_is_refused(pacing: dict[str, Any], path: str, says: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        terms(**pacing)
    told = {problem.path: str(problem) for problem in refused.value.problems}
    key = f"campaigns[0].pacing.{path}"
    assert key in told
    assert says in told[key]
