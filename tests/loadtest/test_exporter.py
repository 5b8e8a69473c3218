"""Figures of a load test as Prometheus asks for them: over HTTP, by its own parser."""

from __future__ import annotations

import socket
import urllib.request
from dataclasses import replace
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

import dialsim
from dialsim.loadtest.exporter import Exporter, address_of
from dialsim.loadtest.live import LiveFigures
from dialsim.loadtest.live_counts import BUCKETS_S, LiveSecond, LiveTotals
from dialsim.loadtest.progress import LoadProgress
from dialsim.pages.model.terminal import page_lines
from tests.loadtest.loads import load

pytestmark = pytest.mark.once
TOTALS = LiveTotals(
    planned=100,
    admitted=80,
    deferred=15,
    dropped=5,
    late=20,
    lateness_s=1.5,
    buckets=(10, 65, *[0] * (len(BUCKETS_S) - 2), 20),
)


def scraped(url: str) -> dict[str, Any]:
    """Return type and samples by metric, as Prometheus reads them."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain")
        text = answer.read().decode("utf-8")
    return {each.name: each for each in text_string_to_metric_families(text)}


def value(found: dict[str, Any], family: str, sample: str = "", **labels: str) -> float:
    (one,) = [
        each.value
        for each in found[family].samples
        if each.name == (sample or family) and labels.items() <= each.labels.items()
    ]
    return float(one)


def test_metrics_over_http() -> None:
    with Exporter(("127.0.0.1", 0), 5) as exporter:
        before = scraped(exporter.url)
        assert value(before, "dialsim_load_runs") == 5
        assert (
            value(before, "dialsim_load_dials", "dialsim_load_dials_total", outcome="admitted") == 0
        )
        live = LiveFigures(load(100, 1000), {"p99": 20.0})
        exporter.show(1, live)
        live.totals = TOTALS
        live.latest = LiveSecond(0.0, 1.0, 1, 100.0, 95.0, 3.0, 20, 15, 5, 7, 20.0)
        found = scraped(exporter.url)
        for outcome in ("admitted", "deferred", "dropped"):
            name = "dialsim_load_dials"
            assert value(found, name, f"{name}_total", outcome=outcome) == getattr(TOTALS, outcome)
            assert found[name].type == "counter"
        name = "dialsim_load_planned_dials"
        assert value(found, name, f"{name}_total") == 100
        assert value(found, "dialsim_load_late_dials", "dialsim_load_late_dials_total") == 20
        name = "dialsim_load_lateness_seconds"
        assert found[name].type == "histogram"
        buckets = [each for each in found[name].samples if each.name == f"{name}_bucket"]
        assert [each.value for each in buckets] == [10, *[75] * (len(BUCKETS_S) - 1), 95]
        assert [float(each.labels["le"]) for each in buckets] == [*BUCKETS_S, float("inf")]
        assert value(found, name, f"{name}_count") == 95
        assert value(found, name, f"{name}_sum") == 1.5
        assert value(found, "dialsim_load_late_threshold_seconds") == 0.02
        assert value(found, "dialsim_load_planned_dials_per_second") == 100
        assert value(found, "dialsim_load_reached_dials_per_second") == 95
        assert value(found, "dialsim_load_backlog_dials") == 7
        assert value(found, "dialsim_load_step") == 1
        exporter.show(2, LiveFigures(load(100, 1000)))  # counters go on from run to run
        found = scraped(exporter.url)
        assert value(found, "dialsim_load_run") == 2
        assert value(found, name, f"{name}_count") == 95
        assert all(family.documentation for family in found.values())
    with pytest.raises(OSError, match=r".+"):
        scraped(exporter.url)


@pytest.mark.slow_without_jit
def test_a_load_test_is_scraped_while_it_runs() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    seen: list[dict[str, Any]] = []

    def look(far: LoadProgress) -> None:
        if far.what != "compiling":
            seen.append(scraped(f"http://127.0.0.1:{port}/metrics"))

    done = dialsim.load_test(
        rate="200/s", length="1500ms", warm_up="100ms", hold="50ms", runs=1,
        progress=look, prometheus=port,
    )  # fmt: skip
    name = "dialsim_load_dials"
    counts = [value(each, name, f"{name}_total", outcome="admitted") for each in seen]
    assert counts == sorted(counts)
    offered = done.runs[0].stages[0].counts["offered"]
    assert 0 < counts[-1] <= offered
    (run,) = done.runs
    assert run.live_s > 0
    assert done.to_dict()["runs"][0]["live_seconds"] > 0
    assert run.machine_use is not None
    assert 0 < run.machine_use.slices_cpu_s < run.machine_use.wall_s
    page = "".join(line.plain for line in page_lines(done.page(), 100))
    assert "Figures shown while the runs were played took" in page
    quiet = dialsim.load_test(rate="200/s", length="200ms", warm_up="50ms", hold="50ms", runs=1)
    assert quiet.runs[0].live_s == 0  # nothing is counted that no one asked for


def test_a_port_in_use_is_bad_input() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(dialsim.ScenarioError, match="in use") as refused:
            dialsim.load_test(rate="10/s", prometheus=port)
        (problem,) = refused.value.problems
        assert (problem.path, problem.found) == ("--prometheus", f"127.0.0.1:{port}")
        with pytest.raises(dialsim.ScenarioError, match="nothing can be served at this address"):
            dialsim.load_test(rate="10/s", prometheus="203.0.113.7:9464")


@pytest.mark.parametrize("text", ["", "x", "70000", "1.2.3.4", ":9", "a:b", "-1", "1:2:3", True])
def test_what_is_no_address(text: Any) -> None:
    with pytest.raises(dialsim.ScenarioError, match="--prometheus: this is no address"):
        address_of(text)


def test_names_follow_the_conventions_of_prometheus() -> None:
    live = LiveFigures(load(100, 1000))
    live.latest = LiveSecond(0.0, 1.0, 1, 100.0, 95.0, 3.0, 20, 15, 5, 7, 20.0)
    exporter = Exporter(("127.0.0.1", 0), 5)
    exporter.show(1, replace_totals(live))
    units = ("_seconds", "_dials", "_per_second")
    for family in exporter.collect():
        assert family.name.startswith("dialsim_load_")
        assert not family.name.endswith(("_ms", "_total", "_milliseconds"))
        counts = ("dialsim_load_run", "dialsim_load_runs", "dialsim_load_step")
        assert family.name.endswith(units) or family.name in counts
        assert family.documentation.endswith(".")


def replace_totals(live: LiveFigures) -> LiveFigures:
    live.totals = replace(TOTALS, planned=200)
    return live
