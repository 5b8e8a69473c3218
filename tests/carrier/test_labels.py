"""Labels: who sees them, on which platform they come first, how an appeal takes them away."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialsim.carrier.labels.build import ALL_PLATFORMS, label_factor
from dialsim.carrier.labels.kernels import (
    add_labels,
    block_caller,
    file_appeal,
    may_file_at,
    note_mark,
    sees_label,
    take_label_away,
)
from dialsim.carrier.layout import (
    BLOCKED_SHIFT,
    NUMBER,
    PLATFORM,
    SUBSCRIBER,
    W_MARKS,
    HandsetFlag,
)
from dialsim.core.codes import Action, Kind, NumberClass, Rule
from dialsim.core.queue import queue_is_in, queue_remove
from dialsim.core.rng import wrapping
from dialsim.core.windows import counted, of_family
from dialsim.engine.build import prepare
from dialsim.engine.host import fill_all, run_to_end
from dialsim.engine.kernels import dispatch_call
from dialsim.engine.network.kernels import on_label
from dialsim.scenario import load_network, load_scenario
from tests.carrier.unregistered import CALLERS, FIXED_ROW, network, unregistered
from tests.people.scenarios import small_scenario

DAY_MS = 86_400_000


def mark(carrier: Any, profile: Any, line: int, target: int, now: int, times: int) -> list[Any]:
    """Mark a line so many times; what each mark did."""
    with wrapping():
        return [
            note_mark(carrier, profile.network[0], line, target, CALLERS, now) for _ in range(times)
        ]


@pytest.mark.rule("N-MARK-3")
def test_platforms_show_one_after_the_other() -> None:
    """12 marks on the main platform, at once; 16 and 20 on the others, days later. One row."""
    carrier, profile = network()
    acts = mark(carrier, profile, 4, -1, 100, 12)
    assert [act[0] for act in acts] == [Action.NONE] * 11 + [Action.LABEL]
    assert acts[-1] == (Action.LABEL, 12, 12, 4)
    assert carrier.numbers[4]["labelled"] == 1
    assert carrier.numbers[4]["label_from"][0] == 100
    assert all(act[0] == Action.NONE for act in mark(carrier, profile, 4, -1, 200, 8))
    assert carrier.numbers[4]["labelled"] == ALL_PLATFORMS
    assert carrier.numbers[4]["label_from"].tolist() == [100, 200 + DAY_MS, 200 + 2 * DAY_MS]


@pytest.mark.rule("N-MARK-3")
def test_a_share_is_needed_too() -> None:
    """Twelve marks among 1201 delivered calls are less than one in a hundred."""
    carrier, profile = network()
    record = carrier.numbers[0]
    assert add_labels(record, profile.network[0], 12, 1201, 0) == -1
    assert add_labels(record, profile.network[0], 12, 1199, 0) == 0


@pytest.mark.rule("N-MARK-2")
def test_linked_numbers_are_labelled_together() -> None:
    """Six landlines marked twice each: their class is labelled, none by itself."""
    carrier, profile = network()
    acts = [mark(carrier, profile, line, FIXED_ROW, 5, 2)[-1] for line in range(4, 10)]
    assert acts[-1] == (Action.LABEL, 12, 12, FIXED_ROW)
    assert not carrier.numbers["labelled"][:CALLERS].any()
    carrier.subscribers["handset"][0] = 0
    with wrapping():
        assert all(sees_label(carrier, 0, line, FIXED_ROW, 5) for line in range(4, 10))


@pytest.mark.rule("N-LABEL-1")
@pytest.mark.parametrize(
    ("handset", "named", "now", "sees"),
    [
        (0, 0, 9, False),  # a day before it shows
        (0, 0, 10, True),
        (1, 0, 10, False),  # the second platform knows nothing of it
        (PLATFORM, 0, 10, False),
        (HandsetFlag.CERTIFIED, 0, 10, True),  # what is not named is not certified
        (HandsetFlag.CERTIFIED, 1, 10, False),
        (0, 1, 10, True),
    ],
)
def test_who_sees_a_label(handset: int, named: int, now: int, sees: bool) -> None:
    """Handset, platform, tick and certified name decide, of the line as of its class."""
    for row, target in ((4, -1), (FIXED_ROW, FIXED_ROW)):
        carrier, _ = network()
        carrier.numbers["labelled"][row], carrier.numbers["label_from"][row, 0] = 1, 10
        carrier.numbers["named"][4] = named
        carrier.subscribers["handset"][3] = handset
        with wrapping():
            assert sees_label(carrier, 3, 4, target, now) == sees


@given(shares=st.tuples(*[st.floats(0.01, 0.33) for _ in range(3)]), factor=st.floats(0.0, 1.0))
def test_the_published_effect_is_that_of_all_callees(
    shares: tuple[float, ...], factor: float
) -> None:
    """Those who see no label answer as before; the others make up for it, down to never."""
    keys = [f"labels.handsets.{name}" for name in ("main", "second", "third")]
    told = dict(zip(keys, shares, strict=True)) | {"labels.answer_factor": factor}
    conditional = label_factor(load_network("typical").with_overrides(told))
    covered = sum(shares)
    assert 0.0 <= conditional <= 1.0
    assert covered * conditional + 1 - covered == pytest.approx(max(factor, 1 - covered))


@pytest.mark.rule("N-LABEL-7")
def test_an_appeal_begins_the_count_anew() -> None:
    """The label and the marks behind it go, of the row that was judged and of no other."""
    carrier, profile = network()
    mark(carrier, profile, 4, -1, 0, 12)
    mark(carrier, profile, 5, -1, 0, 12)
    take_label_away(carrier, 4, CALLERS)
    assert carrier.numbers["labelled"][[4, 5]].tolist() == [0, 1]
    marks = of_family(carrier.windows, W_MARKS)["total"]
    assert marks[[4, 5]].tolist() == [0, 12]
    assert not counted(carrier.windows, carrier.window_counts, W_MARKS)[:, 4].any()
    assert mark(carrier, profile, 4, -1, 1, 12)[-1][0] == Action.LABEL
    mark(carrier, profile, 6, FIXED_ROW, 1, 12)
    take_label_away(carrier, FIXED_ROW, CALLERS)
    assert marks[[CALLERS, 6]].tolist() == [0, 12]


@pytest.mark.rule("N-LABEL-6")
def test_two_appeals_in_three_months() -> None:
    """The third waits until the first is so long ago."""
    _, profile = network()
    record = np.zeros(1, NUMBER)
    record["filed"] = -(1 << 62)
    for tick in (0, 50 * DAY_MS):
        assert may_file_at(record[0], profile.network[0]) <= tick
        file_appeal(record[0], tick)
    assert may_file_at(record[0], profile.network[0]) == 90 * DAY_MS
    file_appeal(record[0], 90 * DAY_MS)
    assert may_file_at(record[0], profile.network[0]) == 140 * DAY_MS


@pytest.mark.rule("N-MARK-5")
def test_a_second_number_blocked_blocks_them_all() -> None:
    """One number on the blacklist stays one, however often; another makes it the enterprise."""
    subscriber = np.zeros(1, SUBSCRIBER)
    subscriber["handset"] = PLATFORM
    for _ in range(2):
        block_caller(subscriber[0], 7)
        assert subscriber["handset"][0] == 8 << BLOCKED_SHIFT | PLATFORM
    block_caller(subscriber[0], 199_999)
    assert subscriber["handset"][0] & HandsetFlag.BLOCKS_ENTERPRISE


@pytest.mark.rule("N-LABEL-5 to N-LABEL-7")
@pytest.mark.by_hand
def test_an_appeal_is_filed_decided_and_may_have_to_wait() -> None:
    """Looked up, filed, gone some working days later; after so many filings not at once."""
    raw = appealing()
    made = prepare(load_scenario(raw))
    carrier, queue = made.state.carrier, made.state.queue
    line, node = carrier.numbers[0], int(made.static.world[0]["node_label"])
    line["labelled"], line["appeal_stage"] = ALL_PLATFORMS, 1
    most = int(made.static.profile.network[0]["appeal_most"])
    now = 0
    for _ in range(most):
        line["labelled"], line["appeal_stage"] = ALL_PLATFORMS, 1
        on_label(made.static, made.state, 0, now)
        assert line["appeal_stage"] == 2
        assert queue_is_in(queue, node)
        queue_remove(queue, node)
        now += DAY_MS
        dispatch_call(made.static, made.state, node, int(Kind.NETWORK), now)
        assert (line["labelled"], line["appeal_stage"]) == (0, 0)
    line["labelled"], line["appeal_stage"] = ALL_PLATFORMS, 1
    on_label(made.static, made.state, 0, now)
    assert line["appeal_stage"] == 1  # the window is full
    assert queue_is_in(queue, node)
    rows = made.state.memory.actions[: int(made.state.control[0]["actions"])]
    assert rows["action"].tolist() == [Action.REVIEW, Action.LIFT] * most


@pytest.mark.slow_without_jit
def test_the_network_looks_at_labels_by_itself() -> None:
    """A number that came labelled is looked up, filed and clear before the campaign is over."""
    raw = appealing()
    raw["network"]["overrides"]["labels.arrives_share"] = 1.0
    raw["caller_ids"][0] |= {"checked_clean": False, "count": 1}
    made = fill_all(prepare(load_scenario(raw)))
    actions = run_to_end(made).actions
    mine = actions[actions["rule"] == Rule.MARKS]
    assert mine["action"].tolist()[:2] == [Action.REVIEW, Action.LIFT]
    assert made.state.carrier.numbers[0]["labelled"] == 0


@pytest.mark.rule("N-LABEL-3")
def test_a_class_appeals_if_an_unregistered_caller_id_of_it_does() -> None:
    """Of the registered blocks none speaks for a class."""
    raw = unregistered()
    sims, land = raw["caller_ids"]
    sims["appeals_labels"] = True
    volume = {"use": "marketing", "category": "loan", "daily_volume": 500}
    filed = {"registered": True, "filed": volume, "appeals_labels": True}
    raw["caller_ids"].append(land | {"name": "filed"} | filed)
    numbers = prepare(load_scenario(raw)).state.carrier.numbers
    callers = sims["count"] + 2 * land["count"]
    assert numbers["appeals"][:callers].tolist() == [1] * 4 + [0] * 6 + [1] * 6
    rows = numbers[callers : callers + 9]
    assert rows["number_class"][rows["appeals"] == 1].tolist() == [NumberClass.MOBILE]


def appealing() -> dict[str, Any]:
    raw = small_scenario({"name": "list", "synthetic": {"count": 3, "relation": "opted_in"}})
    raw["caller_ids"][0] |= {"appeals_labels": True}
    raw["aftermath"] = "30d"
    return raw
