"""The call history behind a replan: what had happened by its moment."""

from __future__ import annotations

from dialsim.core.codes import Reason
from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.model.parts import (
    KeyFigure,
    KeyFigures,
    Paragraph,
    Part,
    Section,
    quiet,
    section,
)
from dialsim.pages.model.style import BAD, GOOD, OPEN, PLAIN
from dialsim.pages.model.tables import Cell, Note
from dialsim.results import formatting
from dialsim.results.lists.waterfall import after_dial, name_of
from dialsim.results.planning_types.plan import PlanResult
from dialsim.results.planning_types.replan import Elapsed, ElapsedGoal, ElapsedLeads

LABELS: Texts = text_table(
    {
        "heading": "As of {when}",
        "no_numbers": "None of {all:,} numbers suspended by then.",
        "at_least": "at least {}",
        "at_most": "at most {}",
        "by": message("by {}", "when a goal is due"),
        "met": "met already",
        "nothing": "nothing yet",
        "barred": "{n:,} more may not be called.",
        "unknown": "nobody can tell: not promised below",
        "taken": "Taken for granted: {text}.",
        "numbers": "{n:,} of {all:,} numbers suspended by then, {down:,} of them still; none is "
        "replaced.",
        "figures": "{attempts} attempts, {connects} connects, {opt_outs} opt-outs, {complaints} "
        "complaints.",
        "lost": "lost already, whatever is done: not promised below",
        "spent": "{amount} spent by then; costs below are those from there on.",
        "holds": "Goals count the whole run. That no number is suspended is promised of what "
        "comes; decisions hold from then on: agents and shifts after the shift under way, further "
        "numbers once their filing is in force.",
        "from_now": "counted from here on: no log tells it",
        "closed": "{n:,} of {all:,} numbers closed, as the states of caller IDs tell; none is "
        "replaced.",
        "none_closed": "No number closed, as far as the states of caller IDs tell.",
        "figures_log": "In the log: {attempts} attempts, {connects} connects, {reach} people "
        "reached.",
        "leads": "{again} people to be tried again, {fresh} not called yet, {finished} done with "
        "({reasons}).",
        "leads_several": "Leads, one of each person in each campaign: {again} to be tried again, "
        "{fresh} not called yet, {finished} done with ({reasons}).",
        "ended": message("{why} {count}", "ended leads"),
        "holds_log": "Goals below count what the log has with what is to come; costs are those "
        "from here on. Decisions hold from then on: agents and shifts after the shift under way, "
        "further numbers once their filing is in force.",
        "silent": "If nobody were called any more, a further number would still be suspended in "
        "{share} ({low} to {high}, {n} runs): complaints that are on their way.",
    }
)
_MARKS = {"met": ("✓", GOOD), "lost": ("✗", BAD), "unknown": ("?", OPEN)}


def here_section(found: PlanResult, language: Language) -> Section | None:
    """Return what had happened before the replan; None for a plan from the start."""
    here = found["here"]
    if here is None:
        return None
    leads = here.get("leads")
    parts = (
        _of_run(found, here, language) if leads is None else _of_log(found, here, leads, language)
    )
    when = dates.moment(here["as_of"], weekday=True, language=language)
    lost = any(goal["state"] == "lost" for goal in here["goals"])
    return section(
        LABELS[language]["heading"].format(when=when),
        parts,
        note=str(here["run"]),
        key="as-of",
        style=BAD if lost else PLAIN,
    )


def _of_run(found: PlanResult, here: Elapsed, language: Language) -> list[Part]:
    """Return what a run shows of the time before the replan."""
    texts, ids = LABELS[language], here["caller_ids"]
    key = "numbers" if ids["suspended"] else "no_numbers"
    text = texts[key].format(n=ids["suspended"], all=ids["all"], down=ids["down"])
    figures = {name: formatting.number(each["value"]) for name, each in here["metrics"].items()}
    parts: list[Part] = [
        Paragraph(text, OPEN if ids["suspended"] else PLAIN),
        Paragraph(texts["figures"].format(**figures)),
        *_goals(here, language),
    ]
    if here["spent"] is not None:
        amount = f"{here['spent']:,.0f} {found['currency']}".rstrip()
        parts.append(Paragraph(texts["spent"].format(amount=amount)))
    return [*parts, *_without_calls(found, language), quiet(texts["holds"])]


