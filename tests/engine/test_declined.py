"""Who says "not interested" is not called for marketing again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dialsim
from dialsim.core.codes import LeadState, Reason, Seen
from dialsim.core.person_flags import PersonFlag
from dialsim.engine import host, shared
from dialsim.engine.build import World
from dialsim.errors import ScenarioError
from dialsim.scenario import load_scenario
from tests.carrier.test_standing import played
from tests.engine.test_complainants import three_calls
from tests.engine.test_conservation import check_declined
from tests.people.scenarios import small_scenario
from tests.reference.compare import compare

DAY_MS = 86_400_000
NOBODY_ELSE = {"complaints.rate_12321.opted_in": 0, "opt_out.opted_in": 0.0}
FOR_SERVICE = {"purpose": "service", "category": "other"}


def two_campaigns(share: float, second: dict[str, Any], **network: Any) -> dict[str, Any]:
    """Return a week in which two campaigns call everybody until they talk, without callbacks."""
    shares = {"declined.opted_in.marketing": share, "declined.opted_in.service": 0.0}
    raw = three_calls(people=60, **(NOBODY_ELSE | shares | network))
    raw["trunks"][0]["permits"] = ["marketing", "service"]
    raw["study"] = "unlawful"  # numbers filed for marketing call for service, too
    for campaign in raw["campaigns"]:
        del campaign["callbacks"]
    raw["campaigns"][1] |= second
    return raw


def reasons(world: World, campaign: int) -> dict[int, int]:
    """Return how many leads of a campaign ended for which reason."""
    leads = world.state.leads
    mine = leads[(leads["campaign"] == campaign) & (leads["state"] == LeadState.FINISHED)]
    codes, counts = np.unique(mine["reason"], return_counts=True)
    return dict(zip(codes.tolist(), counts.tolist(), strict=True))


@pytest.mark.rule("E-AFTER-2", "E-SUM-6")
@pytest.mark.slow_without_jit
def test_it_ends_marketing_by_every_campaign() -> None:
    world, logs = played(two_campaigns(1.0, {}))
    assert check_declined(world, logs) > 20
    talked = logs.calls[logs.calls["seen"] == Seen.CONNECTED]
    assert (talked["declined"] == 1).all()
    assert len(np.unique(talked["person"])) == len(talked)  # once, by whichever came first
    assert all(reasons(world, each)[Reason.DECLINED] > 5 for each in (0, 1))


@pytest.mark.slow_without_jit
def test_it_does_not_end_service_but_a_call_of_service_may_end_marketing() -> None:
    """Collections are like service: the verdict asks of marketing alone."""
    world, logs = played(two_campaigns(1.0, FOR_SERVICE))
    assert check_declined(world, logs) > 20
    assert reasons(world, 0).get(Reason.DECLINED, 0) == 0  # service declines nothing
    assert reasons(world, 1).get(Reason.DECLINED, 0) == 0
    spoken = [set(np.unique(logs.calls[(logs.calls["campaign"] == c)
                                       & (logs.calls["seen"] == Seen.CONNECTED)]["person"]))
              for c in (0, 1)]  # fmt: skip
    assert len(spoken[0] & spoken[1]) > 10
    share = {"declined.opted_in.service": 1.0}
    world, logs = played(two_campaigns(0.0, FOR_SERVICE, **share))
    assert check_declined(world, logs) > 20
    assert reasons(world, 0)[Reason.DECLINED] > 5


@pytest.mark.slow_without_jit
def test_a_share_of_nothing_changes_nothing() -> None:
    """Nor does a decline move any other draw: the first call of each person stays what it was."""
    none, quiet = played(two_campaigns(0.0, {}))
    _, loud = played(two_campaigns(0.5, {}))
    assert not quiet.calls["declined"].any()
    assert not none.state.progress["declined"].any()
    columns = ["tick", "person", "caller", "seen", "ring_ms", "talk_ms"]
    first = [logs.calls[logs.calls["tick"] < DAY_MS][columns].tolist() for logs in (quiet, loud)]
    kept = set(first[0]) & set(first[1])
    assert len(kept) > 30


@pytest.mark.rule("E-AFTER-2")
@pytest.mark.slow_without_jit
def test_an_opt_out_is_the_stronger_one() -> None:
    raw = two_campaigns(1.0, FOR_SERVICE, **{"opt_out.opted_in": 1.0})
    world, logs = played(raw)
    flags = world.state.people["flags"]
    assert ((flags & PersonFlag.WITHDRAWN) > 0).sum() > 20
    assert not (flags & PersonFlag.DECLINED).any()
    assert not logs.calls["declined"].any()


@pytest.mark.slow_without_jit
@pytest.mark.parametrize("second", [{}, FOR_SERVICE])
def test_the_twin_says_the_same(second: dict[str, Any]) -> None:
    assert not compare(two_campaigns(0.5, second, **{"declined.opted_in.service": 0.4}))


@pytest.fixture
def half_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a decline hold half a day, as no pack for callees in China allows."""
    fill = shared.fill_world

    def filled(world: Any, *rest: Any) -> None:
        fill(world, *rest)
        world["decline_holds_ms"] = DAY_MS // 2

    monkeypatch.setattr(shared, "fill_world", filled)


