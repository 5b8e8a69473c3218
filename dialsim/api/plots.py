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
    The same charts as on the run's page, each under the heading that it has there. Each may be
    changed as altair's are: ``run.plot.flow().properties(width=900, title="Our week")``.
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
        return _headed("waterfall", waterfall(self._log.summary, campaign, language), language)

    def flow(self, language: Language = "en") -> Any:
        """Return attempts, answered calls and conversations by hour."""
        from dialsim.report.charts.times import flow

        return _headed("flow", flow(self._log, language), language)

    def answers(self, language: Language = "en") -> Any:
        """Return when people answer, hour by weekday."""
        from dialsim.report.charts.times import answers

        return _headed("answers", answers(self._log, language), language)

    def occupancy(self, language: Language = "en") -> Any:
        """Return what agents' time went into, by hour."""
        from dialsim.report.charts.times import occupancy

        return _headed("occupancy", occupancy(self._log, language), language)

    def dropped(self, language: Language = "en") -> Any:
        """Return the dropped share of live answers by day, against its cap."""
        from dialsim.report.charts.times import dropped

        return _headed("dropped", dropped(self._log, language), language)

    def caller_ids(self, language: Language = "en") -> Any:
        """Return how the caller IDs that fared worst stood over time.

        Raises
        ------
        ScenarioError
            The network put none into another state.
        """
        from dialsim.report.charts.callers import caller_ids

        return _headed("caller_lives", caller_ids(self._log, language), language)

    def headroom(self, language: Language = "en") -> Any:
        """Return how much of filed volumes and own ceilings was used.

        Raises
        ------
        ScenarioError
            The run kept no call log.
        """
        from dialsim.report.charts.callers import headroom

        return _headed("headroom", headroom(self._log, language), language)

    def reactions(self, language: Language = "en") -> Any:
        """Return marks and complaints by day, through the aftermath."""
        from dialsim.report.charts.reactions import reactions

        return _headed("reactions", reactions(self._log, language), language)

    def __repr__(self) -> str:
        return f"<Plots: {', '.join(name for name in dir(self) if not name.startswith('_'))}>"


WIDTH_PX = 720


def _headed(key: str, chart: Any, language: Language) -> Any:
    """Return a chart with what the page says above it, of a width of its own.

    A notebook's cell and a picture have no heading, and no width to fill.
    """
    import altair as alt

    from dialsim.report.charts.looks import PAPER
    from dialsim.report.html.labels import LABELS

    heading = alt.Title(
        LABELS[language][key], anchor="start", color=PAPER.ink, fontSize=13, offset=10
    )
    return chart.properties(width=WIDTH_PX, title=heading)
