"""The page of a sensitivity analysis: which assumptions decide whether goals are met."""

from __future__ import annotations

from typing import Any

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Texts, message, side_by_side, text_table
from dialsim.pages.comparison.people_drawn import people_drawn
from dialsim.pages.model.parts import (
    Page,
    Paragraph,
    Part,
    Section,
    page,
    quiet,
    section,
    statement,
)
from dialsim.pages.model.style import BAD, GOOD, OPEN, PLAIN, QUIET, STRONG
from dialsim.pages.model.tables import (
    BAR,
    Cell,
    Note,
    Row,
    Table,
    bar,
    figures,
    row,
    words,
)
from dialsim.pages.planning.sensitivity_figures import (
    between,
    goal_title,
    index,
    range_of,
    signed_points,
    whole_percent,
)
from dialsim.pages.weak_defaults import MARKS, marked, weak_section
from dialsim.results import formatting
from dialsim.results.planning_types.sensitivity import (
    AssumptionEffect,
    SensitivityGoal,
    SensitivityResult,
)

SHOWN = 6
"""Assumptions shown in a ranking."""
IN_QUESTION = 12
"""Assumptions named where the ranking is not settled."""
_WORDS: Texts = text_table(
    {
        "nothing": "Broken off before anything could be said.",
        "none": "No assumption that could be off is in force.",
        "now": "margin now {}",
        "undecided": "undecided",
        "assumption": message("assumption", "column"),
        "effect": "effect, pts",
        "interval": message("95 % interval", "column"),
        "indices": "share of variance: alone {}, total {}",
        "below": "~: not distinguishable from noise.",
        "measure": "Measure first",
        "left": "Not varied: {}.",
        "left_part": "{count} ({why})",
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
    }
)


def sensitivity_page(found: SensitivityResult, language: Language = ENGLISH) -> Page:
    """Return the page of a sensitivity analysis, from `Sensitivity.to_dict`."""
    return page(
        _head(found, language),
        *(
            _goal(goal, found, f"goal-{place}", language)
            for place, goal in enumerate(found["goals"], 1)
        ),
        weak_section(found["weak_defaults"], language),
        _measures(found, language),
        _left(found, language),
        language=language,
        closing=people_drawn(found, language),
    )


def _head(found: SensitivityResult, language: Language) -> Section:
    texts, parts = _WORDS[language], list[Part]()
    note = texts["head"].format(
        count=len(found["assumptions"]), runs=f"{found['runs']:,}", seed=found["seed"]
    )
    if not found["complete"]:
        done = max((goal["trajectories"] for goal in found["goals"]), default=0)
        text = texts["broken"].format(whole=found["trajectories"], done=done)
        parts.append(statement(text if done else texts["nothing"], BAD))
    if found["assumptions"]:
        parts.append(statement(texts["what"]))
    elif found["complete"]:
        parts.append(statement(texts["none"]))
    if found["scale"] != 1:
        scale = formatting.percent(found["scale"])
        parts.append(statement(texts["scaled"].format(scale=scale)))
    if found["pulled"]:
        parts.append(statement(texts["pulled"].format(found["pulled"])))
    return section(found["name"], parts, note=note, key="head")


def _goal(goal: SensitivityGoal, found: SensitivityResult, key: str, language: Language) -> Section:
    """Return what moves a goal; its state says whether the ranking is settled."""
    texts = _WORDS[language]
    now = (
        texts["undecided"]
        if goal["now"] is None
        else formatting.percent(goal["now"], signed=bool(goal["now"]))
    )
    title, note = goal_title(goal, language), texts["now"].format(now)
    parts: list[Part] = []
    style = PLAIN
    if goal["agree"] is None:
        parts += [Paragraph(texts["no_value"])] if found["assumptions"] else []
    elif not goal["effects"]:
        parts.append(Paragraph(texts["unmoved"]))
    elif goal["settled"]:
        style = GOOD
        text = texts["settled"].format(**_shares(goal, found))
        parts += [
            Paragraph(text, GOOD),
            *_noise(goal, language),
            _effects(goal, found, language),
        ]
    else:
        style = OPEN
        text = texts["not_settled"].format(**_shares(goal, found))
        names, rest = goal["candidates"][:IN_QUESTION], goal["candidates"][IN_QUESTION:]
        more = [texts["more"].format(len(rest))] if rest else []
        parts += [
            Paragraph(text, OPEN),
            Paragraph(texts["and"].join([*names, *more]), level=2),
            *_noise(goal, language),
        ]
    return section(title, parts, note=note, key=key, style=style)


