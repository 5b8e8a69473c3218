"""The page of a sensitivity analysis: which assumptions decide whether goals are met."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.comparison.people_drawn import people_lines
from dialsim.pages.layout import (
    BAD,
    GOOD,
    OPEN,
    QUIET,
    Cell,
    bar,
    cut_line,
    headed,
    laid_out,
    paragraph,
    row,
    spaced,
    usable_width,
    with_singulars,
)
from dialsim.pages.weak_default_lines import MARKS, marked, weak_lines
from dialsim.results import formatting

Found = Mapping[str, Any]
SHOWN = 6
"""Assumptions shown in a ranking."""
_WORDS: Texts = text_table(
    {
        "nothing": "Broken off before anything could be said.",
        "none": "No assumption that could be off is in force.",
        "goal": "{name} {bound}{by}",
        "at_least": "at least {}",
        "at_most": "at most {}",
        "by": " by {}",
        "now": "margin now {}",
        "undecided": "undecided",
        "columns": "effect · 95 % interval",
        "indices": "share of variance: alone {}, total {}",
        "below": "~: not distinguishable from noise.",
        "measure": "Measure first",
        "left": "Not varied: {}.",
        "points": "pts",
        "more": "and {} more",
        "head": "{count} assumptions · {runs} runs · seed {seed}",
        "what": "Each was varied within a range by its confidence, a weak default over what is "
        "published, all with the same random draws. An effect is how far a goal's margin moves, in "
        "points of its target, as the value goes through its range.",
        "scaled": "Played at {scale} of the campaign's size: thresholds that count for the whole "
        "enterprise do not shrink with it.",
        "pulled": "{} points were no valid scenario as a whole and were played nearer to it.",
        "broken": "Broken off: of {whole} trajectories {done} came to their end.",
        "settled": "The same {n} lead in {agree} of {resamples} resamples, in this order in "
        "{in_order}.",
        "not_settled": "Not settled, more replications needed: the same {n} lead in only {agree} "
        "of {resamples} resamples, not {wanted}. Try --trajectories {more}, or more "
        "--replications. Still in question:",
        "unmoved": "No assumption moves this goal within its range.",
        "no_value": "Not analysed: too few trajectories, or points at which there was nothing to "
        "divide by.",
        "noise": "Chance alone moves it by {} pts ({}): two runs a trajectory under other draws.",
        "no_noise": "Chance alone does not move it: two runs a trajectory under other draws.",
        "all_noise": "None of those that lead can be told from noise: more --replications would.",
        "measure_note": "then state it in network.overrides, and run this again",
        "range": "{value} ({confidence}, {source}), tried {low} to {high}",
    }
)


def sensitivity_page(found: Found, width: int = 80, lang: Language = "en") -> list[Text]:
    """Return the page of `Sensitivity.to_dict` as lines of at most `width` columns (from 60)."""
    width, texts = usable_width(width), _WORDS[lang]
    note = texts["head"].format(
        count=len(found["assumptions"]), runs=f"{found['runs']:,}", seed=found["seed"]
    )
    lines = [*headed(found["name"], note, width), *_opening(found, width, lang)]
    for goal in found["goals"]:
        lines += [Text(""), *_goal(goal, found, width, lang)]
    lines += spaced(weak_lines(found["weak_defaults"], width, lang))
    lines += _measures(found, width, lang)
    lines += _left(found, width, lang)
    return laid_out([*lines, *people_lines(found, width, lang)], width)


def _opening(found: Found, width: int, lang: Language) -> list[Text]:
    texts = _WORDS[lang]
    lines: list[Text] = []
    if not found["complete"]:
        done = max((goal["trajectories"] for goal in found["goals"]), default=0)
        text = texts["broken"].format(whole=found["trajectories"], done=done)
        lines += paragraph(text if done else texts["nothing"], width, 0, BAD)
    if found["assumptions"]:
        lines += paragraph(texts["what"], width, 0)
    elif found["complete"]:
        lines += paragraph(texts["none"], width, 0)
    if found["scale"] != 1:
        text = texts["scaled"].format(scale=formatting.percent(found["scale"]))
        lines += paragraph(text, width, 0)
    if found["pulled"]:
        lines += paragraph(texts["pulled"].format(found["pulled"]), width, 0)
    return lines


def _goal(goal: Found, found: Found, width: int, lang: Language) -> list[Text]:
    texts = _WORDS[lang]
    now = (
        texts["undecided"]
        if goal["now"] is None
        else formatting.percent(goal["now"], signed=bool(goal["now"]))
    )
    lines = [*headed(_goal_title(goal, lang), texts["now"].format(now), width)]
    if goal["agree"] is None:
        return lines + (paragraph(texts["no_value"], width) if found["assumptions"] else [])
    if not goal["effects"]:
        return lines + paragraph(texts["unmoved"], width)
    shares = {
        "agree": _whole_percent(goal["agree"]),
        "in_order": _whole_percent(goal["in_order"]),
        "wanted": _whole_percent(found["settled_from"]),
        "resamples": f"{found['resamples']:,}",
        "n": min(3, len(goal["effects"])),
        "more": 2 * found["trajectories"],
    }
    if not goal["settled"]:
        lines += paragraph(texts["not_settled"].format(**shares), width, style=OPEN)
        names = goal["candidates"]
        more = [texts["more"].format(len(names) - 12)] if len(names) > 12 else []
        lines += paragraph(texts["and"].join([*names[:12], *more]), width, 4)
        return lines + _noise(goal, width, lang)
    lines += paragraph(texts["settled"].format(**shares), width, style=GOOD)
    lines += _noise(goal, width, lang)
    lines.append(cut_line(Text("  " + texts["columns"], style=QUIET), width))
    strongest = goal["effects"][0]["strength"]
    marks = dict(zip((row["key"] for row in found["weak_defaults"]), MARKS, strict=False))
    for rank, effect in enumerate(goal["effects"][:SHOWN], 1):
        mark = marks.get(effect["key"], "")
        lines += _effect(rank, effect, mark, strongest, width, texts)
    return lines


def _noise(goal: Found, width: int, lang: Language) -> list[Text]:
    """Return the size of an effect by chance alone, and the meaning of the mark beside others."""
    texts, noise = _WORDS[lang], goal["noise"]
    if noise is None:
        return []
    if not noise["high"]:
        return paragraph(texts["no_noise"], width, style=QUIET)
    text = texts["noise"].format(_points(noise["strength"], noise), _between(noise))
    shown = goal["effects"][:SHOWN] if goal["settled"] else []
    if any(effect["above_noise"] is False for effect in shown):
        text = texts["sentences"].format(text, texts["below"])
    lines = paragraph(text, width, style=QUIET)
    leading = [effect for effect in shown if effect["key"] in goal["leading"]]
    if leading and all(effect["above_noise"] is False for effect in leading):
        lines += paragraph(texts["all_noise"], width, style=OPEN)
    return lines


def _whole_percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _goal_title(goal: Found, lang: Language) -> str:
    texts = _WORDS[lang]
    by = "" if goal["by"] is None else texts["by"].format(goal["by"].replace("T", " ")[:16])
    return texts["goal"].format(
        name=formatting.localised(goal, "name", lang),
        bound=texts[goal["bound"]].format(formatting.number(goal["target"], goal["unit"])),
        by=by,
    )


def _effect(
    rank: int, effect: Found, mark: str, strongest: float, width: int, texts: Mapping[str, str]
) -> list[Text]:
    sign = "+" if effect["mean"] > 0 else "−"
    if abs(effect["mean"]) < effect["strength"] / 2:
        sign = "±"
    hidden = effect["above_noise"] is False
    if hidden:
        sign = "~"
    figures = f"{sign}{_points(effect['strength'], effect)} {texts['points']}"
    room = width - 32
    cells = [
        Cell(f"{rank}", 1),
        Cell(marked(effect["key"], mark), min(room, 42), style=QUIET if hidden else ""),
        Cell(figures, 12, right=True, style=QUIET if hidden else ""),
        Cell(_between(effect), 13, right=True, style=QUIET),
    ]
    if room >= 42 + 12:
        cells.append(Cell(bar(effect["strength"] / strongest, 10), 10, style=GOOD))
    lines = [cut_line(row(cells), width)]
    if effect["total"] is not None:
        indices = (_index(effect[part], effect[f"{part}_half"]) for part in ("first", "total"))
        lines.append(cut_line(Text(f"     {texts['indices'].format(*indices)}", QUIET), width))
    return lines


def _index(value: float, half: float) -> str:
    """Return a Sobol index with its 95 % interval, with the digits that the interval supports.

    >>> _index(0.4312, 0.1234), _index(0.9871, 0.0213), _index(-0.02, 0.3), _index(0.5, 1.7)
    ('0.4 ± 0.1', '0.99 ± 0.02', '0.0 ± 0.3', '0 ± 2')
    """
    digits = _digits(half)
    shown = f"{min(1.0, max(0.0, value)):.{digits}f}"
    return f"{shown} ± {half:.{digits}f}"


def _digits(half: float, most: int = 3) -> int:
    """Return how many decimals half the width of an interval supports: to its first digit."""
    if half <= 0:
        return most
    return min(most, max(0, -int(f"{half:.0e}".partition("e")[2])))


def _between(found: Found) -> str:
    return f"{_points(found['low'], found)}–{_points(found['high'], found)}"


def _points(share: float, found: Found) -> str:
    """Return a share in points, with the digits that the interval of a figure supports."""
    return f"{100 * share:.{_digits(50 * (found['high'] - found['low']), 1)}f}"


def _measures(found: Found, width: int, lang: Language) -> list[Text]:
    """Return, for each leading assumption of a goal, what it is and how to measure it."""
    texts = _WORDS[lang]
    keys = list(
        dict.fromkeys(
            effect["key"]
            for goal in found["goals"]
            for effect in goal["effects"]
            if effect["key"] in goal["leading"] and effect["above_noise"] is not False
        )
    )
    if not keys:
        return []
    lines = [Text(""), *headed(texts["measure"], texts["measure_note"], width)]
    for key in keys:
        entry = found["assumptions"][key]
        lines.append(cut_line(Text(f"  {key}", style="bold"), width))
        lines += paragraph(_range(entry, lang), width, 4, QUIET)
        lines += paragraph(entry["measure"][lang], width, 4)
    return lines


def _range(entry: Found, lang: Language) -> str:
    texts = _WORDS[lang]
    confidence = formatting.CONFIDENCE[lang].get(entry["confidence"], entry["confidence"])
    low, high = (_value(entry[end], entry) for end in ("low", "high"))
    if entry["shape"] is not None:
        low, high = (f"×{entry[end]:.3g}" for end in ("low", "high"))
        value = entry["shape"][lang].format("1")
    else:
        value = f"{_value(entry['value'], entry)}"
    source = formatting.source_ids(entry["source"], lang)
    return texts["range"].format(
        value=value, confidence=confidence, source=source, low=low, high=high
    )


def _value(value: Any, entry: Found) -> str:
    if entry["unit"] == "share" and not isinstance(value, list):
        return formatting.percent(value)
    if isinstance(value, str):
        from dialsim.scenario.values import parse_duration

        return formatting.span(parse_duration(value))
    if isinstance(value, float):
        return f"{value:.3g} {entry['unit']}"
    return with_singulars(f"{value:,} {entry['unit']}") if isinstance(value, int) else str(value)


def _left(found: Found, width: int, lang: Language) -> list[Text]:
    """Return how many values were not varied, by the reason."""
    counts: dict[str, int] = {}
    for why in found["left"].values():
        reason = why[lang].split(":")[0]
        counts[reason] = counts.get(reason, 0) + 1
    if not counts:
        return []
    parts = [f"{count} ({why})" for why, count in sorted(counts.items(), key=lambda i: -i[1])]
    texts = _WORDS[lang]
    text = texts["left"].format(texts["and"].join(parts))
    return [Text(""), *paragraph(text, width, 0, QUIET)]
