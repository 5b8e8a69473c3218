"""Counting by a value: batches do not matter, and both ways of counting agree."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from dialsim.core.codes import Cause, EventCode, Seen
from dialsim.outcomes.kernels import tally_call
from dialsim.outcomes.layout import ACTION_ROW, CALL_ROW, EVENT_ROW, TALLY
from dialsim.outcomes.split import CALL_COUNTS, COUNTS, CountingSink, SplitCounts, table_columns
from dialsim.outcomes.tables import Labels, call_table
from dialsim.outcomes.writer import MemorySink

LABELS = Labels(date(2026, 4, 13), "Asia/Shanghai", ["up"], ["main"], ["north-001"])
WITHIN_MS = 2_000
CODES = np.array([0, 1, -1, 2, 1, 0, 2, -1])
NO_ACTIONS = np.empty(0, ACTION_ROW)


def rows(n: int = 400) -> Any:
    """Return attempts with everything at random, as far as it can be together."""
    rng = np.random.default_rng(7)
    made = np.zeros(n, CALL_ROW)
    made["person"] = rng.integers(0, len(CODES), n)
    made["cause"] = rng.integers(1, len(Cause), n)
    made["sip"] = np.where(made["cause"] <= Cause.ASSISTANT, 200, 480)
    made["seen"] = rng.integers(1, len(Seen), n)
    made["delivered"] = rng.integers(0, 2, n)
    made["wait_ms"] = rng.integers(0, 4_000, n)
    made["hold_ms"] = np.minimum(made["wait_ms"], rng.integers(0, 1_000, n))
    made["talk_ms"] = np.where(made["sip"] == 200, rng.integers(0, 90_000, n), 0)
    return made


def tally(made: Any) -> Any:
    """Count as the engine does; who was connected too late is abandoned, too."""
    found = np.zeros(1, TALLY)
    reached: set[int] = set()
    for row in made:
        live = int(row["cause"] == Cause.LIVE)
        first = int(live == 1 and int(row["person"]) not in reached)
        reached |= {int(row["person"])} if live else set()
        tally_call(found[0], row, live, first)
        late = live and row["seen"] == Seen.CONNECTED and row["sip"] == 200
        found[0]["abandoned"] += int(late and row["wait_ms"] - row["hold_ms"] > WITHIN_MS)
    return found[0]


@pytest.mark.parametrize("batch", [1, 37, 400])
def test_counts_are_the_engines(batch: int) -> None:
    made = rows()
    split = SplitCounts(lambda persons: CODES[persons], WITHIN_MS)
    for first in range(0, len(made), batch):
        split.add_rows(made[first : first + batch])
    counts = split.counts(3)
    for code in (0, 1, 2, -1):
        mine = tally(made[CODES[made["person"]] == code])
        for name in (*CALL_COUNTS, "reach"):
            assert counts[name][code] == mine[name], name


def test_the_table_counts_as_the_rows() -> None:
    made = rows()
    split = SplitCounts(lambda persons: CODES[persons], WITHIN_MS)
    for batch in call_table(made, LABELS).to_batches(max_chunksize=50):
        split.add_calls(*table_columns(batch, WITHIN_MS))
    direct = SplitCounts(lambda persons: CODES[persons], WITHIN_MS)
    direct.add_rows(made)
    for name in COUNTS:
        assert split.counts(3)[name].tolist() == direct.counts(3)[name].tolist()


def test_a_sink_counts_on_the_way() -> None:
    split = SplitCounts(lambda persons: CODES[persons], WITHIN_MS)
    memory = MemorySink(LABELS)
    sink = CountingSink(memory, [split])
    events = np.zeros(3, EVENT_ROW)
    events["person"] = (0, 1, 1)
    events["code"] = (EventCode.MARK, EventCode.MARK, EventCode.OPT_OUT)
    sink.write(rows(), events, NO_ACTIONS)
    sink.rotate()
    sink.close()
    assert memory.calls.num_rows == 400
    counts = split.counts(3)
    assert counts["marks"].tolist() == [1, 1, 0, 0]
    assert counts["opt_outs"].tolist() == [0, 1, 0, 0]
    split.add_leads(np.arange(8), np.arange(8) < 2)
    assert split.counts(3)["leads"].tolist() == [2, 2, 2, 2]
    assert split.counts(3)["leads_finished"].tolist() == [1, 1, 0, 0]


def test_nothing_counts_to_nothing() -> None:
    counts = SplitCounts(lambda persons: CODES[persons], WITHIN_MS).counts(2)
    assert all(counts[name].tolist() == [0, 0, 0] for name in COUNTS)
