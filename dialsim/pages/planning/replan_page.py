"""The call history behind a replan, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from dialsim.core.codes import Reason
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, text_table
from dialsim.pages.layout import BAD, GOOD, OPEN, QUIET, headed, paragraph
from dialsim.results import formatting
from dialsim.results.lists.waterfall import after_dial, name_of

Found = Mapping[str, Any]

LABELS: Texts = text_table(
    {
        "heading": "As of {when}",
        "no_numbers": "None of {all:,} numbers suspended by then.",
        "at_least": "{name}: {value} of {target}",
        "at_most": "{name}: {value}, at most {target}",
        "by": " by {by}",
        "met": " ✓ met already",
        "nothing": "nothing yet",
        "bounds": "at least|at most",
        "barred": "{n:,} more may not be called.",
        "unknown": " — nobody can tell: not promised below",
        "taken": "Taken for granted: {text}.",
        "numbers": "{n:,} of {all:,} numbers suspended by then, {down:,} of them still; none is "
        "replaced.",
        "figures": "{attempts} attempts, {connects} connects, {opt_outs} opt-outs, {complaints} "
        "complaints.",
        "lost": " ✗ lost already, whatever is done: not promised below",
        "spent": "{amount} spent by then; costs below are those from there on.",
        "holds": "Goals count the whole run. That no number is suspended is promised of what "
        "comes; decisions hold from then on: agents and shifts after the shift under way, further "
        "numbers once their filing is in force.",
        "from_now": "{name}: {bound} {target}, counted from here on: no log tells it",
        "closed": "{n:,} of {all:,} numbers closed, as the states of caller IDs tell; none is "
        "replaced.",
        "none_closed": "No number closed, as far as the states of caller IDs tell.",
        "figures_log": "In the log: {attempts} attempts, {connects} connects, {reach} people "
        "reached.",
        "leads": "{again} people to be tried again, {fresh} not called yet, {finished} done with "
        "({reasons}).",
        "leads_several": "Leads, one of each person in each campaign: {again} to be tried again, "
        "{fresh} not called yet, {finished} done with ({reasons}).",
        "holds_log": "Goals below count what the log has with what is to come; costs are those "
        "from here on. Decisions hold from then on: agents and shifts after the shift under way, "
        "further numbers once their filing is in force.",
        "silent": "If nobody were called any more, a further number would still be suspended in "
        "{share} ({low} to {high}, {n} runs): complaints that are on their way.",
    }
)


def here_lines(found: Found, width: int, lang: Language) -> list[Text]:
    """Return the lines on what had happened before the replan; none for a plan from the start."""
    here = found.get("here")
    if here is None:
        return []
    texts = LABELS[lang]
    when = str(here["as_of"]).replace("T", " ")
    lines = [*headed(texts["heading"].format(when=when), str(here["run"]), width)]
    if here.get("log"):
        return [*lines, *_log_lines(found, here, width, lang), Text()]
    ids = here["caller_ids"]
    key = "numbers" if ids["suspended"] else "no_numbers"
    text = texts[key].format(n=ids["suspended"], all=ids["all"], down=ids["down"])
    lines += paragraph(text, width, 2, OPEN if ids["suspended"] else "")
    figures = {name: formatting.number(each["value"]) for name, each in here["metrics"].items()}
    lines += paragraph(texts["figures"].format(**figures), width)
    for goal in here["goals"]:
        style = {"met": GOOD, "lost": BAD}.get(goal["state"], "")
        lines += paragraph(_goal(goal, lang) + texts.get(goal["state"], ""), width, 2, style, "· ")
    if here["spent"] is not None:
        amount = f"{here['spent']:,.0f} {found['currency']}".rstrip()
        lines += paragraph(texts["spent"].format(amount=amount), width)
    lines += _omitted_keys(found, width, lang)
    return [*lines, *paragraph(texts["holds"], width, 2, QUIET), Text()]


def _omitted_keys(found: Found, width: int, lang: Language) -> list[Text]:
    silent = found.get("without_calls")
    if silent is None or not silent["value"]:
        return []
    shares = {key: formatting.percent(silent[name]) for key, name in
              (("share", "value"), ("low", "low"), ("high", "high"))}  # fmt: skip
    text = LABELS[lang]["silent"].format(n=silent["runs"], **shares)
    return paragraph(text, width, 2, OPEN)


def _log_lines(found: Found, here: Found, width: int, lang: Language) -> list[Text]:
    """Return what the call log shows of the time before the replan."""
    texts = LABELS[lang]
    ids, leads = here["caller_ids"], here["leads"]
    key = "closed" if ids["down"] else "none_closed"
    text = texts[key].format(n=ids["down"], all=ids["all"])
    lines = paragraph(text, width, 2, OPEN if ids["down"] else "")
    figures = {name: formatting.number(each["value"]) for name, each in here["metrics"].items()
               if each["value"] is not None}  # fmt: skip
    lines += paragraph(texts["figures_log"].format(**figures), width)
    reasons = sorted(leads["by_reason"].items(), key=lambda each: (-each[1], each[0]))
    named = [f"{_ended(name, lang)} {formatting.number(count)}" for name, count in reasons]
    counts = {name: formatting.number(leads[name]) for name in ("again", "fresh", "finished")}
    several = len({goal["campaign"] for goal in here["goals"]}) > 1
    text = texts["leads_several" if several else "leads"].format(
        **counts, reasons=texts["and"].join(named or ["–"])
    )
    if leads["barred"]:
        text = texts["sentences"].format(text, texts["barred"].format(n=leads["barred"]))
    lines += paragraph(text, width)
    for goal in here["goals"]:
        style = {"met": GOOD, "lost": BAD}.get(goal["state"], "")
        lines += paragraph(_goal(goal, lang) + texts.get(goal["state"], ""), width, 2, style, "· ")
    lines += _omitted_keys(found, width, lang)
    assumed = texts["then"].join(formatting.localised(here, "assumed", lang))
    lines += paragraph(texts["taken"].format(text=assumed), width, 2, QUIET)
    return [*lines, *paragraph(texts["holds_log"], width, 2, QUIET)]


def _ended(reason: str, lang: Language) -> str:
    """Return the text of a lead's end, as the account of the list has it."""
    connected = reason == Reason.CONNECTED.name
    return name_of("connected" if connected else after_dial(Reason[reason]), lang)


def _goal(goal: Found, lang: Language) -> str:
    text = _goal_alone(goal, lang)
    campaign = goal.get("campaign")
    return text if campaign is None else LABELS[lang]["of"].format(campaign, text)


def _goal_alone(goal: Found, lang: Language) -> str:
    texts = LABELS[lang]
    if goal["state"] == "open" and goal["value"] is None and "metric" in goal:
        place = 0 if goal["bound"] == "at_least" else 1
        share = goal["unit"] == "share"
        target = goal["target"]
        return texts["from_now"].format(
            name=formatting.localised(goal, "name", lang),
            bound=texts["bounds"].split("|")[place],
            target=f"{target:.1%}" if share else formatting.number(target),
        )
    share = goal["unit"] == "share"

    def shown(value: float | None) -> str:
        if value is None:
            return texts["nothing"]
        return f"{value:.1%}" if share else formatting.number(value)

    text = texts[goal["bound"]].format(
        name=formatting.localised(goal, "name", lang),
        value=shown(goal["value"]),
        target=shown(goal["target"]),
    )
    due = None if goal["by"] is None else str(goal["by"])[:16].replace("T", " ")
    return text if due is None else text + texts["by"].format(by=due)