def _shares(goal: SensitivityGoal, found: SensitivityResult) -> dict[str, Any]:
    """Return how often the same assumptions lead, for the sentence on it."""
    agree, in_order = goal["agree"], goal["in_order"]
    assert agree is not None  # asked of a goal whose ranking was judged
    assert in_order is not None
    return {
        "agree": whole_percent(agree),
        "in_order": whole_percent(in_order),
        "wanted": whole_percent(found["settled_from"]),
        "resamples": f"{found['resamples']:,}",
        "n": min(3, len(goal["effects"])),
        "more": 2 * found["trajectories"],
    }


def _noise(goal: SensitivityGoal, language: Language) -> list[Part]:
    """Return the size of an effect by chance alone, and the meaning of the mark beside others."""
    texts, noise = _WORDS[language], goal["noise"]
    if noise is None:
        return []
    if not noise["high"]:
        return [quiet(texts["no_noise"])]
    text = texts["noise"].format(signed_points("", noise), between(noise))
    shown = goal["effects"][:SHOWN] if goal["settled"] else []
    if any(effect["above_noise"] is False for effect in shown):
        text = side_by_side([text, texts["below"]], language)
    parts: list[Part] = [quiet(text)]
    leading = [effect for effect in shown if effect["key"] in goal["leading"]]
    if leading and all(effect["above_noise"] is False for effect in leading):
        parts.append(Paragraph(texts["all_noise"], OPEN))
    return parts


def _effects(goal: SensitivityGoal, found: SensitivityResult, language: Language) -> Table:
    """Return the assumptions by the strength of their effect, the strongest first."""
    texts, strongest = _WORDS[language], goal["effects"][0]["strength"]
    marks = dict(zip((each["key"] for each in found["weak_defaults"]), MARKS, strict=False))
    rows = tuple(
        _effect(rank, effect, marks.get(effect["key"], ""), strongest, language)
        for rank, effect in enumerate(goal["effects"][:SHOWN], 1)
    )
    columns = (
        *figures(""),
        *words(texts["assumption"]),
        *figures(texts["effect"], texts["interval"]),
        BAR,
    )
    return Table(columns, rows)


def _effect(
    rank: int, effect: AssumptionEffect, mark: str, strongest: float, language: Language
) -> Row:
    sign = "+" if effect["mean"] > 0 else "−"
    if abs(effect["mean"]) < effect["strength"] / 2:
        sign = "±"
    hidden = effect["above_noise"] is False
    if hidden:
        sign = "~"
    style = QUIET if hidden else PLAIN
    notes = []
    pairs = (effect["first"], effect["first_half"]), (effect["total"], effect["total_half"])
    indices = [
        index(value, half) for value, half in pairs if value is not None and half is not None
    ]
    if indices:
        notes.append(Note(_WORDS[language]["indices"].format(*indices), level=2))
    return row(
        Cell(f"{rank}", value=rank),
        Cell(marked(effect["key"], mark), style),
        Cell(signed_points(sign, effect), style, effect["strength"]),
        Cell(between(effect), QUIET),
        bar(effect["strength"] / strongest, style),
        notes=notes,
    )


def _measures(found: SensitivityResult, language: Language) -> Section | None:
    """Return, for each leading assumption of a goal, what it is and how to measure it."""
    texts = _WORDS[language]
    keys = list(
        dict.fromkeys(
            effect["key"]
            for goal in found["goals"]
            for effect in goal["effects"]
            if effect["key"] in goal["leading"] and effect["above_noise"] is not False
        )
    )
    if not keys:
        return None
    parts = []
    for key in keys:
        entry = found["assumptions"][key]
        parts += [
            Paragraph(key, STRONG),
            quiet(range_of(entry, language), level=2),
            Paragraph(entry["measure"][language], level=2),
        ]
    return section(texts["measure"], parts, note=texts["measure_note"], key="measure")


def _left(found: SensitivityResult, language: Language) -> Section | None:
    """Return how many values were not varied, by the reason."""
    counts: dict[str, int] = {}
    for why in found["left"].values():
        reason = why[language].split(":")[0]
        counts[reason] = counts.get(reason, 0) + 1
    if not counts:
        return None
    texts = _WORDS[language]
    parts = [
        texts["left_part"].format(count=count, why=why)
        for why, count in sorted(counts.items(), key=lambda each: -each[1])
    ]
    text = texts["left"].format(texts["and"].join(parts))
    return section("", quiet(text, level=0), key="not-varied")
