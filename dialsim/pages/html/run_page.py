"""``report.html``: the page of a run with its charts, every value in force, and the scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dialsim.messages import dates
from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.charts.callers import lives as caller_lives
from dialsim.pages.charts.progress import progress_rows
from dialsim.pages.charts.rows import ProgressRow
from dialsim.pages.html.explained import Explained
from dialsim.pages.html.labels import LABELS
from dialsim.pages.html.run_charts import run_charts
from dialsim.pages.html.run_filter import run_filter
from dialsim.pages.html.values import InForce, Values, values_in_force
from dialsim.pages.model.citations import source_parts, with_cited
from dialsim.pages.model.html import page_html
from dialsim.pages.model.parts import (
    Details,
    KeyFigures,
    Page,
    Part,
    Sources,
    Verbatim,
    quiet,
)
from dialsim.pages.model.tables import Cell, Row, Table, figure, figures, row, words
from dialsim.pages.run.deciding_figures import deciding_figures
from dialsim.pages.run.network_page import example_text
from dialsim.pages.run.run_page import run_page
from dialsim.pages.units import unit_name
from dialsim.results import formatting
from dialsim.results.summary_types.summary import Summary
from dialsim.results.tables.run_log import RunLog
from dialsim.scenario.identity import resolved_toml

CHARTS = {
    "waterfall": ("waterfall",),
    "hours": ("progress", "flow", "occupancy", "dropped", "answers"),
    "callers": ("caller_lives", "headroom"),
    "reactions": ("reactions",),
}
"""Charts by the section that they are in."""


def run_html(log: RunLog, language: Language = ENGLISH) -> str:
    """Return the page of a run: one file that loads no other.

    Parameters
    ----------
    log
        The run's own tables, summary and scenario.
    language
        Of the page; names of the scenario stay as they are.

    Notes
    -----
    About 1 MB, nearly all of it the script that draws. Cost: a pass over two columns of the call
    log and over the small tables; about a second for a million calls.
    """
    return page_html(page_with_charts(log, language))


def page_with_charts(log: RunLog, language: Language = ENGLISH) -> Page:
    """Return the page of a run with what only HTML shows: charts, details and sources."""
    parts = run_filter(log, language)
    lives = caller_lives(log)
    charts = run_charts(log, language, lives, filtered=parts is not None)
    further: dict[str, Sequence[Part]] = {
        key: [charts[name] for name in names] for key, names in CHARTS.items()
    }
    if parts is not None:
        further["hours"] = [parts, *further["hours"]]
    head = KeyFigures(
        deciding_figures(log.summary, _trends(log), language), sections_have_them=True
    )
    further["head"] = [head, *([] if log.summary["throughput"]["by_hour"] else further["hours"])]
    explained = Explained(log, language, lives)
    further["network"] = [*explained.note(), *_every_action(log.summary, language)]
    further["callers"] = [*further["callers"][:1], *explained.callers(), *further["callers"][1:]]
    further["assumptions"] = _details(log, language)
    return with_cited(run_page(log.summary, language, further=further, opened=explained.actions()))


def _trends(log: RunLog) -> Mapping[str, Sequence[float]]:
    """Return metrics over time, for the curves beside the deciding figures."""
    return {"conversations": [float(each["so_far"]) for each in _progress(log)]}


def _progress(log: RunLog) -> Sequence[ProgressRow]:
    """Return the conversations so far; nothing if their table is missing or damaged."""
    from dialsim.errors import ScenarioError

    try:
        return progress_rows(log)
    except ScenarioError:  # the chart says so
        return []


def _details(log: RunLog, language: Language) -> list[Part]:
    """Return every metric, every value in force, the documents they rest on, and the scenario."""
    texts, values = LABELS[language], values_in_force(log, language)
    sources = source_parts([each.source for value in values for each in value.rows], language)
    note = formatting.SOURCE_KINDS[language]["copy_note"]
    return [
        Details(texts["every_metric"], (_metrics(log.summary, language),)),
        Details(texts["identity"], _identity(log.summary, language)),
        *(_in_force(each, place == 0, language) for place, each in enumerate(values)),
        Details(texts["sources"], (Sources(sources, note),)),
        Details(texts["scenario"], (Verbatim(resolved_toml(log.scenario)),)),
    ]


def _identity(summary: Summary, language: Language) -> tuple[Part, ...]:
    """Return the digests of a result and of what it was made from."""
    texts, identity = LABELS[language], summary["identity"]
    text = texts["identity_text"].format(
        outcome=summary["outcome_digest"],
        scenario=identity["scenario_digest"],
        seed=identity["seed"],
        version=identity["version"],
    )
    rows = tuple(row(name, digest) for name, digest in summary["inputs"].items())
    inputs = (Table(words(texts["inputs"], ""), rows),) if rows else ()
    return (quiet(text), *inputs)


def _every_action(summary: Summary, language: Language) -> list[Part]:
    """Return every action against numbers with its first and last time and its first case."""
    texts, groups = LABELS[language], summary["interventions"]["groups"]
    if not groups:
        return []
    columns = (
        *words(texts["action"], texts["rule"]),
        *figures(texts["times"], texts["lines"]),
        *words(texts["first"], texts["last"]),
    )
    rows = (
        row(
            formatting.localised(group, "action_name", language),
            formatting.localised(group, "rule_name", language),
            figure(group["count"]),
            figure(group.get("numbers", group["targets"])),
            _minute(group["first"], language),
            _minute(group["last"], language),
            notes=[example_text(group, language)],
        )
        for group in groups
    )
    return [Details(texts["every_action"], (Table(columns, tuple(rows)),))]


def _minute(moment: str, language: Language) -> str:
    return dates.moment(moment, language=language)


def _metrics(summary: Summary, language: Language) -> Table:
    texts = LABELS[language]
    columns = (*words(texts["metric"]), *figures(texts["value"]), *words(texts["unit"]))
    rows = (
        row(
            formatting.localised(each, "name", language),
            figure(each["value"], each["unit"], language),
            "" if each["unit"] == "share" else unit_name(each["unit"], language),
        )
        for each in summary["metrics"].values()
    )
    return Table(columns, tuple(rows))


def _in_force(values: Values, is_pack: bool, language: Language) -> Details:
    """Return the values of a rule pack or a network profile."""
    texts = LABELS[language]
    kind = texts["rule_pack" if is_pack else "profile"]
    title = texts["in_force_of"].format(kind=kind, name=values.name)
    if values.operator:
        title = texts["in_force_of_operator"].format(
            kind=kind, name=values.name, operator=values.operator
        )
    caption = texts["in_force_caption"].format(
        count=len(values.rows), assumed=values.assumed, own=values.own
    )
    names = ("key", "value", "unit", "source", "confidence")
    table = Table(
        words(*(texts[name] for name in names)),
        tuple(_value_row(each, language) for each in values.rows),
    )
    return Details(title, (quiet(caption), table))


def _value_row(each: InForce, language: Language) -> Row:
    texts = LABELS[language]
    value = each.value
    if each.before:
        value = texts["value_instead"].format(value=each.value, before=each.before)
    source = f"{each.source} {each.days}".strip()
    confidence = formatting.CONFIDENCE[language].get(each.confidence, each.confidence)
    return row(each.key, Cell(value), unit_name(each.unit, language), source, confidence)
