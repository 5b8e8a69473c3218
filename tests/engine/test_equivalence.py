"""Slicing, budgets, chunks, copies, threads and the compiler leave a run's result as it is."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialsim.core.codes import LeadState, Status
from dialsim.engine import host
from dialsim.engine.build import World, prepare
from dialsim.scenario.load import load_scenario
from tests.reference.compare import difference, engine_result
from tests.reference.records import Result
from tests.reference.worlds import plentiful, scenario, synthetic

ROOT = Path(__file__).resolve().parents[2]
DAY_MS = 86_400_000


def raw_world() -> dict[str, Any]:
    return scenario(
        days=1,
        people=[synthetic("customers", 60), synthetic("bought", 30, "bought")],
        campaigns=[
            scenario()["campaigns"][0] | {"name": name, "people": lists, "pacing": pacing}
            for name, lists, pacing in (
                ("first", ["customers", "bought"], {"mode": "power", "ratio": 2.0}),
                ("second", ["bought", "customers"], {}),
            )
        ],
    )


def play_on(
    world: World,
    cuts: Sequence[int] = (),
    budget: int | None = None,
    chunk: int = 1 << 16,
) -> Result:
    """Play to the end, stopping at the cuts, in bites of `budget` events and `chunk` rows."""
    parts = [host.drain(world)]
    for until in [*sorted(cuts), world.end_tick]:
        while True:
            status = host.advance(world, until, budget)
            if status == Status.NEED_LEADS:
                source = int(world.state.control[0]["need_list"])
                assert host.fill(world, source, chunk) > 0
                host.publish(world, source)
            elif status == Status.CASES_FULL:
                host.grow_cases(world)
            elif status in (Status.REACHED, Status.DONE):
                break
            parts.append(host.drain(world))
        parts.append(host.drain(world))
    for source in range(len(world.state.lists)):  # who they are whom nobody came to look at
        host.fill(world, source, host.rows_left(world, source))
        host.publish(world, source)
    logs = host.Logs(*(np.concatenate(rows) for rows in zip(*parts, strict=True)))
    return engine_result(world, logs)


@pytest.fixture(scope="module")
def begun() -> World:
    """A world before its first event; tests go on from copies of it."""
    return prepare(load_scenario(raw_world()))


@pytest.fixture(scope="module")
def whole(begun: World) -> Result:
    """The same world with every row there at once, in one go."""
    result = play_on(host.fill_all(host.copy_state(begun)))
    assert len(result.calls) > 50
    assert len(result.events) > 5
    assert len(result.actions) > 5
    return result


def same(whole: Result, other: Result) -> None:
    found = difference(whole, other)
    assert not found, found


@pytest.mark.rule("E-DRAW-6")
@pytest.mark.once
@settings(max_examples=1 + settings.default.max_examples // 4)
@given(cuts=st.lists(st.integers(0, 2 * DAY_MS) | st.integers(32_400_000, 43_200_000), max_size=30))
def test_slices(begun: World, whole: Result, cuts: list[int]) -> None:
    same(whole, play_on(host.copy_state(begun), cuts))


@pytest.mark.once
@pytest.mark.parametrize("budget", [pytest.param(1, marks=pytest.mark.full), 7, 1000])
def test_budgets(begun: World, whole: Result, budget: int) -> None:
    same(whole, play_on(host.copy_state(begun), budget=budget))


@pytest.mark.rule("E-DRAW-6", "E-LEAD-8")
@pytest.mark.once
@pytest.mark.parametrize("chunk", [1, 7, 1 << 16])
def test_chunks(begun: World, whole: Result, chunk: int) -> None:
    same(whole, play_on(host.copy_state(begun), chunk=chunk))


@pytest.mark.full
@pytest.mark.once
@settings(max_examples=1 + settings.default.max_examples // 6)
@given(
    cuts=st.lists(st.integers(32_400_000, 43_200_000), max_size=5),
    budget=st.integers(1, 50),
    chunk=st.integers(1, 20),
)
def test_all_at_once(begun: World, whole: Result, cuts: list[int], budget: int, chunk: int) -> None:
    same(whole, play_on(host.copy_state(begun), cuts, budget, chunk))


@pytest.mark.once
def test_short_log(whole: Result) -> None:
    same(whole, play_on(prepare(load_scenario(raw_world()), call_rows=2)))


GO_ON = """
import pickle, sys
from dataclasses import replace
from tests.engine import test_equivalence as here
state, filled = pickle.load(sys.stdin.buffer)
world = replace(here.prepare(here.load_scenario(here.raw_world())), state=state, filled=filled)
sys.stdout.buffer.write(pickle.dumps(here.play_on(world, chunk=5)))
"""


def run_python(code: str, given: bytes = b"", **env: str) -> bytes:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | env,
        input=given,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.mark.rule("E-LEAD-8")
@pytest.mark.once
@pytest.mark.parametrize("share", [0.0, 0.3])
def test_nobody_looks_at_leads_whose_rows_are_not_there(
    begun: World, whole: Result, share: float
) -> None:
    """Until their rows are published they may hold anything."""
    world = host.copy_state(begun)
    for source, entry in enumerate(world.state.lists):
        host.fill(world, source, int(share * int(entry["count"])))
        host.publish(world, source)
    node = int(world.static.world[0]["node_lead"])
    wrong = 0
    for source, first in enumerate(world.filled):
        for base in world.static.lead_base[:, source].tolist():
            if base < 0:
                continue
            rest = slice(base + first, base + int(world.state.lists[source]["count"]))
            world.state.leads[rest]["block"] = world.state.leads[rest]["campaign"] = 7
            world.state.leads[rest]["state"] = LeadState.HELD
            world.state.queue.timers[node + rest.start : node + rest.stop] = (3 << 4, 0, 0)
            wrong += rest.stop - rest.start
    assert wrong > len(world.state.leads) // 2
    same(whole, play_on(world, chunk=7))


@pytest.mark.once
@pytest.mark.parametrize("share", [0.2, pytest.param(0.6, marks=pytest.mark.full)])
def test_copy_in_mid_run(begun: World, whole: Result, share: float) -> None:
    world = host.copy_state(begun)
    ends = [row[0] + row[1] + row[2] + row[3] for row in whole.calls]
    cut = ends[int(share * len(ends))]
    while host.advance(world, cut) == Status.NEED_LEADS:
        source = int(world.state.control[0]["need_list"])
        host.fill(world, source, 3)
        host.publish(world, source)
    before = host.drain(world)
    kept = pickle.dumps((world.state, world.filled))
    after = pickle.loads(run_python(GO_ON, kept))
    for name in before._fields:
        setattr(after, name, getattr(before, name).tolist() + getattr(after, name))
    same(whole, after)
    # and the original goes on as if nothing had been copied
    rest = play_on(replace(world, state=pickle.loads(kept)[0]))
    rest.calls = before.calls.tolist() + rest.calls
    assert rest.calls == whole.calls


@pytest.mark.once
def test_threads() -> None:
    def play(replication: int) -> Result:
        return play_on(prepare(load_scenario(raw_world()), replication=replication))

    serial = [play(replication) for replication in range(2)]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(play, range(2)))
    for one, other in zip(serial, together, strict=True):
        same(one, other)
    assert serial[0].digest != serial[1].digest


@pytest.mark.once
def test_one_more_person() -> None:
    """Another person, dialled first, changes nobody else's draws."""
    few = plentiful(40)
    more = plentiful(40)
    more["people"] = [synthetic("extra", 1, consent_recorded=1.0, internal_dnc=0.0), *few["people"]]
    more["campaigns"] = [few["campaigns"][0] | {"people": ["extra", "customers"]}]
    fates = []
    for raw, first in ((few, 0), (more, 1)):
        world = host.fill_all(prepare(load_scenario(raw)))
        people = [
            (row["key"], row["home"], row["zone"], int(row["flags"]))
            for row in world.state.people[first:]
        ]
        result = play_on(world)
        rows = [row for row in result.calls if row[4] >= first]
        # by person and attempt: ring, talk, SIP code, seen, cause, operators
        fates.append(
            (
                people,
                {(row[4] - first, row[10]): (row[1], row[3], row[7], *row[11:15]) for row in rows},
            )
        )
        assert len(rows) > 30
    assert fates[0] == fates[1]


SUM_UP = """
from tests.engine import test_equivalence as here
print(here.fingerprint(here.prepare(here.load_scenario(here.raw_world()))))
"""


def fingerprint(world: World) -> str:
    result = play_on(world)
    values = [value for name, value in vars(result).items() if name != "people"]
    return hashlib.blake2b(json.dumps(values).encode(), digest_size=16).hexdigest()


@pytest.mark.full
@pytest.mark.once
def test_without_compiler(begun: World) -> None:
    plain = run_python(SUM_UP, NUMBA_DISABLE_JIT="1").decode().split()[-1]
    assert plain == fingerprint(host.copy_state(begun))
