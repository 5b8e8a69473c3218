"""A scenario for every reason: a run, a screening or a check that yields it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import dialsim
from dialsim.core.codes import LeadState, Reason
from dialsim.engine import host
from dialsim.engine.build import prepare
from dialsim.scenario import load_scenario
from tests.compliance.test_screening import LINES, every_reason
from tests.people.scenarios import small_scenario
from tests.reference.worlds import agents, campaign, scenario, synthetic, trunk
from tests.scenario.worlds import changed

HOUR_MS = 3_600_000
Scenario = Callable[[Path], set[Reason]]


def by_name(names: Any) -> set[Reason]:
    return {Reason[name.upper()] for name in names if name}


# --- of a row, by screening ----------------------------------------------------------------------


def rows_of_a_list(folder: Path) -> set[Reason]:
    """The list in which each row has a reason of its own; one may be called."""
    found = dialsim.screen(None, every_reason(folder), "2026-04-13 09:59").table.to_pydict()
    free = {Reason.NONE} if "now" in found["verdict"] else set()
    return by_name(found["reason"]) | free


def listed(folder: Path, **changes: Any) -> set[Reason]:
    """A list of one number, screened at ten."""
    (folder / "list.csv").write_text("number,consent_date\n13800000001,2026-01-05\n")
    raw = small_scenario({"name": "list", "file": str(folder / "list.csv")}) | changes
    found = dialsim.screen(None, raw, "2026-04-13 10:00").table.to_pydict()
    return by_name(found["reason"])


def earlier_call(outcome: str) -> Scenario:
    """An earlier call that ended so."""

    def screened(folder: Path) -> set[Reason]:
        calls = folder / "calls.csv"
        calls.write_text(f"number,time,outcome\n13800000001,2026-03-01 10:00,{outcome}\n")
        return listed(folder, history={"calls": {"file": str(calls)}})

    return screened


def trunks_stopped(folder: Path) -> set[Reason]:
    """An operator's stop."""
    stop = {"name": "stop", "what": "stop", "operator": "CTCC"}
    return listed(folder, events=[stop | {"from": "2026-04-13", "to": "2026-04-13T11:00:00"}])


# --- of a lead, by running -----------------------------------------------------------------------


def how_leads_ended(folder: Path) -> set[Reason]:
    """A day of sixty people."""
    few = scenario()["campaigns"][0] | {"attempts": {"at_most": 2, "retry": {"no_answer": "15m"}}}
    return by_name(dialsim.run(scenario(days=1, campaigns=[few])).people["reason"].to_pylist())


def too_many_people(folder: Path) -> set[Reason]:
    """More than there is time for."""
    raw = scenario(days=1, people=[synthetic("customers", 600)])
    return by_name(dialsim.run(raw).people["reason"].to_pylist())


def person_on_a_call(folder: Path) -> set[Reason]:
    """Two campaigns call one list: whoever talks to one is not called by the other."""
    pair = [campaign(name, ["customers"], ["north"], [name]) for name in ("one", "two")]
    crews = [agents(name, 3, 0) for name in ("one", "two")]
    raw = scenario(campaigns=pair, agents=crews, rules=FREE, trunks=[trunk("main", 20, 40)])
    world = host.fill_all(prepare(load_scenario(raw)))
    for second in range(60):
        host.advance(world, 9 * HOUR_MS + second * 1_000)
        if (world.state.leads["state"] == LeadState.HELD).any():
            return {Reason.PERSON_BUSY}
    return set()


def held_back_by(limit: str, reason: Reason, **changes: Any) -> Scenario:
    """A run that a resource holds back for longer than any other."""

    def played(folder: Path) -> set[Reason]:
        told = dialsim.run(scenario(days=1, **changes)).summary["binding"][0]
        return {reason} if told["limit"] == limit else set()

    return played


FREE = {"contract": "test", "callee_limits": [], "retry_gap": "0s"}
MANY = [synthetic("customers", 3_000)]
BOLD = scenario()["campaigns"][0] | {"pacing": {"mode": "power", "ratio": 4.0}}


# --- of numbers, before a run --------------------------------------------------------------------


def refused_before(path: str, value: object) -> Scenario:
    """Exit 2 with the reason's name; under a study of unlawful use the run is flagged with it."""

    def checked(folder: Path) -> set[Reason]:
        raw = changed(path, value)
        refusal = dialsim.check(raw)
        assert refusal["verdict"] == {"exit_code": 2}
        told = {problem["message"].split(":")[0] for problem in refusal["problems"]}
        study = {**raw, "study": "unlawful", "days": 1}
        flags = dialsim.run(study).summary["misuses"]
        assert all(any(f": {name}:" in flag for flag in flags) for name in told)
        return by_name(told)

    return checked


SCENARIOS: dict[Reason, Scenario] = {
    **{reason: rows_of_a_list for _, _, reason in LINES},
    Reason.SUSPECTED_BLOCK: earlier_call("blocked"),
    Reason.DECLINED: earlier_call("not interested"),
    Reason.CALLER_NOT_ALLOWED: refused_before("caller_ids.0.class", "mobile"),
    Reason.PURPOSE_NOT_FILED: refused_before("caller_ids.0.filed.use", "service"),
    Reason.PERSON_BUSY: person_on_a_call,
    Reason.TRUNK_LIMIT: trunks_stopped,
    Reason.CALLER_LIMIT: held_back_by("caller_ids", Reason.CALLER_LIMIT, people=MANY),
    Reason.NO_AGENT: held_back_by(
        "agents", Reason.NO_AGENT, people=MANY, rules=FREE, agents=[agents("day", 1, 0)]
    ),
    Reason.ENTERPRISE_LIMIT: held_back_by(
        "enterprise",
        Reason.ENTERPRISE_LIMIT,
        people=MANY,
        rules=FREE | {"enterprise_limits": [{"count": 3, "per": "1h"}]},
    ),
    Reason.ABANDON_GUARD: held_back_by(
        "abandon_guard",
        Reason.ABANDON_GUARD,
        people=MANY,
        rules=FREE,
        campaigns=[BOLD],
        trunks=[trunk("main", 20, 40)],
        agents=[agents("day", 6, 0)],
    ),
    Reason.CONNECTED: how_leads_ended,
    Reason.ATTEMPTS_USED: how_leads_ended,
    Reason.NO_RETRY: how_leads_ended,
    Reason.OUT_OF_TIME: too_many_people,
}


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.name.lower())
def test_a_scenario_yields_it(reason: Reason, tmp_path: Path) -> None:
    """A new reason without a scenario fails here."""
    assert reason in SCENARIOS, f"no scenario shows {reason.name}"
    assert reason in SCENARIOS[reason](tmp_path)
