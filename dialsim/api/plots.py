"""Charts of a run, drawn on demand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dialsim.api.languages import language_of
from dialsim.messages.catalogue import Language

if TYPE_CHECKING:
    from dialsim.results.tables.run_log import RunLog


def chart_theme() -> dict[str, Any]:
    """Return the theme of dialsim's charts, for charts of your own beside them.

    Returns
    -------
    dict
        ``config`` of Vega-Lite: font, colours of axes, legends, marks and series, on white.

    Examples
    --------
    >>> import altair as alt, dialsim
    >>> _ = alt.theme.register("dialsim", enable=False)(dialsim.chart_theme)
    >>> with alt.theme.enable("dialsim"):
    ...     bars = alt.Chart(alt.InlineData([{"x": 1}])).mark_bar().to_dict()
    >>> bars["config"]["bar"]["color"]
    '#2b6cb0'
    """
    from dialsim.pages.charts.theme import theme

    return {"config": theme()}


class Plots:
    """The charts of a run, each an altair chart: shown in a notebook, saved as PNG, SVG or HTML.

    Parameters
    ----------
    log
        The tables they are drawn from.

    Examples
    --------
    ::

        run.plot.waterfall()
        run.plot.caller_ids(language="zh").save("numbers.png", scale_factor=2)

    Notes
    -----
    The same charts as on the run's page, with the same headings. Each can be changed like any
    altair chart: ``run.plot.flow().properties(width=900, title="Our week")``. Other languages than
    ``"en"`` and ``"zh"`` raise ScenarioError.
    """

    def __init__(self, log: RunLog) -> None:
        self._log = log

    def waterfall(self, campaign: str | None = None, language: Language = "en") -> Any:
        """Return the waterfall from list to conversation, of one campaign or of all together.

        Raises
        ------
        ScenarioError
            There is no such campaign.
        """
        from dialsim.errors import ScenarioError, did_you_mean
        from dialsim.pages.charts.flow import waterfall

        names = [each.name for each in self._log.scenario.campaigns]
        if campaign is not None and campaign not in names:
            remedy = did_you_mean(campaign, names)
            message, allowed = f"there is no campaign {campaign}", ", ".join(names)
            raise ScenarioError.at("", message, allowed=allowed, remedy=remedy)

        def draw(log: RunLog, language_code: Language) -> Any:
            return waterfall(log.summary, campaign, language_code)

        return self._drawn("waterfall", draw, language)

    def flow(self, language: Language = "en") -> Any:
        """Return attempts, answered calls and conversations by hour."""
        from dialsim.pages.charts.calls import flow

        return self._drawn("flow", flow, language)

    def answers(self, language: Language = "en") -> Any:
        """Return answers by hour and weekday."""
        from dialsim.pages.charts.times import answers

        return self._drawn("answers", answers, language)

    def occupancy(self, language: Language = "en") -> Any:
        """Return agents' time by activity and hour."""
        from dialsim.pages.charts.times import occupancy

        return self._drawn("occupancy", occupancy, language)

    def dropped(self, language: Language = "en") -> Any:
        """Return the abandoned share of live answers by day, against its cap."""
        from dialsim.pages.charts.times import dropped

        return self._drawn("dropped", dropped, language)

    def caller_ids(self, language: Language = "en") -> Any:
        """Return the states over time of the caller IDs that fared worst.

        Raises
        ------
        ScenarioError
            No caller ID changed its state.
        """
        from dialsim.pages.charts.callers import caller_ids

        return self._drawn("caller_lives", caller_ids, language)

    def headroom(self, language: Language = "en") -> Any:
        """Return the used share of filed volumes and own ceilings.

        Raises
        ------
        ScenarioError
            The run kept no call log.
        """
        from dialsim.pages.charts.callers import headroom

        return self._drawn("headroom", headroom, language)

    def reactions(self, language: Language = "en") -> Any:
        """Return marks and complaints by day, through the aftermath."""
        from dialsim.pages.charts.reactions import reactions

        return self._drawn("reactions", reactions, language)

    def _drawn(self, key: str, draw: Callable[[RunLog, Language], Any], language: Language) -> Any:
        language_code = language_of("language", language)
        return _headed(key, draw(self._log, language_code), language_code)

    def __repr__(self) -> str:
        return f"<Plots: {', '.join(name for name in dir(self) if not name.startswith('_'))}>"


WIDTH_PX = 720


def _headed(key: str, chart: Any, language: Language) -> Any:
    """Return a chart with the page's caption above it, at its own width.

    A notebook cell or a picture has no heading of its own and no width to fill.
    """
    import altair as alt

    from dialsim.pages.charts.theme import PAPER
    from dialsim.pages.html.labels import LABELS

    heading = alt.Title(
        LABELS[language][key], anchor="start", color=PAPER.ink, fontSize=13, offset=10
    )
    return chart.properties(width=WIDTH_PX, title=heading)
