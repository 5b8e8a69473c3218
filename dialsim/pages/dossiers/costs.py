"""The billable quantities of a run, read from its log."""

from __future__ import annotations

from dialsim.pages.dossiers.traffic import Traffic
from dialsim.results.cost_statement import Billed, Used
from dialsim.results.stored_metrics import count_of
from dialsim.results.tables.run_log import RunLog


def used(log: RunLog, step_ms: int | None, calls: Traffic | None) -> Used:
    """Return the billable quantities of a run.

    Parameters
    ----------
    step_ms
        Calls are billed by started steps of this length; None: no charge depends on time.
    calls
        The run's attempts; None: the run kept no call log, so the length of each call is unknown.
    """
    until = min(log.horizon_tick, log.last_tick)
    billed: dict[int, Billed] | None = None
    if calls is not None and step_ms is not None:
        billed = {}
        for row in range(len(log.scenario.trunks)):
            mine = calls.answered & (calls.trunk == row)
            steps = int((-(-calls.billed_ms[mine] // step_ms)).sum())
            billed[row] = Billed(int(mine.sum()), steps)
    return Used(
        scenario=log.scenario,
        until=until,
        last_day=max(log.scenario.start, log.moment(max(0, until - 1)).date()),
        attempts=count_of(log.summary, "attempts"),
        billed=billed,
        scrubs=log.summary.get("scrubs"),
    )
