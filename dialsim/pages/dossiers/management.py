"""The management report: when the campaign is finished, what it costs, what stops it."""

from __future__ import annotations

from collections.abc import Sequence

from dialsim.pages.dossiers.actions import action_parts
from dialsim.pages.dossiers.completion import Finish, finishes
from dialsim.pages.dossiers.cost_section import cost_of, cost_section
from dialsim.pages.dossiers.finish_section import (
    chance_text,
    finish_section,
    moment_text,
    range_text,
)
from dialsim.pages.dossiers.request import Request
from dialsim.pages.dossiers.side_by_side import Plan, side_by_side
from dialsim.pages.dossiers.terms import listed
from dialsim.pages.model.parts import (
    KeyFigure,
    KeyFigures,
    Paragraph,
    Part,
    Section,
    item,
    quiet,
    section,
    statement,
    subtitle,
)
from dialsim.pages.model.style import BAD, GOOD, OPEN, PLAIN, QUIET, STRONG
from dialsim.pages.model.tables import Cell, Row, Table, figures, row, words
from dialsim.pages.run.reactions_page import cap_basis
from dialsim.pages.weak_defaults import marked, weak_mark
from dialsim.results import formatting
from dialsim.results.cost_statement import CostStatement
from dialsim.results.stored_metrics import count_of
from dialsim.results.summary_types.results import HardLimit, Metric

CAUSES = 4  # causes listed by name, the most frequent
REACTIONS = (
    *("conversations", "reach", "complaints", "complaints_per_million", "marks", "opt_outs"),
    *("abandoned_share", "intercepted", "reviews"),
    *("caller_ids_suspended", "caller_ids_labelled"),
)
"""Figures of the page, each with its spread over the replications."""


def management_sections(asked: Request) -> tuple[list[Part], list[Section | None]]:
    """Return what a management report comes to, and its sections.

    Raises
    ------
    ScenarioError
        A table that is needed is missing or damaged.
    """
    known = {each.goal: each for each in finishes(asked.log, asked.replayed)}
    bill = cost_of(asked)
    deciding = KeyFigures(tuple(_deciding(asked, list(known.values()), bill)))
    return [*_verdict(asked), deciding], [
        side_by_side(_plans(asked, bill), asked.language),
        finish_section(asked, known),
        cost_section(asked, bill),
        _reactions(asked),
        _stops(asked),
        _assumptions(asked),
    ]


def _verdict(asked: Request) -> list[Part]:
    """Return the verdict on the run, and on the replications if there are any."""
    summary, replayed = asked.log.summary, asked.replayed
    sentence = formatting.localised(summary["verdict"], "sentence", asked.language)
    met = summary["verdict"]["all_met"] and summary["complete"] and not summary["heading"]
    if replayed is None or not asked.log.scenario.goals:
        style = GOOD if met else BAD if asked.log.scenario.goals else OPEN
        return [statement(sentence, style | STRONG)]
    hits = sum(replayed.goals_met)
    style = GOOD if hits == len(replayed) else OPEN if hits else BAD
    text = asked.texts["all_met"].format(
        hits=hits, n=len(replayed), chance=chance_text(asked, replayed.chance_of_all)
    )
    return [
        statement(text, (BAD if summary["heading"] else style) | STRONG),
        statement(asked.texts["this_run"].format(verdict=sentence), QUIET),
    ]


def _plans(asked: Request, bill: CostStatement | None) -> list[Plan]:
    """Return the run and those beside it, each with its cost."""
    plans = [Plan(asked.name, asked.log.summary, bill)]
    return plans + [Plan(each.name, each.log.summary, cost_of(each)) for each in asked.beside]


# --- the figures that decide ----------------------------------------------------------------------


def _deciding(asked: Request, known: list[Finish], bill: CostStatement | None) -> list[KeyFigure]:
    texts, replayed, found = asked.texts, asked.replayed, []
    if known:
        ticks = [each.here if not each.quantiles else each.quantiles[1] for each in known]
        last = None if None in ticks else max(tick for tick in ticks if tick is not None)
        name = texts["tile_finish_one"]
        if replayed is not None:
            name = texts["tile_finish"].format(n=len(replayed))
        found.append(KeyFigure(name, Cell(moment_text(asked, last))))
    if replayed is not None and asked.log.scenario.goals:
        chance = replayed.chance_of_all
        name = texts["tile_chance"].format(range=range_text(asked, chance))
        percent = formatting.percent(chance.value)
        found.append(KeyFigure(name, Cell(percent, value=chance.value)))
    if bill is not None:
        name = texts["tile_cost" if bill.complete else "tile_cost_least"]
        scale, unit = formatting.money_unit(float(bill.total), bill.currency, asked.language)
        amount = f"{bill.total:,.0f}" if scale == 1 else f"{bill.total / scale:,.2f}"
        found.append(KeyFigure(name, Cell(f"{amount} {unit}", value=float(bill.total))))
    return found + [
        _mean_or_value(asked, key) for key in ("complaints_per_million", "caller_ids_suspended")
    ]


