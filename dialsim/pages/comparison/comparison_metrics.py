"""The section on all metrics of a comparison, grouped by what the tests say of them."""

from __future__ import annotations

from collections.abc import Sequence

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, plural, text_table
from dialsim.pages.comparison.comparison_figures import half_width, signed, written
from dialsim.pages.model.parts import Paragraph, Section, quiet, section
from dialsim.pages.model.style import BAD, GOOD, PLAIN, Style
from dialsim.pages.model.tables import (
    Cell,
    Column,
    Kind,
    Row,
    Table,
    figures,
    row,
    title_row,
    words,
)
from dialsim.pages.weak_defaults import marked, weak_mark
from dialsim.results import formatting
from dialsim.results.comparison.comparison_result import ComparisonResult
from dialsim.results.comparison.metric_result import MetricCompared
from dialsim.results.probabilities import p_figure
from dialsim.results.weak_defaults import Row as WeakDefault

Metrics = Sequence[tuple[str, MetricCompared]]

_WORDS: Texts = text_table(
    {
        "metrics": "Metrics",
        "metric": "metric",
        "significant": message("significant", "differences"),
        "constant": "the same difference in every pair",
        "not_significant": message("not significant", "differences"),
        "half_width": "± 95 %",
        "p": "p",
        "reduction": "variance reduction",
        "times": "×{}",
        "same": "the same in both: {}",
        "fewer": "of fewer pairs, as the others have nothing to divide by: {}",
        "pairs_of": message("{metric} {n}", "pairs of a metric"),
        "saved": "Common random numbers: for {metric}, these {n} pairs are as good as {times} "
        "times as many independent replications of each.",
        "not_saved": "Common random numbers: for {metric}, they reduce no variance here "
        "({times} times).",
    }
)
_NOTE = plural(
    "paired t test · Holm over {count} metric", "paired t test · Holm over {count} metrics"
)


def metrics_section(found: ComparisonResult, language: Language) -> Section | None:
    """Return every metric of both sides: significant differences first, equal ones by name."""
    if not found["metrics"]:
        return None
    texts, metrics = _WORDS[language], list(found["metrics"].items())
    weak = found.get("weak_defaults", ())
    tested = sum(metric["p"] is not None for _, metric in metrics)
    pairs = found["kind"] != "runs" and tested > 0
    columns = (*words(texts["metric"]), *figures("A", "B", "B − A"))
    if not pairs:
        moved = [each for each in metrics if each[1]["change"]["value"]]
        rows = [_row(each, weak, language) for each in moved]
        return section(
            texts["metrics"],
            [Table(columns, tuple(rows))] if rows else [],
            _equal(metrics, language),
            key="metrics",
        )
    columns += (
        *figures(texts["half_width"], texts["p"]),
        Column(texts["reduction"], Kind.FIGURE, optional=True),
    )
    rows = []
    for title, group in _groups(metrics):
        if group:
            rows.append(title_row(texts[title]))
            rows += [_row(each, weak, language, tested=True) for each in group]
    return section(
        texts["metrics"],
        [Table(columns, tuple(rows))] if rows else [],
        _equal(metrics, language),
        _of_fewer_pairs(metrics, found, language),
        _saved(found, language),
        note=_NOTE.of(tested)[language],
        key="metrics",
    )


def _groups(metrics: Metrics) -> list[tuple[str, Metrics]]:
    return [
        ("significant", [each for each in metrics if each[1]["told"]]),
        (
            "constant",
            [each for each in metrics if each[1]["constant"] and each[1]["change"]["value"]],
        ),
        (
            "not_significant",
            [each for each in metrics if each[1]["p"] is not None and not each[1]["told"]],
        ),
    ]


def _row(
    metric: tuple[str, MetricCompared],
    weak: Sequence[WeakDefault],
    language: Language,
    tested: bool = False,
) -> Row:
    key, found = metric
    name = marked(formatting.localised(found, "name", language), weak_mark(key, weak))
    change = found["change"]["value"]
    cells = [Cell(written(found, value), value=value) for value in (found["a"], found["b"])]
    cells.append(Cell(signed(found, language), _style(found), change))
    if tested:
        p, saved = found["p_holm"], found["saved"]
        cells.append(Cell(half_width(found)))
        cells.append(Cell("" if p is None else p_figure(p), value=p))
        cells.append(Cell("" if saved is None else _WORDS[language]["times"].format(_times(saved)),
                          value=saved))  # fmt: skip
    return row(name, *cells)


def _times(saved: float) -> str:
    return f"{saved:,.0f}" if saved >= 10 else f"{saved:.1f}"


def _style(metric: MetricCompared) -> Style:
    change = metric["change"]["value"]
    if not metric["told"] or change is None:
        return PLAIN
    higher = change > 0
    return GOOD if higher == (metric["better"] == "higher") else BAD


def _equal(metrics: Metrics, language: Language) -> list[Paragraph]:
    """Return the names of the metrics that are equal in every pair."""
    texts = _WORDS[language]
    names = [
        formatting.localised(metric, "name", language)
        for _, metric in metrics
        if not metric["change"]["value"] and (metric["constant"] or metric["change"]["n"] == 1)
    ]
    return [quiet(texts["same"].format(texts["and"].join(names)))] if names else []


def _of_fewer_pairs(
    metrics: Metrics, found: ComparisonResult, language: Language
) -> list[Paragraph]:
    """Return the metrics that have no value in some pairs, and in how many they have one."""
    texts, whole = _WORDS[language], len(found["replications"])
    parts = [
        texts["pairs_of"].format(
            metric=formatting.localised(metric, "name", language), n=metric["change"]["n"]
        )
        for _, metric in metrics
        if metric["change"]["n"] < whole
    ]
    return [quiet(texts["fewer"].format(texts["and"].join(parts)))] if parts else []


def _saved(found: ComparisonResult, language: Language) -> list[Paragraph]:
    """Return how many independent replications the common random numbers are worth."""
    texts, metrics = _WORDS[language], found["metrics"]
    goals = [goal["metric"] for goal in found["goals"] if not goal["wall"]]
    keys = [*goals, "conversations", *metrics]
    known = ((key, metrics[key]["saved"]) for key in keys if key in metrics)
    key, saved = next(((key, saved) for key, saved in known if saved is not None), (None, None))
    if key is None or saved is None:
        return []
    text = texts["saved" if saved >= 1 else "not_saved"].format(
        metric=formatting.localised(metrics[key], "name", language),
        n=len(found["replications"]),
        times=_times(saved),
    )
    return [quiet(text)]
