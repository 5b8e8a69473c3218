"""The types of a load test describe what it returns: every key and no other, in every branch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from dialsim.loadtest.figures import run_figures
from dialsim.loadtest.limit import RateLimit, RateTrial
from dialsim.loadtest.one_run import OfferTimeouts
from dialsim.loadtest.request import load_request
from dialsim.loadtest.result import LoadTest
from dialsim.pages.load_result import LoadResult
from tests.loadtest.loads import load, on_wall, road
from tests.results.strict_types import assert_closed

RESULT: TypeAdapter[Any] = TypeAdapter(LoadResult)
pytestmark = [pytest.mark.once, pytest.mark.slow_without_jit]


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    """A load with every kind of figure: waits, deferred and dropped offers, thresholds."""
    timeouts = OfferTimeouts(hold_ms=100, deadline_s=0.1)
    target = road(300, 100, trunks={"calls_per_second": 20})
    run = run_figures(on_wall(target, load(100, 800), timeouts, stalls={300: 0.35}))
    thresholds: dict[str, Any] = {"lateness": {"p50": "1s"}, "admitted": "10%"}
    request = load_request(
        rate="100/s", length="800ms", hold="100ms", deadline="100ms", **thresholds
    )
    return dict(LoadTest(request, "load-test", 1, [run] * 5).to_dict())


def test_a_load_test_has_the_keys_of_its_type(measured: dict[str, Any]) -> None:
    assert RESULT.validate_python(measured, strict=True) == measured
    (step,) = measured["steps"]
    assert step["deferred"][0] > 0
    assert step["dropped"][0] > 0
    assert RESULT.validate_python(json.loads(json.dumps(measured)), strict=True) == measured


def test_a_search_has_the_keys_of_its_type() -> None:
    tried = (
        RateTrial(5_000, True, False, 1.0, 0.0),
        RateTrial(9_000, False, True, None, None, "v"),
    )
    for limit in (
        RateLimit(None, None, (), complete=False),
        RateLimit(5_000, 9_000, tried, complete=True, ended_by="memory: is short"),
    ):
        done = LoadTest(load_request(find_limit=True), "load-test", 1, limit=limit)
        found = done.to_dict()
        assert RESULT.validate_python(found, strict=True) == found


def test_a_load_of_which_nothing_was_measured() -> None:
    found = LoadTest(load_request(rate="10/s"), "load-test", 1).to_dict()
    assert RESULT.validate_python(found, strict=True) == found


def test_the_stored_load_of_the_page_is_of_the_type() -> None:
    path = Path(__file__).parents[1] / "pages" / "load.json"
    found = json.loads(path.read_text("utf-8"))
    assert RESULT.validate_python(found, strict=True) == found


@pytest.mark.parametrize(
    "path",
    [
        (),
        ("asked",),
        ("thresholds", 0),
        ("steps", 0),
        ("steps", 0, "held", "trunk"),
        ("runs", 0),
        ("runs", 0, "stages", 0),
        ("machine",),
    ],
)
def test_an_unknown_or_a_missing_key_is_no_result(
    measured: dict[str, Any], path: tuple[str | int, ...]
) -> None:
    assert_closed(RESULT, measured, path)
