"""The points of a sweep by cost and throughput, as a chart: those that no other one dominates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.charts.frontier import LABELS as KINDS
from dialsim.pages.charts.frontier import CandidateRisk, DrawnCandidate, frontier
from dialsim.pages.model.parts import Chart, Part
from dialsim.pages.model.tables import Cell, Table, figures, row, words
from dialsim.pages.planning.sweep_points_page import COST, SUSPENSION, played
from dialsim.pages.planning.sweep_words import figure, metric_unit, short_key, title_of, value_text
from dialsim.results.planning_types.sweep import SweepResult

MOST_DRAWN = 200

LABELS: Texts = text_table(
    {
        "title": "Points by cost and {}",
        "caption": "The larger a point, the more of its runs had a suspension. Each point shows "
        "the values of its keys where a pointer rests; the table has them all.",
    }
)


def frontier_chart(found: SweepResult, language: Language) -> list[Part]:
    """Return the chart of a sweep with costs and a goal of at least something; else nothing."""
    metric = _throughput(found)
    if metric is None or not {COST, SUSPENSION} <= set(found["units"]):
        return []
    known = list(_known(found, metric))
    if not 2 <= len(known) <= MOST_DRAWN:
        return []
    drawn: list[DrawnCandidate] = [
        {
            "values": values,
            "cost": each["cost"],
            "throughput": each["throughput"],
            "risk": each["risk"],
            "risk_high": each["risk_high"],
            "kind": "frontier" if _is_best(each, [one for _, one in known]) else "other",
        }
        for values, each in known
    ]
    texts, name = LABELS[language], title_of(metric, found, language)
    chart = frontier(drawn, str(found["units"][COST]), language, throughput=name)
    table = _table(drawn, found, metric, language)
    specification = chart.to_dict(validate=False)
    title = texts["title"].format(name)
    return [Chart("frontier-chart", title, texts["caption"], specification, table)]


def _known(found: SweepResult, metric: str) -> Iterator[tuple[dict[str, str], CandidateRisk]]:
    """Yield the values and figures of each point that has all figures of the chart."""
    for point in played(found):
        figures = point["metrics"]
        cost, throughput = figures[COST]["value"], figures[metric]["value"]
        risk, risk_high = figures[SUSPENSION]["value"], figures[SUSPENSION]["high"]
        if cost is None or throughput is None or risk is None:
            continue
        values = {
            short_key(key, found["vary"]): value_text(value)
            for key, value in point["values"].items()
        }
        yield (
            values,
            {"cost": cost, "throughput": throughput, "risk": risk, "risk_high": risk_high},
        )


def _throughput(found: SweepResult) -> str | None:
    """Return the value of the first goal of at least some count."""
    for place, goal in enumerate(found["goals"], 1):
        metric = f"goal_{place}.value"
        if goal["bound"] == "at_least" and goal["unit"] != "share" and metric in found["units"]:
            return metric
    return None


def _is_best(one: CandidateRisk, points: Sequence[CandidateRisk]) -> bool:
    """Return whether no other point is as good in all three and better in one."""
    mine = _ranks(one)
    return not any(
        all(a <= b for a, b in zip(other, mine, strict=True)) and other != mine
        for other in map(_ranks, points)
    )


def _ranks(point: CandidateRisk) -> tuple[float, float, float]:
    return point["cost"], -point["throughput"], point["risk"] or 0.0


def _table(
    drawn: Sequence[DrawnCandidate], found: SweepResult, metric: str, language: Language
) -> Table:
    """Return the points of the chart, the cheapest first."""
    names = [title_of(each, found, language) for each in (COST, metric, SUSPENSION)]
    keys = list(drawn[0]["values"])
    units = [metric_unit(found, each) for each in (COST, metric, SUSPENSION)]
    rows = [
        row(
            KINDS[language][each["kind"]],
            *(
                Cell(figure(value, unit), value=value)
                for value, unit in zip(
                    (each["cost"], each["throughput"], each["risk"]), units, strict=True
                )
            ),
            *(each["values"][key] for key in keys),
        )
        for each in sorted(drawn, key=_ranks)
    ]
    return Table((*words(""), *figures(*names), *words(*keys)), tuple(rows))
