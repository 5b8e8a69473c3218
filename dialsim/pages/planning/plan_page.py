"""The page of a plan: the plan with its proof, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import counted, message
from dialsim.pages.comparison.people_drawn import people_drawn
from dialsim.pages.model.parts import (
    Command,
    Page,
    Paragraph,
    Part,
    Section,
    item,
    page,
    quiet,
    section,
    statement,
)
from dialsim.pages.model.style import BAD, GOOD, OPEN, PLAIN, QUIET, STRONG
from dialsim.pages.model.tables import Cell, Row, Table, figures, row, words
from dialsim.pages.planning.frontier_page import frontier_section
from dialsim.pages.planning.plan_proof import (
    elsewhere_section,
    of_log,
    prices_section,
    proof_section,
)
from dialsim.pages.planning.plan_reviews import reviews
from dialsim.pages.planning.plan_robust import robust_section
from dialsim.pages.planning.plan_values import (
    count,
    is_number,
    money,
    money_cell,
    share,
    value,
    values_text,
)
from dialsim.pages.planning.plan_words import LABELS
from dialsim.pages.planning.replan_page import here_section
from dialsim.pages.weak_defaults import weak_section
from dialsim.results import formatting
from dialsim.results.formatting import localised

Found = Mapping[str, Any]
SHOWN = 8
"""Most remedies on the page."""


def plan_page(found: Found, language: Language = ENGLISH) -> Page:
    """Return the page of a plan, from `PlanFound.to_dict`."""
    sections: list[Section | None] = []
    if found["recommended"] is not None:
        sections += [
            _changes(found, language),
            proof_section(found, language),
            prices_section(found, language),
        ]
    elif found["nearest"] is not None:
        sections.append(_nearest(found, language))
    return page(
        _head(found, language),
        here_section(found, language),
        *sections,
        weak_section(found["weak_defaults"], language),
        frontier_section(found, language),
        elsewhere_section(found, language),
        robust_section(found, language),
        _search(found, language),
        language=language,
        closing=people_drawn(found, language),
    )


# --- what it comes to -----------------------------------------------------------------------------


def _head(found: Found, language: Language) -> Section:
    texts = LABELS[language]
    note = texts["head"].format(
        candidates=count(found["forecast"]["candidates"]),
        runs=counted(found["runs"], message("{:,} run"), message("{:,} runs"))[language],
        seed=found["seed"],
    )
    broken = [] if found["complete"] else [statement(texts["broken"], BAD)]
    return section(found["name"], broken, _conclusion(found, language), note=note, key="head")


def _conclusion(found: Found, language: Language) -> list[Part]:
    texts, best = LABELS[language], found["recommended"]
    if best is None:
        n = found["forecast"]["candidates"]
        if not found["complete"] or found["state"] == "broken":
            key = "none" if found["complete"] else "none_yet"
            return [statement(texts[key].format(n=n), BAD)]
        runs, most = found["finalists"][-1]["runs"], found["proof_runs"]
        text = texts["none_open"].format(n=n, runs=runs, most=most)
        return [statement(text, OPEN), *_go_on(found, language)]
    text = texts["found"].format(
        cost=money(best["cost"]["value"], found),
        sure=formatting.percent(found["confidence"]),
        n=count(best["runs"]),
    )
    return [statement(text, GOOD), *_go_on(found, language), *_unpriced(found, language)]


def _go_on(found: Found, language: Language) -> list[Part]:
    """Return how many runs would settle what is open, and the command that continues."""
    texts, further = LABELS[language], found["go_on"]
    if further is None:
        return []
    key = "go_on" if found["recommended"] is None else "go_on_for"
    values = values_text(further["values"], language)
    text = texts[key].format(more=further["more"], values=values)
    if further["command"]:
        return [statement(text, OPEN), Command(further["command"])]
    return [
        statement(text, OPEN),
        Paragraph(texts["go_on_python"].format(runs=further["proof_runs"])),
    ]


def _unpriced(found: Found, language: Language) -> list[Part]:
    """Return the inputs without a price, which count as free."""
    texts = LABELS[language]
    free: dict[str, list[str]] = {}
    for each in found["unpriced"]:
        free.setdefault(each["what"], []).append(each["whose"])
    if not free:
        return []
    parts = [
        texts["whose"].format(what=texts["of"][what], whose=texts["and"].join(whose)).strip()
        for what, whose in free.items()
    ]
    return [statement(texts["unpriced"].format(what=texts["comma"].join(parts)), OPEN)]


def _changes(found: Found, language: Language) -> Section:
    """Return what the plan decides."""
    texts, changes = LABELS[language], found["recommended"]["changes"]
    priced = any(each["price"] for each in changes)
    columns = (
        *words(texts["decision"], texts["before"], texts["after"]),
        *figures(*([texts["once"]] if priced else [])),
    )
    rows = tuple(_change(each, found, language) for each in changes)
    return section(texts["plan"], Table(columns, rows), key="plan", style=GOOD)


def _change(each: Found, found: Found, language: Language) -> Row:
    style = PLAIN if each["before"] == each["after"] else STRONG
    price = money_cell(each["price"], found) if each["price"] else Cell()
    return row(
        each["key"],
        _value(each["before"], language),
        Cell(value(each["after"], language), style, _number(each["after"])),
        price,
    )


def _value(found: Any, language: Language) -> Cell:
    return Cell(value(found, language), value=_number(found))


def _number(found: Any) -> float | None:
    return found if is_number(found) else None


# --- where none holds -----------------------------------------------------------------------------


def _nearest(found: Found, language: Language) -> Section:
    """Return the candidate that comes nearest, what is in its way, and what would help."""
    texts, near = LABELS[language], found["nearest"]
    parts: list[Part] = [Paragraph(values_text(near["values"], language))]
    for each in near["broken"]:
        promise = found["promises"][each["promise"]]
        parts += [_in_the_way(promise, each, language), *of_log(promise, language)]
    parts += reviews(found, language)
    for each in near["resources"]:
        text = texts["resource"].format(
            resource=localised(each, "resource", language), why=localised(each, "why", language)
        )
        parts.append(item(text, OPEN))
    for each in near["ends"]:
        end = localised(each, "value", language)
        parts.append(item(texts["end_" + each["end"]].format(key=each["key"], value=end)))
    parts += [item(localised(each, "sentence", language)) for each in near["remedies"][:SHOWN]]
    open_still = all(each["state"] == "open" for each in near["broken"])
    return section(
        texts["nearest"],
        parts,
        note=money(near["cost"], found),
        key="nearest",
        style=OPEN if open_still else BAD,
    )


def _in_the_way(promise: Found, each: Found, language: Language) -> Part:
    """Return whether a promise that is not certified is broken, or not proved yet."""
    texts, state = LABELS[language], each["state"]
    key = "likely" if state == "likely" else f"shown_{state}"
    if state == "open" and each["more"] is None:
        key = "shown_stuck"
    text = texts[key].format(
        name=localised(promise, "name", language),
        chance=share(each["chance"]),
        wanted=share(promise["probability"]),
        held=each["held"],
        runs=each["runs"],
        more=each["more"],
        share=share(each["share"]),
    )
    if each["wall"]:
        text = texts["then"].join([text, texts["is_wall"]])
    return item(text, OPEN, "? ") if state == "open" else item(text, BAD, "✗ ")


# --- the search -----------------------------------------------------------------------------------


def _search(found: Found, language: Language) -> Section:
    """Return how many candidates were played and struck out, and what became of the finalists."""
    texts, struck = LABELS[language], found["struck"]
    reasons = [
        texts[f"struck_{why}"].format(n=count(n))
        for why, n in struck.items()
        if n and why != "invalid"  # infeasible plans have a section on the search
    ]
    text = texts["searched"].format(
        n=count(found["forecast"]["candidates"]),
        played=count(found["searched"]),
        struck=texts["comma"].join(reasons) or texts["struck_none"],
    )
    parts: list[Part] = [quiet(text)]
    if found["invalid"] is not None:
        key = "invalid" if found["invalid"]["all"] else "invalid_looked_at"
        text = texts[key].format(
            n=count(found["invalid"]["count"]),
            all=count(found["forecast"]["candidates"]),
            reason=found["invalid"]["reason"],
        )
        parts.append(item(text, QUIET))
    for each in found["finalists"]:
        stuck = each["state"] == "open" and each["more"] is None
        key = f"finalist_{'stuck' if stuck else each['state']}"
        text = texts[key].format(
            values=values_text(each["values"], language),
            runs=count(each["runs"]),
            planned=count(each["planned"]),
            more=each["more"] and count(each["more"]),
        )
        parts.append(item(text, QUIET))
    return section(texts["how"], parts, key="search")


def forecast_lines(ahead: Found, lang: Language = "en", rest: bool = False) -> list[str]:
    """Return the predicted cost of making a plan, or one for the `rest`, in sentences."""
    texts = LABELS[lang]
    least, most = sorted(ahead["search_runs"])
    runs = texts["range"].format(least=count(least), most=count(most))
    lines = [
        texts["ahead_rest" if rest else "ahead"].format(
            candidates=count(ahead["candidates"]),
            within=count(ahead["within_reach"]),
            range=count(least) if least == most else runs,
        )
    ]
    lines += [
        texts["certificate"].format(
            share=share(each["probability"]),
            least=count(each["least"]),
            usual=count(each["usual"]),
        )
        for each in ahead["certificates"]
    ]
    lines.append(texts["proof_runs"].format(runs=count(ahead["proof_runs"])))
    quick, slow = localised(ahead, "times", lang)
    lines.append(
        texts["time"].format(
            run=f"{ahead['run_seconds']:.2g}",
            workers=ahead["workers"],
            quick=quick,
            slow=slow,
        )
    )
    return lines