@pytest.mark.rule("E-VERDICT-1")
@pytest.mark.slow_without_jit
@pytest.mark.usefixtures("half_a_day")
def test_one_that_lapses_is_forgotten() -> None:
    """Who said no to one campaign is called by the other, if its turn comes late enough."""
    raw = two_campaigns(1.0, {})
    world, logs = played(raw)
    assert len(world.state.declines) == len(world.state.people)
    assert check_declined(world, logs) > 20
    assert called_again(logs)
    assert not compare(raw)


def called_again(logs: host.Logs) -> bool:
    """Whether somebody declined twice."""
    declined = logs.calls[logs.calls["declined"] == 1]
    return len(np.unique(declined["person"])) < len(declined)


@pytest.mark.by_hand
@pytest.mark.usefixtures("half_a_day")
def test_one_lapses_in_days() -> None:
    raw = two_campaigns(1.0, {}) | {"days": 3}
    raw["people"][0]["synthetic"]["count"] = 12
    world, logs = played(raw)
    assert check_declined(world, logs) > 0
    assert called_again(logs)


@pytest.mark.parametrize(
    ("outcome", "time", "purpose", "reason"),
    [
        ("declined", "2026-03-01 10:00", "marketing", "declined"),
        ("不感兴趣", "2020-03-01 10:00", "marketing", "declined"),
        ("connected", "2026-03-01 10:00", "marketing", None),
        ("declined", "2026-03-01 10:00", "service", None),
    ],
)
def test_a_call_log_tells_of_it(
    outcome: str, time: str, purpose: str, reason: str | None, tmp_path: Path
) -> None:
    """A campaign that goes on respects what was said before."""
    assert screened(tmp_path, outcome, time, purpose) == [reason]


@pytest.mark.usefixtures("half_a_day")
@pytest.mark.parametrize(("time", "reason"), [("18:00", "declined"), ("10:00", None)])
def test_one_that_has_lapsed_before_ends_nothing(
    time: str, reason: str | None, tmp_path: Path
) -> None:
    """Of the evening before it holds at midnight, of the morning before no more."""
    assert screened(tmp_path, "declined", f"2026-04-12 {time}", "marketing") == [reason]


def screened(folder: Path, outcome: str, time: str, purpose: str) -> list[str | None]:
    """Return why a person whom an earlier call went to may not be called; None: they may."""
    (folder / "calls.csv").write_text(f"number,time,outcome\n13800000001,{time},{outcome}\n")
    (folder / "list.csv").write_text("number,consent_date\n13800000001,2026-01-05\n")
    raw = small_scenario({"name": "list", "file": str(folder / "list.csv")})
    raw["people"][0]["purposes"] = ["marketing", "service"]
    raw["campaigns"][0]["purpose"], raw["study"] = purpose, "unlawful"
    raw["history"] = {"calls": {"file": str(folder / "calls.csv")}}
    found = dialsim.screen(None, raw, "2026-04-13 10:00").table.to_pydict()
    return list(found["reason"])


@pytest.mark.rule("N-FATE-9")
@pytest.mark.by_hand
def test_who_hangs_up_at_the_recording_notice_declines_nothing() -> None:
    raw = two_campaigns(1.0, {}, **{"recording.hangs_up": 1.0}) | {"days": 1}
    raw["people"][0]["synthetic"]["count"] = 30
    raw["enterprise"]["privacy"] = {"recording_notice": True}
    _, logs = played(raw)
    assert (logs.calls["seen"] == Seen.CONNECTED).any()
    assert not logs.calls["declined"].any()


@pytest.mark.parametrize(("holds", "allowed"), [("7300d", True), ("3649d", False)])
def test_how_long_it_holds_is_a_hard_limit_for_callees_in_china(holds: str, allowed: bool) -> None:
    """Longer than the pack says; shorter by no contract."""
    raw = small_scenario({"name": "list", "synthetic": {"count": 1, "relation": "opted_in"}})
    raw["rules"] = {"contract": "c", "overrides": {"refusal.decline_holds": holds}}
    if allowed:
        assert load_scenario(raw).rules.overrides
        return
    with pytest.raises(ScenarioError, match="decline_holds"):
        load_scenario(raw)
