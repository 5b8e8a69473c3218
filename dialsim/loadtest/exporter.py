"""Figures of a running load test, served to Prometheus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any

from dialsim.distribution import install_command
from dialsim.errors import ScenarioError
from dialsim.loadtest.live import LiveFigures
from dialsim.loadtest.live_counts import BUCKETS_S, LiveTotals
from dialsim.messages.text import message

if TYPE_CHECKING:
    from prometheus_client.core import Metric

LOOPBACK = "127.0.0.1"
OPTION = "--prometheus"
MOST_PORT = 65535
PREFIX = "dialsim_load_"
OUTCOMES = ("admitted", "deferred", "dropped")

_ADDRESS = re.compile(r"(?:(?P<host>[^:\[\]]+|\[[0-9A-Fa-f:.]+\]):)?(?P<port>[0-9]{1,5})")


def address_of(text: str | int) -> tuple[str, int]:
    """Return host and port of ``PORT`` or ``HOST:PORT``.

    >>> address_of("9464"), address_of("0.0.0.0:9464"), address_of("[::1]:9464")
    (('127.0.0.1', 9464), ('0.0.0.0', 9464), ('::1', 9464))

    Raises
    ------
    ScenarioError
        It is neither.
    """
    match = _ADDRESS.fullmatch(str(text).strip())
    if match is None or int(match["port"]) > MOST_PORT:
        raise ScenarioError.at(
            OPTION,
            message("this is no address to serve at"),
            found=str(text),
            allowed=message("PORT or HOST:PORT, a port from 0 (a free one) to {most}").filled(
                most=MOST_PORT
            ),
        )
    return (match["host"] or LOOPBACK).strip("[]"), int(match["port"])


class Exporter:
    """Serves the counts of a load test over HTTP while its context lasts.

    Parameters
    ----------
    address
        Host and port; port 0: a free one.
    runs
        Number of runs of the load test.

    Attributes
    ----------
    port
        The port in use.

    Raises
    ------
    ScenarioError
        On entry: the port is in use, the host is not one of this machine, or ``prometheus-client``
        is not installed.

    Notes
    -----
    A request is answered in a thread of its own, from counts that a run replaces once a second: it
    costs the run nothing but the thread's processor time, some 1 ms a request.
    """

    def __init__(self, address: tuple[str, int], runs: int) -> None:
        self._address, self._runs = address, runs
        self._number = 0
        self._counts: tuple[LiveTotals, LiveFigures | None] = (LiveTotals(), None)
        self._server: Any = None
        self._thread: Thread | None = None
        self.port = address[1]

    def __enter__(self) -> Exporter:
        try:
            from prometheus_client import CollectorRegistry, start_http_server
        except ModuleNotFoundError:
            sentence = message("figures are served by prometheus-client, which is not installed")
            remedy = install_command("prometheus")
            raise ScenarioError.at(OPTION, sentence, remedy=remedy) from None
        registry = CollectorRegistry()
        registry.register(self)
        host, port = self._address
        try:
            self._server, self._thread = start_http_server(port, host, registry)
        except OSError as error:
            raise ScenarioError.at(
                OPTION,
                message("nothing can be served at this address: {reason}").filled(
                    reason=(error.strerror or str(error)).lower()
                ),
                found=f"{host}:{port}",
                remedy=message("another port, or end the program that has it"),
            ) from None
        self.port = int(self._server.server_port)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del kind, error, trace
        if self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    @property
    def url(self) -> str:
        """Where the figures are."""
        host = self._address[0]
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/metrics"

    def show(self, number: int, live: LiveFigures) -> None:
        """Serve the figures of a run from now on, added to those of the runs before it."""
        self._counts, self._number = (self._totals(), live), number

    def _totals(self) -> LiveTotals:
        before, live = self._counts
        return before if live is None else added(before, live.totals)

    def describe(self) -> Iterator[Metric]:
        """Yield nothing: all names are its own."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        """Yield every metric as it is now."""
        from prometheus_client.core import (
            CounterMetricFamily,
            GaugeMetricFamily,
            HistogramMetricFamily,
        )

        live, totals = self._counts[1], self._totals()
        yield _named(GaugeMetricFamily, "run", "Number of the run under way, from 1.", self._number)
        yield _named(GaugeMetricFamily, "runs", "Runs of the load test.", self._runs)
        text = "Dials that have become due in measured steps."
        yield _named(CounterMetricFamily, "planned_dials", text, totals.planned)
        text = "Dials of measured steps decided so far, by outcome."
        decided = CounterMetricFamily(f"{PREFIX}dials", text, labels=["outcome"])
        for outcome in OUTCOMES:
            decided.add_metric([outcome], getattr(totals, outcome))
        yield decided
        text = "Dials of measured steps decided later than late_threshold_seconds."
        yield _named(CounterMetricFamily, "late_dials", text, totals.late)
        sums, passed = [], 0
        for bound, count in zip((*BUCKETS_S, None), totals.buckets, strict=True):
            passed += count
            sums.append(("+Inf" if bound is None else f"{bound:g}", passed))
        text = "Own lateness of decisions in measured steps."
        lateness = HistogramMetricFamily(f"{PREFIX}lateness_seconds", text)
        lateness.add_metric([], sums, totals.lateness_s)
        yield lateness
        if live is None:
            return
        text = "Own lateness above which a dial counts as late."
        yield _named(GaugeMetricFamily, "late_threshold_seconds", text, live.late_ms / 1000)
        second = live.latest
        if second is None:
            return
        text = "Step under way, from 1; 0 is the warm-up."
        yield _named(GaugeMetricFamily, "step", text, second.stage)
        text = "Dials a second that were due in the last second."
        yield _named(GaugeMetricFamily, "planned_dials_per_second", text, second.planned_per_s)
        text = "Dials a second that were decided in the last second."
        yield _named(GaugeMetricFamily, "reached_dials_per_second", text, second.reached_per_s)
        text = "Dials due and undecided."
        yield _named(GaugeMetricFamily, "backlog_dials", text, second.backlog)


def added(one: LiveTotals, two: LiveTotals) -> LiveTotals:
    """Return the counts of two runs together."""
    return LiveTotals(
        planned=one.planned + two.planned,
        admitted=one.admitted + two.admitted,
        deferred=one.deferred + two.deferred,
        dropped=one.dropped + two.dropped,
        late=one.late + two.late,
        lateness_s=one.lateness_s + two.lateness_s,
        buckets=tuple(a + b for a, b in zip(one.buckets, two.buckets, strict=True)),
    )


def _named(family: Any, name: str, text: str, value: float) -> Metric:
    metric: Metric = family(f"{PREFIX}{name}", text, value=value)
    return metric
