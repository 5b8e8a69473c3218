"""The page of a plan: its proof and its blocking constraints, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.cells import cell_len
from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import counted, message
from dialsim.pages.comparison.people_drawn import people_lines
from dialsim.pages.layout import (
    BAD,
    GOOD,
    OPEN,
    QUIET,
    Cell,
    command_lines,
    fit,
    headed,
    paragraph,
    row,
    spaced,
    usable_width,
)
from dialsim.pages.planning.frontier_page import frontier_lines
from dialsim.pages.planning.plan_reviews import review_lines
from dialsim.pages.planning.plan_values import count, figure, money, share, value, values_text
from dialsim.pages.planning.plan_words import LABELS
from dialsim.pages.planning.replan_page import here_lines
from dialsim.pages.run.goal_lines import before_lines
from dialsim.pages.weak_default_lines import weak_lines
from dialsim.results import formatting
from dialsim.results.formatting import localised

Found = Mapping[str, Any]
SHOWN = 8
"""Most remedies, and most assumptions that break a plan, on the page."""


def plan_page(found: Found, width: int = 80, lang: Language = "en") -> list[Text]:
    """Return the page of `PlanFound.to_dict` as lines of at most `width` columns (from 60)."""
    width = usable_width(width)
    texts = LABELS[lang]
    note = texts["head"].format(
        candidates=count(found["forecast"]["candidates"]),
        runs=counted(found["runs"], message("{:,} run"), message("{:,} runs"))[lang],
        seed=found["seed"],
    )
    above = [*headed(found["name"], note, width), *here_lines(found, width, lang)]
    lines: list[Text] = []
    if found["recommended"] is not None:
        lines += [Text(), *_changes(found, width, lang), Text(), *_proof(found, width, lang)]
        lines += _prices(found, width, lang)
    elif found["nearest"] is not None:
        lines += [Text(), *_nearest(found, width, lang)]
    lines += spaced(weak_lines(found["weak_defaults"], width, lang))
    for part in (frontier_lines, _elsewhere, _robust, _search):
        lines += part(found, width, lang)
    lines += people_lines(found, width, lang)
    conclusion = _conclusion(found, width, lang)  # the command is never cut
    parts = (above, lines)
    above, lines = (fit(part, width) for part in parts)
    return [*above, *conclusion, *lines]


def _conclusion(found: Found, width: int, lang: Language) -> list[Text]:
    texts = LABELS[lang]
    lines: list[Text] = []
    if not found["complete"]:
        lines += paragraph(texts["broken"], width, 0, BAD)
    best = found["recommended"]
    if best is None:
        n = found["forecast"]["candidates"]
        if not found["complete"] or found["state"] == "broken":
            key = "none" if found["complete"] else "none_yet"
            return lines + paragraph(texts[key].format(n=n), width, 0, BAD)
        runs, most = found["finalists"][-1]["runs"], found["proof_runs"]
        lines += paragraph(texts["none_open"].format(n=n, runs=runs, most=most), width, 0, OPEN)
        return lines + _go_on(found, width, lang)
    text = texts["found"].format(
        cost=money(best["cost"]["value"], found),
        sure=formatting.percent(found["confidence"]),
        n=count(best["runs"]),
    )
    lines += paragraph(text, width, 0, GOOD)
    lines += _go_on(found, width, lang)
    return lines + _unpriced(found, width, lang)


def _go_on(found: Found, width: int, lang: Language) -> list[Text]:
    """Return how many runs would settle what is open, and the command that continues."""
    texts, further = LABELS[lang], found["go_on"]
    if further is None:
        return []
    key = "go_on" if found["recommended"] is None else "go_on_for"
    values = values_text(further["values"], lang)
    text = texts[key].format(more=further["more"], values=values)
    command = further["command"] or texts["go_on_python"].format(runs=further["proof_runs"])
    return [*paragraph(text, width, 0, OPEN), *command_lines(command, width)]


def _unpriced(found: Found, width: int, lang: Language) -> list[Text]:
    """Return a line on inputs without a price, which count as free."""
    texts = LABELS[lang]
    free: dict[str, list[str]] = {}
    for each in found["unpriced"]:
        free.setdefault(each["what"], []).append(each["whose"])
    if not free:
        return []
    parts = [
        f"{texts['of'][what]} {texts['names'].join(whose)}".rstrip() for what, whose in free.items()
    ]
    return paragraph(texts["unpriced"].format(what=texts["comma"].join(parts)), width, 0, OPEN)


def _changes(found: Found, width: int, lang: Language) -> list[Text]:
    texts = LABELS[lang]
    lines = [*headed(texts["plan"], texts["plan_note"], width)]
    for each in found["recommended"]["changes"]:
        same = each["before"] == each["after"]
        arrow = (
            value(each["after"], lang)
            if same
            else (f"{value(each['before'], lang)} → {value(each['after'], lang)}")
        )
        price = money(each["price"], found) if each["price"] else ""
        style, room = "" if same else "bold", width - 56
        if cell_len(arrow) > room:  # long values such as shifts take lines of their own
            lines.append(row([Cell(each["key"], width - 20), Cell(price, 14, right=True)]))
            lines += paragraph(arrow, width, 4, style)
            continue
        cells = [Cell(each["key"], 34), Cell(arrow, room, style=style), Cell(price, 14, right=True)]
        lines.append(row(cells))
    return lines


def _proof(found: Found, width: int, lang: Language) -> list[Text]:
    texts = LABELS[lang]
    lines = [*headed(texts["proof"], texts["proof_note"], width)]
    kept = found["recommended"]["promises"]
    held_out = found["holdout"]
    for place, (promise, each) in enumerate(zip(found["promises"], kept, strict=True)):
        lines += _promise(promise, each, width, lang) + _of_log(promise, width, lang)
        lost = held_out and held_out[place]["high"] < promise["probability"]
        if lost:
            lines += paragraph(texts["holdout_lost"], width, 6, BAD)
    if any(each["basis"] == "chance" for each in kept):
        lines += paragraph(texts["chance"], width, 2, QUIET)
    if any(each["spread"] for each in kept):
        lines += paragraph(texts["spread"].format(spread=found["spread"]), width, 2, QUIET)
    lines += review_lines(found, width, lang)
    if held_out:
        fails = [
            promise
            for promise, each in zip(found["promises"], held_out, strict=True)
            if each["high"] < promise["probability"]
        ]
        text = texts["holdout"].format(
            n=held_out[0]["runs"], held=texts["all_kept" if not fails else "not_kept"]
        )
        lines += paragraph(text, width, 2, QUIET)
    return lines + _binding(found, width, lang)


def _promise(promise: Found, each: Found, width: int, lang: Language) -> list[Text]:
    good = each["certified"]
    name = localised(promise, "name", lang)
    cells = [
        Cell("✓" if good else "✗", 1, style=GOOD if good else BAD),
        Cell(name, width - 47),
        Cell(f"≥ {share(promise['probability'])}", 9, right=True),
        Cell(f"{each['held']:,}/{each['runs']:,}", 12, right=True, style=QUIET),
        Cell(share(each["least"]), 10, right=True, style=GOOD if good else BAD),
    ]
    return [row(cells)]


def _of_log(promise: Found, width: int, lang: Language) -> list[Text]:
    """Return what of a goal the call history has, and what the plan adds; nothing without one."""
    return [] if promise["log"] is None else before_lines(promise["log"], width, lang)


def _binding(found: Found, width: int, lang: Language) -> list[Text]:
    texts, binding = LABELS[lang], found["binding"]
    if binding is None or binding["promise"] is None:
        return []
    promise = found["promises"][binding["promise"]]
    name = localised(promise, "name", lang)
    text = texts["binds"].format(name=name, margin=formatting.percent(binding["margin"]))
    for resource in dict.fromkeys(
        localised(each, "resource", lang) for each in binding["resources"]
    ):
        text += texts["decides"].format(resource=resource)
    return paragraph(text, width)


def _prices(found: Found, width: int, lang: Language) -> list[Text]:
    texts = LABELS[lang]
    saved = [each for each in found["prices"] if each["saved"] > 0]
    lines = [Text(""), *headed(texts["prices"], texts["prices_note"], width)]
    for each in saved:
        promise = found["promises"][each["promise"]]
        name = localised(promise, "name", lang)
        lines.append(row([Cell(name, width - 24), Cell(money(each["saved"], found), 18, True)]))
    return lines if saved else [*lines, *paragraph(texts["prices_none"], width, 2, QUIET)]


def _nearest(found: Found, width: int, lang: Language) -> list[Text]:
    texts, near = LABELS[lang], found["nearest"]
    lines = [*headed(texts["nearest"], money(near["cost"], found), width)]
    lines += paragraph(values_text(near["values"], lang), width)
    for each in near["broken"]:
        promise = found["promises"][each["promise"]]
        name = localised(promise, "name", lang)
        lines += _in_the_way(name, promise, each, width, lang) + _of_log(promise, width, lang)
    lines += review_lines(found, width, lang)
    for each in near["resources"]:
        text = texts["resource"].format(
            resource=localised(each, "resource", lang), why=localised(each, "why", lang)
        )
        lines += paragraph(text, width, 2, OPEN, "· ")
    for each in near["ends"]:
        end = localised(each, "value", lang)
        text = texts["end_" + each["end"]].format(key=each["key"], value=end)
        lines += paragraph(text, width, 2, "", "· ")
    for each in near["remedies"][:SHOWN]:
        lines += paragraph(localised(each, "sentence", lang), width, 2, "", "· ")
    return lines


def _in_the_way(name: str, promise: Found, each: Found, width: int, lang: Language) -> list[Text]:
    """Return whether a promise that is not certified is broken, or not proved yet."""
    texts, state = LABELS[lang], each["state"]
    key = "likely" if state == "likely" else f"shown_{state}"
    if state == "open" and each["more"] is None:
        key = "shown_stuck"
    text = texts[key].format(
        name=name,
        chance=share(each["chance"]),
        wanted=share(promise["probability"]),
        held=each["held"],
        runs=each["runs"],
        more=each["more"],
        share=share(each["share"]),
    )
    text += texts["is_wall"] if each["wall"] else ""
    still = state == "open"
    return paragraph(text, width, 2, OPEN if still else BAD, "? " if still else "✗ ")


def _elsewhere(found: Found, width: int, lang: Language) -> list[Text]:
    if not found["elsewhere"]:
        return []
    texts = LABELS[lang]
    runs = found["elsewhere"][0]["promises"][0]["runs"]
    lines = [Text(""), *headed(texts["elsewhere"], texts["elsewhere_note"].format(n=runs), width)]
    names = [each["profile"] for each in found["elsewhere"]]
    lines.append(
        row(
            [Cell("", width - 4 - 12 * len(names) - 2)]
            + [Cell(name, 10, True, QUIET) for name in names]
        )
    )
    for place, promise in enumerate(found["promises"]):
        name = localised(promise, "name", lang)
        cells = [Cell(name, width - 4 - 12 * len(names) - 2)]
        for each in found["elsewhere"]:
            kept = each["promises"][place]
            bad = kept["high"] < promise["probability"]
            cells.append(Cell(share(kept["share"]), 10, True, BAD if bad else ""))
        lines.append(row(cells))
    return lines


def _robust(found: Found, width: int, lang: Language) -> list[Text]:
    robust, texts = found.get("robust"), LABELS[lang]
    if robust is None:
        return []
    names = texts["and"].join(localised(robust, "networks", lang))
    lines = [
        Text(""),
        *headed(texts["robust"], texts["robust_note"].format(n=robust["tried"]), width),
    ]
    if robust["certified"]:
        changes = robust["plan"]["recommended"]["changes"]
        values = values_text({each["key"]: each["after"] for each in changes}, lang)
        cost = money(robust["plan"]["recommended"]["cost"]["value"], found)
        text = texts["robust_found"].format(names=names, values=values, cost=cost)
        lines += paragraph(text, width, 2, GOOD)
    else:
        lines += paragraph(texts["robust_none"].format(names=names), width, 2, BAD)
        for each in robust["broken"]:
            name = localised(each, "name", lang)
            text = texts["likely"].format(
                name=name,
                chance=share(each["chance"]),
                wanted=share(each["probability"]),
                held=each["held"],
                runs=each["runs"],
            )
            lines += paragraph(text, width, 2, BAD, "✗ ")
    if robust["breaking"]:
        lines += paragraph(texts["breaking"], width, 2)
    for each in robust["breaking"][:SHOWN]:
        places = texts["and"].join(
            localised(found["promises"][one["promise"]], "name", lang) for one in each["broken"]
        )
        text = texts["breaks"].format(
            key=each["key"],
            end=figure(each["end"], each["unit"], lang),
            value=figure(each["value"], each["unit"], lang),
            confidence=formatting.CONFIDENCE[lang].get(each["confidence"], each["confidence"]),
            promises=places,
        )
        lines += paragraph(text, width, 2, BAD, "✗ ")
        lines += paragraph(localised(each, "measure", lang), width, 6, QUIET)
    if robust["certified"] and not robust["breaking"]:
        lines += paragraph(texts["robust_all"].format(n=robust["tried"]), width, 2, QUIET)
    return lines


def _search(found: Found, width: int, lang: Language) -> list[Text]:
    texts, struck = LABELS[lang], found["struck"]
    parts = [
        texts[f"struck_{why}"].format(n=count(n))
        for why, n in struck.items()
        if n and why != "invalid"  # infeasible plans have a section on the search
    ]
    text = texts["searched"].format(
        n=count(found["forecast"]["candidates"]),
        played=count(found["searched"]),
        struck=texts["comma"].join(parts) or texts["struck_none"],
    )
    lines = [Text(""), *headed(texts["how"], "", width), *paragraph(text, width, 2, QUIET)]
    if found["invalid"] is not None:
        key = "invalid" if found["invalid"]["all"] else "invalid_looked_at"
        text = texts[key].format(
            n=count(found["invalid"]["count"]),
            all=count(found["forecast"]["candidates"]),
            reason=found["invalid"]["reason"],
        )
        lines += paragraph(text, width, 2, QUIET, "· ")
    for each in found["finalists"]:
        stuck = each["state"] == "open" and each["more"] is None
        key = f"finalist_{'stuck' if stuck else each['state']}"
        text = texts[key].format(
            values=values_text(each["values"], lang),
            runs=count(each["runs"]),
            planned=count(each["planned"]),
            more=each["more"] and count(each["more"]),
        )
        lines += paragraph(text, width, 2, QUIET, "· ")
    return lines


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