def _of_log(
    found: PlanResult, here: Elapsed, leads: ElapsedLeads, language: Language
) -> list[Part]:
    """Return what the call log shows of the time before the replan."""
    texts, ids = LABELS[language], here["caller_ids"]
    text = texts["closed" if ids["down"] else "none_closed"].format(n=ids["down"], all=ids["all"])
    figures = {name: formatting.number(each["value"]) for name, each in here["metrics"].items()
               if each["value"] is not None}  # fmt: skip
    parts: list[Part] = [
        Paragraph(text, OPEN if ids["down"] else PLAIN),
        Paragraph(texts["figures_log"].format(**figures)),
    ]
    reasons = sorted(leads["by_reason"].items(), key=lambda each: (-each[1], each[0]))
    named = [
        texts["ended"].format(why=_ended(name, language), count=formatting.number(count))
        for name, count in reasons
    ]
    several = len({goal["campaign"] for goal in here["goals"]}) > 1
    text = texts["leads_several" if several else "leads"].format(
        again=formatting.number(leads["again"]),
        fresh=formatting.number(leads["fresh"]),
        finished=formatting.number(leads["finished"]),
        reasons=texts["and"].join(named or ["–"]),
    )
    if leads["barred"]:
        text = texts["sentences"].format(text, texts["barred"].format(n=leads["barred"]))
    assumed = texts["then"].join(formatting.localised(here, "assumed", language))
    return [
        *parts,
        Paragraph(text),
        *_goals(here, language),
        *_without_calls(found, language),
        quiet(texts["taken"].format(text=assumed)),
        quiet(texts["holds_log"]),
    ]


def _without_calls(found: PlanResult, language: Language) -> list[Part]:
    """Return the chance of a suspension without further calls; nothing if there is none."""
    silent = found["without_calls"]
    if silent is None or not silent["value"]:
        return []
    text = LABELS[language]["silent"].format(
        n=silent["runs"],
        share=formatting.percent(silent["value"]),
        low=formatting.percent(silent["low"]),
        high=formatting.percent(silent["high"]),
    )
    return [Paragraph(text, OPEN)]


def _ended(reason: str, language: Language) -> str:
    """Return the text of a lead's end, as the account of the list has it."""
    connected = reason == Reason.CONNECTED.name
    return name_of("connected" if connected else after_dial(Reason[reason]), language)


def _goals(here: Elapsed, language: Language) -> list[Part]:
    """Return how far each goal had come."""
    goals = tuple(_goal(goal, language) for goal in here["goals"])
    return [KeyFigures(goals)] if goals else []


def _goal(goal: ElapsedGoal, language: Language) -> KeyFigure:
    texts, state = LABELS[language], goal["state"]
    mark, style = _MARKS.get(state, ("", PLAIN))
    name, campaign = formatting.localised(goal, "name", language), goal["campaign"]
    from_now = state == "open" and goal["value"] is None
    notes = [texts["from_now"]] if from_now else [texts[state]] if state in _MARKS else []
    value = texts["nothing"] if goal["value"] is None else _shown(goal["value"], goal)
    due = None
    if goal["by"] is not None:
        due = dates.moment(goal["by"], weekday=True, language=language)
    return KeyFigure(
        name if campaign is None else texts["of"].format(campaign, name),
        Cell(value, value=goal["value"]),
        texts[goal["bound"]].format(_shown(goal["target"], goal)),
        by="" if due is None else texts["by"].format(due),
        mark=mark,
        style=style,
        notes=tuple(Note(text, style or Note("").style) for text in notes),
    )


def _shown(value: float, goal: ElapsedGoal) -> str:
    return f"{value:.1%}" if goal["unit"] == "share" else formatting.number(value)
