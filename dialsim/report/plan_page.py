"""A plan, its proof and what stands in the way of a cheaper one, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from rich.cells import cell_len
from rich.text import Text

from dialsim.report import words
from dialsim.report.page import Cell, cut_line, heading, paragraph, put, row, usable_width
from dialsim.report.plan_words import LABELS
from dialsim.report.replan_page import here_lines
from dialsim.report.words import things

if TYPE_CHECKING:
    from rich.console import Console

Language = Literal["en", "zh"]
Found = Mapping[str, Any]
GOOD, BAD, OPEN, QUIET = "green", "red", "yellow", "dim"
SHAPES = ("mixture", "index", "sip shares")
SHOWN = 8
"""Rows of the frontier, of remedies, and of assumptions that break a plan."""


def print_plan(found: Found, console: Console, lang: Language = "en") -> None:
    """Print the page of a plan, at most as wide as the console, from 60 to 100 columns."""
    put(plan_page(found, console.width, lang), console)


def plan_page(found: Found, width: int = 80, lang: Language = "en") -> list[Text]:
    """Return the lines of the page, none wider than `width` (at least 60).

    Parameters
    ----------
    found
        As of ``PlanFound.to_dict``.
    """
    width = usable_width(width)
    said = LABELS[lang]
    note = said["head"].format(
        candidates=_count(found["forecast"]["candidates"]),
        runs=things(found["runs"], "run") if lang == "en" else f"{found['runs']:,}次运行",
        seed=found["seed"],
    )
    lines = [heading(found["name"], note, width), *here_lines(found, width, lang)]
    lines += _conclusion(found, width, lang)
    if found["recommended"] is not None:
        lines += [Text(), *_changes(found, width, lang), Text(), *_proof(found, width, lang)]
        lines += _prices(found, width, lang)
    elif found["nearest"] is not None:
        lines += [Text(), *_nearest(found, width, lang)]
    for part in (_frontier, _elsewhere, _robust, _search):
        lines += part(found, width, lang)
    return [cut_line(line, width) for line in lines]


def _conclusion(found: Found, width: int, lang: Language) -> list[Text]:
    said = LABELS[lang]
    lines: list[Text] = []
    if not found["complete"]:
        lines += paragraph(said["broken"], width, 0, BAD)
    best = found["recommended"]
    if best is None:
        key = "none" if found["complete"] else "none_yet"
        return lines + paragraph(said[key].format(n=found["forecast"]["candidates"]), width, 0, BAD)
    text = said["found"].format(
        cost=_money(best["cost"]["value"], found),
        sure=words.percent(found["confidence"]),
        n=_count(best["runs"]),
    )
    lines += paragraph(text, width, 0, GOOD)
    return lines + _unpriced(found, width, lang)


def _unpriced(found: Found, width: int, lang: Language) -> list[Text]:
    """Say what has no price: it counts as free."""
    said = LABELS[lang]
    free: dict[str, list[str]] = {}
    for each in found["unpriced"]:
        free.setdefault(each["what"], []).append(each["whose"])
    if not free:
        return []
    parts = [f"{said['of'][what]} {', '.join(whose)}".rstrip() for what, whose in free.items()]
    return paragraph(said["unpriced"].format(what=said["sep"].join(parts)), width, 0, OPEN)


def _changes(found: Found, width: int, lang: Language) -> list[Text]:
    said = LABELS[lang]
    lines = [heading(said["plan"], said["plan_note"], width)]
    for each in found["recommended"]["changes"]:
        same = each["before"] == each["after"]
        arrow = (
            _value(each["after"], lang)
            if same
            else (f"{_value(each['before'], lang)} → {_value(each['after'], lang)}")
        )
        price = _money(each["price"], found) if each["price"] else ""
        style, room = "" if same else "bold", width - 56
        if cell_len(arrow) > room:  # such as shifts: on lines of its own
            lines.append(row([Cell(each["key"], width - 20), Cell(price, 14, right=True)]))
            lines += paragraph(arrow, width, 4, style)
            continue
        cells = [Cell(each["key"], 34), Cell(arrow, room, style=style), Cell(price, 14, right=True)]
        lines.append(row(cells))
    return lines


def _proof(found: Found, width: int, lang: Language) -> list[Text]:
    said = LABELS[lang]
    lines = [heading(said["proof"], said["proof_note"], width)]
    kept = found["recommended"]["promises"]
    held_out = found["holdout"]
    for place, (promise, each) in enumerate(zip(found["promises"], kept, strict=True)):
        lines += _promise(promise, each, width, lang)
        lost = held_out and held_out[place]["high"] < promise["probability"]
        if lost:
            lines += paragraph(said["holdout_lost"], width, 6, BAD)
    if any(each["basis"] == "complaint rate" for each in kept):
        lines += paragraph(said["rate"], width, 2, QUIET)
    if held_out:
        fails = [
            promise
            for promise, each in zip(found["promises"], held_out, strict=True)
            if each["high"] < promise["probability"]
        ]
        text = said["holdout"].format(
            n=held_out[0]["runs"], held=said["all_kept" if not fails else "not_kept"]
        )
        lines += paragraph(text, width, 2, QUIET)
    return lines + _binding(found, width, lang)


def _promise(promise: Found, each: Found, width: int, lang: Language) -> list[Text]:
    good = each["certified"]
    name = promise["name_zh"] if lang == "zh" else promise["name"]
    cells = [
        Cell("✓" if good else "✗", 1, style=GOOD if good else BAD),
        Cell(name, width - 47),
        Cell(f"≥ {_share(promise['probability'])}", 9, right=True),
        Cell(f"{each['held']:,}/{each['runs']:,}", 12, right=True, style=QUIET),
        Cell(_share(each["least"]), 10, right=True, style=GOOD if good else BAD),
    ]
    return [row(cells)]


def _binding(found: Found, width: int, lang: Language) -> list[Text]:
    said, binding = LABELS[lang], found["binding"]
    if binding is None or binding["promise"] is None:
        return []
    promise = found["promises"][binding["promise"]]
    name = promise["name_zh"] if lang == "zh" else promise["name"]
    text = said["binds"].format(name=name, margin=words.percent(binding["margin"]))
    for resource in dict.fromkeys(each["resource"] for each in binding["resources"]):
        text += said["decides"].format(resource=resource)
    return paragraph(text, width)


def _prices(found: Found, width: int, lang: Language) -> list[Text]:
    said = LABELS[lang]
    saved = [each for each in found["prices"] if each["saved"] > 0]
    lines = [Text(""), heading(said["prices"], said["prices_note"], width)]
    for each in saved:
        promise = found["promises"][each["promise"]]
        name = promise["name_zh"] if lang == "zh" else promise["name"]
        lines.append(row([Cell(name, width - 24), Cell(_money(each["saved"], found), 18, True)]))
    return lines if saved else [*lines, *paragraph(said["prices_none"], width, 2, QUIET)]


def _nearest(found: Found, width: int, lang: Language) -> list[Text]:
    said, near = LABELS[lang], found["nearest"]
    lines = [heading(said["nearest"], _money(near["cost"], found), width)]
    lines += paragraph(_values(near["values"], lang), width)
    for each in near["broken"]:
        promise = found["promises"][each["promise"]]
        name = promise["name_zh"] if lang == "zh" else promise["name"]
        key = "shown" if each["proved"] else "likely"
        text = said[key].format(
            name=name,
            chance=_share(each["chance"]),
            wanted=_share(promise["probability"]),
            held=each["held"],
            runs=each["runs"],
        )
        text += said["is_wall"] if each["wall"] else ""
        lines += paragraph(text, width, 2, BAD, "✗ ")
    for each in near["resources"]:
        text = said["resource"].format(resource=each["resource"], why=each["why"])
        lines += paragraph(text, width, 2, OPEN, "· ")
    for each in near["ends"]:
        text = said["end_" + each["end"]].format(key=each["key"], value=each["value"])
        lines += paragraph(text, width, 2, "", "· ")
    for each in near["remedies"][:SHOWN]:
        lines += paragraph(each["sentence"], width, 2, "", "· ")
    return lines


def _frontier(found: Found, width: int, lang: Language) -> list[Text]:
    said = LABELS[lang]
    rows = found["frontier"]
    if len(rows) < 2:
        return []
    lines = [Text(""), heading(said["frontier"], said["frontier_note"], width)]
    lines.append(_frontier_row(said["columns"], QUIET, width))
    best = found["recommended"]

    def is_best(each: Found) -> bool:
        return best is not None and all(
            each["values"][change["key"]] == change["after"] for change in best["changes"]
        )

    picked = _thinned(rows, is_best)
    for each in picked:
        mine = is_best(each)
        cells = (
            _values(each["values"], lang, short=True),
            _count(round(each["throughput"])),
            f"{_share(each['risk'])}, ≤ {words.percent(each['risk_high'])}",
            _money(each["cost"], found),
        )
        lines.append(_frontier_row(cells, "bold green" if mine else "", width))
    if len(picked) < len(rows):
        lines += paragraph(said["more"].format(n=len(rows) - len(picked)), width, 2, QUIET)
    return lines


def _frontier_row(cells: Sequence[str], style: str, width: int) -> Text:
    first, *rest = cells
    widths = (10, 17, 16)
    room = width - 2 - sum(widths) - 2 * len(widths)
    return row(
        [Cell(first, room, style=style)]
        + [Cell(t, w, right=True, style=style) for t, w in zip(rest, widths, strict=True)]
    )


def _thinned(rows: Sequence[Found], is_best: Callable[[Found], bool]) -> Sequence[Found]:
    """Return some rows spread over all of them: the first, the last and the best among them."""
    if len(rows) <= SHOWN:
        return rows
    places = {round(i * (len(rows) - 1) / (SHOWN - 1)) for i in range(SHOWN)}
    places |= {place for place, each in enumerate(rows) if is_best(each)}
    return [rows[place] for place in sorted(places)]


def _elsewhere(found: Found, width: int, lang: Language) -> list[Text]:
    if not found["elsewhere"]:
        return []
    said = LABELS[lang]
    runs = found["elsewhere"][0]["promises"][0]["runs"]
    lines = [Text(""), heading(said["elsewhere"], said["elsewhere_note"].format(n=runs), width)]
    names = [each["profile"] for each in found["elsewhere"]]
    lines.append(
        row(
            [Cell("", width - 4 - 12 * len(names) - 2)]
            + [Cell(name, 10, True, QUIET) for name in names]
        )
    )
    for place, promise in enumerate(found["promises"]):
        name = promise["name_zh"] if lang == "zh" else promise["name"]
        cells = [Cell(name, width - 4 - 12 * len(names) - 2)]
        for each in found["elsewhere"]:
            kept = each["promises"][place]
            bad = kept["high"] < promise["probability"]
            cells.append(Cell(_share(kept["share"]), 10, True, BAD if bad else ""))
        lines.append(row(cells))
    return lines


def _robust(found: Found, width: int, lang: Language) -> list[Text]:
    robust, said = found.get("robust"), LABELS[lang]
    if robust is None:
        return []
    names = ", ".join(robust["networks"])
    lines = [
        Text(""),
        heading(said["robust"], said["robust_note"].format(n=robust["tried"]), width),
    ]
    if robust["certified"]:
        changes = robust["plan"]["recommended"]["changes"]
        values = _values({each["key"]: each["after"] for each in changes}, lang)
        cost = _money(robust["plan"]["recommended"]["cost"]["value"], found)
        text = said["robust_found"].format(names=names, values=values, cost=cost)
        lines += paragraph(text, width, 2, GOOD)
    else:
        lines += paragraph(said["robust_none"].format(names=names), width, 2, BAD)
        for each in robust["broken"]:
            name = each["name_zh" if lang == "zh" else "name"]
            text = said["likely"].format(
                name=name,
                chance=_share(each["chance"]),
                wanted=_share(each["probability"]),
                held=each["held"],
                runs=each["runs"],
            )
            lines += paragraph(text, width, 2, BAD, "✗ ")
    if robust["breaking"]:
        lines += paragraph(said["breaking"], width, 2)
    for each in robust["breaking"][:SHOWN]:
        places = ", ".join(
            found["promises"][one["promise"]]["name_zh" if lang == "zh" else "name"]
            for one in each["broken"]
        )
        text = said["breaks"].format(
            key=each["key"],
            end=_figure(each["end"], each["unit"]),
            value=_figure(each["value"], each["unit"]),
            confidence=each["confidence"],
            promises=places,
        )
        lines += paragraph(text, width, 2, BAD, "✗ ")
        lines += paragraph(each["measure_zh" if lang == "zh" else "measure"], width, 6, QUIET)
    if robust["certified"] and not robust["breaking"]:
        lines += paragraph(said["robust_all"].format(n=robust["tried"]), width, 2, QUIET)
    return lines


def _search(found: Found, width: int, lang: Language) -> list[Text]:
    said, struck = LABELS[lang], found["struck"]
    parts = [said[f"struck_{why}"].format(n=_count(n)) for why, n in struck.items() if n]
    text = said["searched"].format(
        n=_count(found["forecast"]["candidates"]),
        played=_count(found["searched"]),
        struck=said["sep"].join(parts) or said["struck_none"],
    )
    lines = [Text(""), heading(said["how"], "", width), *paragraph(text, width, 2, QUIET)]
    for each in found["finalists"]:
        key = "finalist_certified" if each["certified"] else "finalist_failed"
        text = said[key].format(
            values=_values(each["values"], lang),
            runs=_count(each["runs"]),
            planned=_count(each["planned"]),
        )
        lines += paragraph(text, width, 2, QUIET, "· ")
    return lines


def forecast_lines(ahead: Found, lang: Language = "en", rest: bool = False) -> list[str]:
    """Return what a plan, or one for the `rest`, will take, in sentences, before it is made."""
    said = LABELS[lang]
    least, most = ahead["search_runs"]
    lines = [
        said["ahead_rest" if rest else "ahead"].format(
            candidates=_count(ahead["candidates"]),
            within=_count(ahead["within_reach"]),
            least=_count(least),
            most=_count(most),
        )
    ]
    lines += [
        said["certificate"].format(
            share=_share(each["probability"]),
            least=_count(each["least"]),
            usual=_count(each["usual"]),
        )
        for each in ahead["certificates"]
    ]
    quick, slow = ahead["times"]
    lines.append(
        said["time"].format(
            run=f"{ahead['run_seconds']:.2g}",
            workers=ahead["workers"],
            quick=quick,
            slow=slow,
        )
    )
    return lines


def _values(values: Mapping[str, Any], lang: Language, short: bool = False) -> str:
    if short:
        return ", ".join(f"{_short(key)} {_value(v, lang)}" for key, v in values.items())
    return ", ".join(f"{key} = {_value(v, lang)}" for key, v in values.items())


def _short(key: str) -> str:
    """Return the names of a key without the words that all of its kind have.

    >>> _short("caller_ids.north.count"), _short("start")
    ('north', 'start')
    """
    parts = key.split(".")
    return parts[1] if len(parts) == 3 and parts[2] == "count" else parts[-1]


def _value(value: Any, lang: Language) -> str:
    if value is None or value is False:
        return str(LABELS[lang]["nothing"])
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)


def _share(value: float) -> str:
    """Return a probability; near 1 with as many digits as tell it from 1.

    >>> _share(0.95), _share(0.9997), _share(1.0), _share(0.001)
    ('95 %', '99.97 %', '100 %', '0.1 %')
    """
    for digits in range(4):
        if 0 < value < 1 and round(value * 100, digits) in (0.0, 100.0):
            continue
        shown = f"{value * 100:.{digits}f}"
        if digits == 3 or abs(float(shown) - value * 100) < 0.05 * 10 ** (-max(0, digits - 1)):
            return f"{shown} %"
    return "< 0.001 %" if value < 0.5 else "> 99.999 %"


def _figure(value: Any, unit: str) -> str:
    """Return a value of a profile with its unit; of a shape how its figures are multiplied.

    >>> _figure(0.4489, "share"), _figure(30, "calls"), _figure(0.8, "mixture")
    ('45 %', '30 calls', '×0.8')
    """
    if isinstance(value, (list, tuple)):
        return unit
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    if unit == "share":
        return words.percent(value)
    shown = f"{value:,.4g}" if isinstance(value, float) else f"{value:,}"
    return f"×{shown}" if unit in SHAPES else f"{shown} {unit}"


def _count(value: float) -> str:
    return f"{value:,}"


def _money(value: float, found: Found) -> str:
    return f"{value:,.0f} {found['currency']}"
