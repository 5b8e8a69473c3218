"""What callees, platforms and gateways do to a whole run: labels that go, blocks that stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dialsim.core.codes import Action, Announcement, Cause, Rule, Seen
from dialsim.engine import host
from dialsim.engine.build import prepare
from dialsim.scenario import load_scenario
from tests.people.scenarios import small_scenario

DAY_MS = 86_400_000
pytestmark = pytest.mark.slow_without_jit
MARKING = {"marks.rate.bought": 0.4, "labels.marks": 3, "labels.share": 0.0001}


def world(count: int = 300, off: tuple[str, ...] = (), **overrides: Any) -> dict[str, Any]:
    """Return a scenario whose people never asked to be called."""
    told = {"consent_recorded": 1.0, "consent_genuine": 0.0}
    raw = small_scenario(
        {"name": "list", "synthetic": {"count": count, "relation": "bought"} | told}
    )
    raw["network"] = {"off": ["frequency", "complaints", *off], "overrides": overrides}
    raw["caller_ids"][0]["count"] = 5
    return raw


def played(raw: dict[str, Any]) -> host.Logs:
    return host.run_to_end(host.fill_all(prepare(load_scenario(raw))))


@pytest.mark.rule("N-LABEL-6", "N-LABEL-7", "N-MARK-4")
def test_a_label_is_appealed_and_goes() -> None:
    """Seen a day later, gone eight working days after that; the dialer is told of nothing."""
    raw = world(**MARKING, **{"labels.appeal.lookup": "1d"})
    raw["aftermath"] = "20d"
    raw["caller_ids"][0]["appeals_labels"] = True
    rows = played(raw).actions
    rows = rows[rows["rule"] == Rule.MARKS]
    assert len(rows) == 15
    assert not rows["noticed"].any()
    for line in range(5):
        label, review, lift = rows[rows["target"] == line]
        actions = [Action.LABEL, Action.REVIEW, Action.LIFT]
        assert [label["action"], review["action"], lift["action"]] == actions
        assert review["tick"] == label["tick"] + DAY_MS
        assert lift["tick"] == review["until"] == review["tick"] + 10 * DAY_MS  # a Tuesday
    raw["network"]["off"].append("label_appeals")
    assert set(played(raw).actions["action"]) == {Action.LABEL}


def test_intermediate_numbers_of_700_are_judged_as_other_intermediate_ones() -> None:
    raw = {**world(**MARKING), "study": "unlawful"}
    calls = []
    for kind in ("axb", "privacy"):
        raw["caller_ids"][0]["class"] = kind
        logs = played(raw)
        assert len(logs.actions)
        calls.append((logs.calls.tolist(), logs.actions.tolist()))
    assert calls[0] == calls[1]


@pytest.mark.rule("E-BEGIN-2", "N-LABEL-3", "N-LABEL-4")
def test_numbers_that_arrive_labelled_are_looked_up() -> None:
    """All of them from the start; those nobody looks up keep their label."""
    raw = world(5, **{"labels.arrives_share": 1.0, "labels.appeal.lookup": "2h"})
    raw["caller_ids"][0] |= {"checked_clean": False, "appeals_labels": True}
    rows = played(raw).actions
    assert rows["tick"].tolist() == [2 * 3_600_000] * 5
    assert set(rows["action"]) == {Action.REVIEW}


@pytest.mark.rule("N-MARK-5")
def test_who_marks_may_block_too() -> None:
    """All who mark block the number; with one name on all of them no further call comes through."""
    raw = world(**{"marks.rate.bought": 1.0, "subscriber_blocks.after_mark": 1.0,
                   "subscriber_blocks.bought": 0.0, "refuse_call.whitelist_share": 0.0,
                   "refuse_call.registered_share": 0.0})  # fmt: skip
    raw["caller_ids"][0]["display_name"] = "Bank"
    calls = played(raw).calls
    rang = set(calls["person"][calls["delivered"] == 1].tolist())
    later = calls[np.isin(calls["person"], list(rang)) & (calls["attempt"] == 2)]
    first = {int(row["person"]): row for row in calls if row["attempt"] == 1}
    again = [row for row in later if first[int(row["person"])]["delivered"]]
    assert len(again) > 20
    assert {row["cause"] for row in again} == {Cause.BLOCKED_BY_CALLEE}
    assert {row["announcement"] for row in again} == {Announcement.IN_CALL}
    assert {row["seen"] for row in again} <= {Seen.BUSY, Seen.UNREACHABLE}
    raw["network"]["off"].append("subscriber_blocks")
    assert Cause.BLOCKED_BY_CALLEE not in played(raw).calls["cause"]


@pytest.mark.rule("N-GATE-3 to N-GATE-5", "N-GATE-8")
def test_a_gateway_throttles_all_its_calls_and_says_so_once() -> None:
    """A row for each throttling, not for each call, on the trunk; the dialer is not told."""
    raw = world(**{"gateway.calls_per_hour": 20, "gateway.blocks_per_year": 0.0})
    raw["trunks"][0]["enters"] = "gateway"
    raw["caller_ids"] = [
        {"name": "far", "class": "fixed", "country": "SG", "count": 5, "trunk": "main"}
    ]
    raw["campaigns"][0]["caller_ids"] = ["far"]
    logs = played(raw)
    rows = logs.actions[logs.actions["rule"] == Rule.GATEWAY_CALLS]
    assert rows["action"].tolist() == [Action.THROTTLE, Action.LIFT] * (len(rows) // 2)
    assert np.all(np.diff(rows["tick"])[::2] >= 3_600_000)  # the hold, from the last call above
    row = rows[0]
    assert (row["target"], row["action"], row["noticed"]) == (-2, Action.THROTTLE, 0)
    assert (row["measured"], row["threshold"]) == (21, 20)
    refused = logs.calls[logs.calls["cause"] == Cause.GATEWAY_THROTTLED]
    assert len(refused) > 50
    assert refused["tick"].min() >= row["tick"]
    raw["network"]["off"].append("gateway")
    logs = played(raw)
    assert not np.isin(logs.calls["cause"], (Cause.GATEWAY_THROTTLED, Cause.GATEWAY_SHUT)).any()


@pytest.mark.rule("N-GATE-2", "N-GATE-7")
def test_a_blocked_gateway_lets_nothing_in() -> None:
    """While one holds, whoever calls is refused."""
    raw = world(**{"gateway.blocks_per_year": 700.0, "gateway.block_hold": "4h"})
    raw["trunks"][0] |= {"enters": "gateway", "channels": 3}
    raw["caller_ids"][0]["authorised_by"] = "CTCC"
    logs = played(raw)
    blocks = logs.actions[logs.actions["rule"] == Rule.GATEWAY]
    assert len(blocks)
    assert set(blocks["target"]) == {-2}
    inside = np.zeros(len(logs.calls), np.bool_)
    for row in blocks:
        inside |= (logs.calls["tick"] >= row["tick"]) & (logs.calls["tick"] < row["until"])
    shut = logs.calls["cause"] == Cause.GATEWAY_SHUT
    assert shut.any()
    assert np.array_equal(inside, shut)


@pytest.mark.rule("N-FATE-7")
@pytest.mark.parametrize("told", [False, True])
def test_a_recording_notice_takes_its_time(told: bool) -> None:
    """Four seconds more of each talk; who hangs up has heard the notice and nothing else."""
    raw = world(**{"recording.hangs_up": 0.5})
    plain = played(raw).calls
    raw["enterprise"]["privacy"] = {"recording_notice": True, "calls_recorded": told}
    calls = played(raw).calls
    if not told:  # what is not recorded is not announced
        assert np.array_equal(calls["talk_ms"], plain["talk_ms"])
        return
    before = {
        (row["person"], row["attempt"]): row for row in plain if row["seen"] == Seen.CONNECTED
    }
    pairs = [
        (before[key]["talk_ms"], row["talk_ms"])
        for row in calls
        if row["seen"] == Seen.CONNECTED and (key := (row["person"], row["attempt"])) in before
    ]
    hung_up = [after for first, after in pairs if after != first + 4000]
    assert set(hung_up) == {4000}
    assert 0.3 < len(hung_up) / len(pairs) < 0.7


@pytest.mark.rule("N-FATE-3", "N-FATE-4")
def test_what_is_heard_decides_where_the_code_says_little() -> None:
    """480 with "call restricted" is a block; with anything else, or another code, it is not."""
    heard = [["call_restricted", 0.5], ["in_call", 0.5]]
    raw = world(
        **{f"signalling.announcement.{cause}": heard for cause in ("no_answer", "busy", "invalid")},
        **{"signalling.no_answer": [[480, 0.5], [408, 0.5]]},
    )
    calls = played(raw).calls
    silent = calls[calls["cause"] == Cause.NO_ANSWER]
    restricted = silent["announcement"] == Announcement.CALL_RESTRICTED
    blocked = silent["seen"] == Seen.BLOCKED
    assert np.array_equal(blocked, restricted & (silent["sip"] == 480))
    assert blocked.any()
    assert (restricted & ~blocked).any()
    raw["network"]["off"].append("signalling")
    assert not played(raw).calls["announcement"].any()
    assert not calls["announcement"][calls["sip"] == 200].any()
