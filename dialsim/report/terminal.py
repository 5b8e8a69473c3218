"""The page at the end of a run: what a planner wants to know, on one screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.text import Text

from dialsim.report import words
from dialsim.report.account_page import brief_lines, file_lines
from dialsim.report.assumptions import NEEDLESS_STUDY, STUDY
from dialsim.report.interventions import quoted_basis
from dialsim.report.page import (
    Cell,
    bar,
    cut_line,
    heading,
    paragraph,
    put,
    row,
    usable_width,
)
from dialsim.report.split_page import split_lines
from dialsim.report.waterfall import STAGE_GROUPS, STAGES

if TYPE_CHECKING:
    from rich.console import Console

Summary = Mapping[str, Any]
Section = Callable[[Summary, int], list[Text]]

GOOD, BAD, QUIET = "green", "red", "dim"
EXAMPLES = 6  # groups of network actions shown in full
NAME = 32  # columns for what the network did


def print_page(summary: Summary, console: Console, folder: str | None = None) -> None:
    """Print the page of a run.

    Parameters
    ----------
    summary
        As of :func:`dialsim.report.summary.summarise`, or read back from ``summary.json``.
    console
        The page is at most as wide, from 60 to 100 columns; colours only on a terminal.
    folder
        The run folder, named in the last line.
    """
    put(page(summary, console.width, folder), console)


def page(summary: Summary, width: int = 80, folder: str | None = None) -> list[Text]:
    """Return the lines of the page, none wider than `width` (at least 60)."""
    width = usable_width(width)
    sections: tuple[Section, ...] = (
        _headline,
        _goals,
        _lists,
        _waterfall,
        _network,
        _throughput,
        _callers,
        _people,
        _splits,
        _binding,
        _aftermath,
        _assumptions,
    )
    lines: list[Text] = []
    for section in sections:
        part = section(summary, width)
        if part:
            lines += [*part, Text()]
    lines = [cut_line(line, width) for line in lines]
    return lines + _closing(summary, width, folder)  # a path is never cut


# --- verdict --------------------------------------------------------------------------------------


def _headline(s: Summary, width: int) -> list[Text]:
    identity, period = s["identity"], s["period"]
    first = datetime.fromisoformat(period["start"])
    length = words.things(period["days"], "day")
    when = f"from {words.day(first, weekday=True, year=True)}, {length}"
    lines = [heading(identity["name"], f"{when} · seed {identity['seed']}", width)]
    if s["heading"]:
        lines.append(Text(s["heading"], style=f"bold {BAD}"))
        for misuse in s["misuses"]:
            lines += paragraph(misuse, width, style=BAD, mark="· ")
        if s["study"]:
            said = STUDY if s["misuses"] else NEEDLESS_STUDY
            lines += paragraph(said, width, mark="· ")
    if not s["complete"]:
        reached = words.clock(datetime.fromisoformat(period["reached"]))
        lines.append(Text(f"Broken off at {reached}: the figures go as far as that.", style=BAD))
    for wall in s.get("walls", ()):
        if not wall["met"]:
            lines += paragraph(words.broken_wall(wall), width, indent=0, style=f"bold {BAD}")
    style = f"bold {GOOD}" if s["verdict"]["all_met"] else "bold"
    return [*lines, *paragraph(s["verdict"]["sentence"], width, indent=0, style=style)]


def _goals(s: Summary, width: int) -> list[Text]:
    if not s["goals"]:
        return []
    lines = [heading("Goals", "", width)]
    for goal in s["goals"]:
        mark, style = {True: ("✓", GOOD), False: ("✗", BAD), None: ("·", QUIET)}[goal["met"]]
        bound = "at least" if goal["bound"] == "at_least" else "at most"
        target = f"{bound} {words.number(goal['target'], goal['unit'])}"
        by = words.clock(datetime.fromisoformat(goal["by"])) if goal["by"] else "at the end"
        cells = [
            Cell(mark, 1, style=style),
            Cell(goal["name"], 22),
            Cell(words.number(goal["value"], goal["unit"]), 10, right=True, style="bold"),
            Cell(target, 17),
            Cell(_margin(goal), 0 if width < 90 else 20, style=style),
        ]
        if width >= 90:
            cells.append(Cell(by, style=QUIET))
        lines.append(row(cells))
    return lines


def _margin(goal: Mapping[str, Any]) -> str:
    margin = goal["margin"]
    if margin["absolute"] is None:
        return ""
    if not margin["absolute"]:
        return "exactly"
    text = words.signed(margin["absolute"], goal["unit"])
    if margin["relative"] is not None:
        text += f" ({words.percent(margin['relative'], signed=True)})"
    return text


# --- the lists -----------------------------------------------------------------------------------


def _lists(s: Summary, width: int) -> list[Text]:
    accounts, files = s.get("lists", ()), s.get("files", ())
    if not accounts and not files:
        return []
    count = len(accounts) + len(files)
    note = "" if count == 1 else words.things(count, "file")
    lines = [heading("The lists", note, width), *brief_lines(accounts, width)]
    for each in files:
        lines += file_lines(each, width)
    return lines


def _splits(s: Summary, width: int) -> list[Text]:
    lines: list[Text] = []
    for split in s.get("splits", {}).values():
        lines += [*([Text()] if lines else []), *split_lines(split, width)]
    return lines


# --- where the list went --------------------------------------------------------------------------


def _waterfall(s: Summary, width: int) -> list[Text]:
    total = s["waterfall"]["total"]
    rows = total["rows"]
    count = len(s["waterfall"]["campaigns"])
    note = "" if count == 1 else f"{count} campaigns together"
    lines = [heading("Where the list went", note, width)]
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for leave in total["exits"]:
        groups.setdefault(leave["group"], []).append(leave)
    before = {key: group for (key, _), group in zip(STAGES[1:], STAGE_GROUPS, strict=True)}
    previous = None
    for stage in total["stages"]:
        lines += [_exit(leave, rows) for leave in groups.get(before.get(stage["key"], ""), [])]
        if stage["left"] != previous:
            lines.append(_stage(stage, rows, width))
        previous = stage["left"]
    return lines


def _stage(stage: Mapping[str, Any], rows: int, width: int) -> Text:
    share = stage["left"] / rows if rows else 0.0
    cells = [
        Cell(stage["name"], 24, style="bold"),
        Cell(words.number(stage["left"]), 12, right=True, style="bold"),
        Cell(words.column(share), 7, right=True),
        Cell(bar(share, width - 53), style="cyan"),
    ]
    return row(cells)


def _exit(leave: Mapping[str, Any], rows: int) -> Text:
    cells = [
        Cell(f"  − {leave['name']}", 40),
        Cell(words.number(leave["leads"]), 12, right=True),
        Cell(words.column(leave["leads"] / rows), 7, right=True),
    ]
    line = row(cells)
    line.stylize(QUIET)
    return line


# --- the network ----------------------------------------------------------------------------------


def _network(s: Summary, width: int) -> list[Text]:
    did = s["interventions"]
    lines = [heading("What the network did", f'profile "{did["profile"]}"', width)]
    if did["off"]:
        lines += paragraph(f"switched off: {', '.join(did['off'])}", width, style=QUIET)
    attempts = s["metrics"]["attempts"]["value"]
    for cause in did["refused"]:
        lines.append(_cause(cause, attempts, width))
    if not did["refused"]:
        lines += paragraph("refused no call", width, style=QUIET)
    if not did["groups"]:
        lines += paragraph("took no action against any number", width, style=QUIET)
    for group in did["groups"][:EXAMPLES]:
        lines += _group(group, width)
    for group in did["groups"][EXAMPLES:]:
        lines += _group_head(group)
    return lines


def _cause(cause: Mapping[str, Any], attempts: int, width: int) -> Text:
    cells = [
        Cell("calls refused", 14),
        Cell(cause["name"], width - 43),
        Cell(words.number(cause["attempts"]), 10, right=True),
        Cell(words.column(cause["attempts"] / attempts if attempts else 0.0), 7, right=True),
    ]
    return row(cells)


def _group_head(group: Mapping[str, Any]) -> list[Text]:
    """Return what, when and on how many; a name that is too long gets a line of its own."""
    first = datetime.fromisoformat(group["first"])
    last = datetime.fromisoformat(group["last"])
    when = words.clock(first, weekday=False)
    if last.date() > first.date():
        when += f" to {words.day(last)}"
    elif f"{last:%H:%M}" != f"{first:%H:%M}":
        when += f" to {last:%H:%M}"
    many = ""
    if group["count"] > 1:
        lines = words.things(group["targets"], "line")
        many = lines if group["count"] == group["targets"] else f"{group['count']:,}× on {lines}"
    severe = group["action"] in ("suspend", "close", "stop", "intercept")
    what = f"{group['action_name']}: {group['rule_name']}"
    head = Cell(what, NAME if len(what) <= NAME else 0, style=BAD if severe else "bold")
    tail = [Cell(when, 22), Cell(many)]
    return [row([head, *tail])] if head.width else [row([head]), row([Cell("", NAME), *tail])]


def _group(group: Mapping[str, Any], width: int) -> list[Text]:
    if group["after_the_last_day"]:  # its dated lines stand under "after the campaign"
        return _group_head(group)
    text = group["example"]
    basis = group["basis"]
    if basis and not text.endswith(quoted_basis(basis)):
        text += f"; profile {words.measure(basis['value'], basis['unit'])}{quoted_basis(basis)}"
    return [*_group_head(group), *paragraph(text, width, indent=4, style=QUIET)]


# --- the days -------------------------------------------------------------------------------------


def _throughput(s: Summary, width: int) -> list[Text]:
    hours = s["throughput"]["by_hour"]
    if not hours:
        return []
    size = max(4, (width - 66) // 2)
    most = max(hour["attempts_per_hour"] for hour in hours) or 1.0
    lines = [heading("By hour of the day", "per open hour", width)]
    head = [
        Cell("", 5),
        Cell("attempts", 10, right=True),
        Cell("", size + 8),
        Cell("conversations", 13, right=True),
        Cell("occupancy", 11, right=True),
    ]
    lines.append(row(head))
    lines[-1].stylize(QUIET)
    for hour in hours:
        occupancy = hour["occupancy"]
        cells = [
            Cell(f"{hour['hour']:02d} h", 5),
            Cell(f"{hour['attempts_per_hour']:,.0f}", 10, right=True),
            Cell(bar(hour["attempts_per_hour"] / most, size + 8), size + 8, style="cyan"),
            Cell(f"{hour['conversations_per_hour']:,.0f}", 13, right=True),
            Cell(words.percent(occupancy) if occupancy is not None else "", 11, right=True),
            Cell(bar(occupancy or 0.0, size + 4), style="magenta"),
        ]
        lines.append(row(cells))
    return lines


def _given_up(suspected: Sequence[Mapping[str, Any]]) -> str:
    """Return which numbers were given up as intercepted: how often, the last, and what became."""
    last = words.clock(datetime.fromisoformat(suspected[-1]["time"]))
    times = sum(each.get("times", 1) for each in suspected)
    often = "" if times == len(suspected) else f"{times:,} times in all, "
    again = sum(bool(each.get("again")) for each in suspected)
    return (
        f"{len(suspected):,} given up as intercepted, as far as a dialer can tell: more calls "
        f"failed at once than it is used to ({often}the last {last})"
    ) + (f"; {again:,} of these looked up since and used again" if again else "")


def _callers(s: Summary, width: int) -> list[Text]:
    ids = s["caller_ids"]
    until = words.day(datetime.fromisoformat(s["period"]["reached"]))
    lines = [heading("Caller IDs", words.things(ids["total"], "number"), width)]
    extra = [
        f"{ids[key]:,} {word}"
        for key, word in (("labelled", "labelled"), ("retired", "given up by the dialer"))
        if ids[key]
    ]
    if ids.get("suspected"):
        extra.append(_given_up(ids["suspected"]))
    extra += [
        f"far more calls of {each['campaign']} failed at once than usual, from all its numbers "
        f"({words.clock(datetime.fromisoformat(each['time']))}): it dialled no further ahead"
        for each in ids.get("alarms", [])
    ]
    if ids.get("suspended_there"):
        extra.append(f"{ids['suspended_there']:,} suspended in calls to one operator's subscribers")
    shown = [("severest state", ids["severest"]), (f"on {until}", ids["by_state"])]
    if ids["severest"] == ids["by_state"]:
        shown = [("all along", ids["by_state"])]
    for name, states in shown:
        parts = [f"{count:,} {state}" for state, count in states.items() if count]
        lines.append(row([Cell(name, 14), Cell(", ".join(parts), width - 18)]))
    lines += paragraph(", ".join(extra), width, mark=f"{'besides':16}") if extra else []
    return lines


def _people(s: Summary, width: int) -> list[Text]:
    values = {key: metric["value"] for key, metric in s["metrics"].items()}
    gone = s["abandoned"]
    broken = [wall for wall in s.get("walls", ()) if not wall["met"]]
    style = BAD if broken or not gone["within"] else ""
    basis = quoted_basis(gone)
    if gone["confidence"] == "rule" and gone.get("note"):  # whose rule it is, or what replaced it
        basis = f" ({gone['source']}, {gone['note'].partition(';')[0]})"
    cap = f"cap {words.percent(gone['at_most'])}{basis}"
    share = words.percent(gone["share"]) if gone["share"] is not None else "no live answers"
    per_million = values["complaints_per_million"]
    by_hotline = values["complaints"] - values["complaints_12321"]
    complaints = words.number(values["complaints"])
    if values["complaints"]:
        complaints += f" ({values['complaints_12321']:,} to 12321, {by_hotline:,} to hotlines)"
    if per_million is not None:
        complaints += f", {per_million:,.0f} per million delivered calls"
    facts = [
        ("abandoned", f"{share} of live answers, {cap}", style),
        *(("", words.broken_wall(wall), BAD) for wall in broken if wall["campaign"]),
        ("complaints", complaints, ""),
        ("marks", words.number(values["marks"]), ""),
        ("opt-outs", words.number(values["opt_outs"]), ""),
        *(("callbacks", text, "") for text in _callbacks(s)),
        *(("transfers", text, "") for text in _transfers(s)),
        *(("recording", text, "") for text in _recordings(s)),
    ]
    lines = [heading("How people took it", "", width)]
    return lines + [
        row([Cell(name, 10), Cell(text, width - 14, style=style)]) for name, text, style in facts
    ]


def _callbacks(s: Summary) -> list[str]:
    """Return a line for each campaign that agrees on calls."""
    told = []
    for name, kept in s.get("callbacks", {}).items():
        text = f"{kept['agreed']:,} agreed on, {kept['made']:,} made"
        text += f" ({kept['on_time']:,} within {kept['punctual']})"
        text += "".join(
            f", {kept[what]:,} {word}"
            for what, word in (("overdue", "overdue"), ("to_come", "to come"))
            if kept[what]
        )
        told.append(f"{name}: {text}" if len(s["callbacks"]) > 1 else text)
    return told


def _transfers(s: Summary) -> list[str]:
    """Return a line for each campaign whose callees may ask a robot for a person."""
    told = []
    for name, held in s.get("transfers", {}).items():
        text = f"{held['asked']:,} asked for a person, {held['taken_over']:,} taken over"
        if held["mean_hold_s"] is not None:
            text += f" after {held['mean_hold_s']:.1f} s"
        text += f", {held['not_taken']:,} not"
        told.append(f"{name}: {text}" if len(s["transfers"]) > 1 else text)
    return told


def _recordings(s: Summary) -> list[str]:
    """Return a line for each campaign that plays a recording."""
    told = []
    for name, heard in s.get("recordings", {}).items():
        share = heard["heard_out"] / heard["played"] if heard["played"] else None
        text = f"{heard['played']:,} people heard it begin"
        if share is not None:
            text += f", {heard['heard_out']:,} to its end ({words.percent(share)})"
        told.append(f"{name}: {text}" if len(s["recordings"]) > 1 else text)
    return told


def _binding(s: Summary, width: int) -> list[Text]:
    several = len(s["binding"]) > 1
    lines = [heading("What held it back", "", width)]
    for each in s["binding"]:
        lead = f"{each['campaign']}: " if several else ""
        lines += paragraph(lead + each["sentence"], width)
    return lines


def _aftermath(s: Summary, width: int) -> list[Text]:
    late = s["aftermath"]
    until = words.day(datetime.fromisoformat(late["until"]))
    lines = [heading("After the campaign", f"until {until}", width)]
    for each in late["complaints"]:
        last = words.day(datetime.fromisoformat(each["last"]))
        count = words.things(each["count"], "complaint")
        lines += paragraph(f"{count} still arrived through {each['name']}, last on {last}", width)
    for each in late["actions"]:
        lines.append(row([Cell(f"{each['name']} {words.things(each['count'], 'time')}")]))
        for text in each["lines"]:
            lines += paragraph(text, width, indent=4, style=QUIET)
    if len(lines) == 1:
        lines += paragraph("nothing more came of it", width, style=QUIET)
    return lines


def _assumptions(s: Summary, width: int) -> list[Text]:
    lines = [heading("It assumes", "", width)]
    for text in s["assumptions"]:
        lines += paragraph(text, width, style=QUIET, mark="· ")
    return lines


def _closing(s: Summary, width: int, folder: str | None) -> list[Text]:
    figures = s["performance"]
    parts = []
    attempts = figures.get("attempts", s["metrics"]["attempts"]["value"])
    if attempts is not None:
        parts.append(f"{attempts:,} attempts")
    seconds = figures.get("wall_seconds")
    if seconds is not None:
        parts.append(f"in {seconds:,.1f} s")
    engine = figures.get("engine_seconds")
    if engine:
        parts.append(f"(engine {engine:,.1f} s, {attempts / engine:,.0f} a second)")
    peak = figures.get("peak_rss_bytes")
    if peak:
        parts.append(f"· {peak / 2**20:,.0f} MiB")
    lines = paragraph(" ".join(parts), width, indent=0, style=QUIET) if parts else []
    digest = s["outcome_digest"]
    lines += paragraph(f"outcome {digest} · version {s['identity']['version']}", width, 0, QUIET)
    if folder:
        lines.append(Text(str(folder), style="bold"))
    return lines