def _mean_or_value(asked: Request, key: str) -> KeyFigure:
    """Return a figure: the mean over the replications if there are any, else the run's value."""
    metric = asked.log.summary["metrics"][key]
    name = _marked(asked, key)
    spread = None if asked.replayed is None else asked.replayed.spread(key)
    if spread is None:
        return KeyFigure(name, _figure(metric))
    mean = Cell(_rounded(spread[0], metric["unit"]), value=spread[0])
    return KeyFigure(asked.texts["tile_mean"].format(name=name), mean)


# --- how people took it ---------------------------------------------------------------------------


def _reactions(asked: Request) -> Section:
    """Return figures of the run, with their means and spreads over the replications."""
    texts, replayed = asked.texts, asked.replayed
    columns = (*words(texts["metric"]), *figures(texts["here"]))
    if replayed is not None:
        columns += figures(texts["mean"], texts["range"])
    parts: list[Part] = [Table(columns, tuple(_reaction(asked, key) for key in REACTIONS))]
    if replayed is not None:
        chance = replayed.share_positive("caller_ids_suspended")
        hits = round((chance.value or 0) * chance.n)
        text = texts["suspended_chance"].format(
            hits=hits, n=chance.n, chance=chance_text(asked, chance)
        )
        parts.append(quiet(text))
    return section(texts["people"], parts, key="people")


def _reaction(asked: Request, key: str) -> Row:
    metric = asked.log.summary["metrics"][key]
    found = None if asked.replayed is None else asked.replayed.spread(key)
    cells: list[Cell | str] = [_marked(asked, key), _figure(metric)]
    if found is not None:
        mean, low, high = (_rounded(value, metric["unit"]) for value in found)
        cells += [Cell(mean, value=found[0]), f"{low} – {high}"]
    return row(*cells)


def _figure(metric: Metric) -> Cell:
    value = metric["value"]
    return Cell("–" if value is None else formatting.number(value, metric["unit"]), value=value)


def _name(asked: Request, metric: Metric) -> str:
    return str(formatting.localised(metric, "name", asked.language))


def _marked(asked: Request, key: str) -> str:
    """Return the name of a metric with the marks of its weak defaults."""
    name = _name(asked, asked.log.summary["metrics"][key])
    return marked(name, weak_mark(key, asked.weak))


def _rounded(value: float, unit: str) -> str:
    return formatting.number(round(value) if abs(value) >= 100 and unit != "share" else value, unit)


# --- what stops it --------------------------------------------------------------------------------


def _stops(asked: Request) -> Section:
    """Return what limited the throughput, the hard limits, and what the network did."""
    texts, summary = asked.texts, asked.log.summary
    limits = [_wall(asked, wall) for wall in summary.get("walls", ())]
    return section(
        texts["stops"],
        subtitle(texts["held_back"]),
        [
            Paragraph(texts["of"].format(names, text) if names else text)
            for names, text in formatting.of_each(summary["binding"], "sentence", asked.language)
        ],
        subtitle(texts["walls"]),
        limits or quiet(texts["no_walls"]),
        subtitle(texts["network"]),
        Paragraph(_refused(asked)),
        action_parts(asked),
        key="stops",
    )


def _wall(asked: Request, wall: HardLimit) -> Paragraph:
    texts = asked.texts
    of = texts["of_campaign"].format(wall["campaign"]) if wall["campaign"] else ""
    text = texts["wall"].format(
        name=_name(asked, asked.log.summary["metrics"]["abandoned_share"]),
        of=of,
        measured="–" if wall["measured"] is None else formatting.percent(wall["measured"]),
        cap=formatting.percent(wall["cap"]),
        basis=cap_basis(asked.log.summary["abandoned"], asked.language),
        kept=texts["kept" if wall["met"] else "broken"],
    )
    return Paragraph(text, PLAIN if wall["met"] else BAD)


def _refused(asked: Request) -> str:
    acts = asked.log.summary["interventions"]
    attempts = count_of(asked.log.summary, "attempts")
    total = acts["attempts_refused"]
    if not total:
        return asked.texts["refused_none"]
    causes = [f"{asked.cause(each)} {each['attempts']:,}" for each in acts["refused"][:CAUSES]]
    return asked.texts["refused"].format(
        count=f"{total:,}",
        share=formatting.percent(total / max(1, attempts)),
        causes=listed(causes, asked.language),
    )


def _assumptions(asked: Request) -> Section:
    lines: Sequence[str] = formatting.localised(asked.log.summary, "assumptions", asked.language)
    return section(asked.texts["assumes"], [item(line) for line in lines], key="assumes")
