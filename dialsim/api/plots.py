"""The charts of a run, drawn when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dialsim.scenario.reasons import Language

if TYPE_CHECKING:
    from dialsim.report.run_log import RunLog


class Plots:
    """The charts of a run, each an altair chart: shown in a notebook, saved as PNG, SVG or HTML.

    Parameters
    ----------
    log
        What they are drawn from.

    Examples
    --------
    ::

        run.plot.waterfall()
        run.plot.caller_ids(language="zh").save("numbers.png", scale_factor=2)

    Notes
    -----
    The same charts as on the run's page. Each may be changed as altair's are:
    ``run.plot.flow().properties(width=900)``.
    """

    def __init__(self, log: RunLog) -> None:
        self._log = log

    def waterfall(self, campaign: str | None = None, language: Language = "en") -> Any:
        """Return the way from the list to the conversation, of one campaign or of all together.

        Raises
        ------
        ScenarioError
            There is no such campaign.
        """
        from dialsim.errors import Problem, ScenarioError, did_you_mean
        from dialsim.report.charts.flow import waterfall

        names = [each.name for each in self._log.scenario.campaigns]
        if campaign is not None and campaign not in names:
            remedy = did_you_mean(campaign, names)
            message, allowed = f"there is no campaign {campaign}", ", ".join(names)
            raise ScenarioError([Problem("", message, allowed=allowed, remedy=remedy)])
        return _wide(waterfall(self._log.summary, campaign, language))

    def flow(self, language: Language = "en") -> Any:
        """Return attempts, answered calls and conversations by hour."""
        from dialsim.report.charts.times import flow

        return _wide(flow(self._log, language))

    def answers(self, language: Language = "en") -> Any:
        """Return when people answer, hour by weekday."""
        from dialsim.report.charts.times import answers

        return _wide(answers(self._log, language))

    def occupancy(self, language: Language = "en") -> Any:
        """Return what agents' time went into, by hour."""
        from dialsim.report.charts.times import occupancy

        return _wide(occupancy(self._log, language))

    def dropped(self, language: Language = "en") -> Any:
        """Return the dropped share of live answers by day, against its cap."""
        from dialsim.report.charts.times import dropped

        return _wide(dropped(self._log, language))

    def caller_ids(self, language: Language = "en") -> Any:
        """Return how the caller IDs that fared worst stood over time.

        Raises
        ------
        ScenarioError
            The network put none into another state.
        """
        from dialsim.report.charts.callers import caller_ids

        return _wide(caller_ids(self._log, language))

    def headroom(self, language: Language = "en") -> Any:
        """Return how much of filed volumes and own ceilings was used.

        Raises
        ------
        ScenarioError
            The run kept no call log.
        """
        from dialsim.report.charts.callers import headroom

        return _wide(headroom(self._log, language))

    def reactions(self, language: Language = "en") -> Any:
        """Return marks and complaints by day, through the aftermath."""
        from dialsim.report.charts.reactions import reactions

        return _wide(reactions(self._log, language))

    def __repr__(self) -> str:
        return f"<Plots: {', '.join(name for name in dir(self) if not name.startswith('_'))}>"


WIDTH_PX = 720


def _wide(chart: Any) -> Any:
    """Return a chart of a width of its own: a notebook's cell and a picture have none to fill."""
    return chart.properties(width=WIDTH_PX)
