"""Explanations of network actions and caller IDs that their rows on the page of a run open.

They are those of ``dialsim explain RUN --intervention K`` and ``--caller N``, without what they
tell of single people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from dialsim.explanations.caller_life import timeline
from dialsim.explanations.caller_states import StateSpan
from dialsim.explanations.history_result import (
    CallerExplained,
    ExplainedRun,
    InterventionExplained,
)
from dialsim.explanations.intervention_trace import intervention_trace
from dialsim.messages import dates
from dialsim.messages.catalogue import Language
from dialsim.messages.text import Texts, message, text_table
from dialsim.pages.charts.callers import has_calls, worst_first
from dialsim.pages.explain.caller_page import timeline_sections
from dialsim.pages.explain.intervention_page import chain_sections
from dialsim.pages.model.parts import Details, Paragraph, Part, Section, quiet
from dialsim.pages.model.style import STRONG
from dialsim.pages.model.tables import Table, row, words
from dialsim.results.network.network_rules import network_rules
from dialsim.results.stored_metrics import count_of
from dialsim.results.tables.run_log import Act, RunLog

LABELS: Texts = text_table(
    {
        "why": "#{}: its figure, its rule, and what would have avoided it",
        "life": "Its days, states and network actions",
        "more": "{count:,} more; one of them: dialsim explain RUN --intervention {number}",
        "more_callers": "{count:,} more caller IDs; one of them: dialsim explain RUN --caller "
        "{number}",
        "too_many": "This run made too many calls to explain its actions here: dialsim explain RUN "
        "--intervention {number}",
        "cases": message("{count:,} complaints before; each: dialsim explain RUN {option}", "many"),
        "caller": "caller ID",
        "range": "number range",
        "state": message("severest state", "of a caller ID"),
        "since": message("since", "moment"),
        "callers": "Caller IDs that fared worst",
    }
)
A_KIND = 2
"""Actions explained of each kind."""
MOST_ACTIONS, MOST_CALLERS = 16, 8
MOST_ROWS = 3_000_000
"""Calls that explanations read: each reads the call log, and so a run of many calls has fewer."""


@dataclass(frozen=True)
class Explained:
    """What rows of a run's page open, in a language."""

    log: RunLog
    language: Language
    lives: Mapping[int, list[StateSpan]]
    """States of the caller IDs that the network acted on, by row."""

    @cached_property
    def room(self) -> int:
        """How many explanations are written."""
        attempts = count_of(self.log.summary, "attempts")
        return MOST_ROWS // max(attempts, 1) if has_calls(self.log) else 0

    @cached_property
    def whole(self) -> RunLog:
        """The run's log with its calls in memory."""
        return self.log.with_calls()

    def actions(self) -> dict[tuple[str, str], tuple[Details, ...]]:
        """Return the first actions of each kind, by rule and action, each with its explanation."""
        groups = self.log.summary["interventions"]["groups"]
        by_kind: dict[tuple[str, str], list[Act]] = {
            (group["rule"], group["action"]): [] for group in groups
        }
        for act in self.log.acts:
            if (act.rule, act.action) in by_kind:
                by_kind[act.rule, act.action].append(act)
        chosen = _taken(by_kind, min(MOST_ACTIONS, max(self.room - 1, 0)))
        found = {}
        for kind, acts in by_kind.items():
            shown = [act for act in acts if act.number in chosen]
            opened = [self._action(act) for act in shown]
            if opened and len(acts) > len(shown):
                rest = next(act for act in acts if act.number not in chosen)
                opened[-1] = self._with_more(opened[-1], len(acts) - len(shown), rest.number)
            found[kind] = tuple(opened)
        return found

    def note(self) -> list[Part]:
        """Return that actions are not explained, if there are some and none is."""
        if not self.log.acts or not has_calls(self.log) or self.room > 1:
            return []
        number = self.log.acts[0].number
        return [quiet(LABELS[self.language]["too_many"].format(number=number))]

    def callers(self) -> list[Part]:
        """Return the caller IDs that fared worst as a table, each with its life."""
        most = min(MOST_CALLERS, self.room // 3)
        if not self.lives or not most:
            return []
        texts, order = LABELS[self.language], worst_first(self.lives)
        rows = []
        for line in order[:most]:
            worst = max(self.lives[line], key=lambda each: (each.severity, -each.from_tick))
            rows.append(
                row(
                    self.log.lines.names[line],
                    self.log.block_of(line).name,
                    network_rules().word("action", worst.action, self.language),
                    dates.moment(self.log.moment(worst.from_tick), language=self.language),
                    opens=[self._caller(line)],
                )
            )
        names = (texts[name] for name in ("caller", "range", "state", "since"))
        parts: list[Part] = [Table(words(*names), tuple(rows), caption=texts["callers"])]
        if len(order) > most:
            text = texts["more_callers"]
            parts.append(quiet(text.format(count=len(order) - most, number=order[most] + 1)))
        return parts

    def _action(self, act: Act) -> Details:
        found = intervention_trace(self.whole, act, self.language)
        cases = found["before"]["complaints"]
        if found["figure"] is not None:
            found["figure"]["breaking"] = None  # the call of one person
        found["before"]["complaints"] = []
        chain: InterventionExplained = {**found, "run": self._run}
        parts = [*_flat(chain_sections(chain, self.language)), *self._cases(cases, act.number)]
        return Details(LABELS[self.language]["why"].format(act.number), tuple(parts))

    def _caller(self, line: int) -> Details:
        found = timeline(self.whole, line, self.language)
        cases = found["complaints"]
        found["complaints"] = []
        life: CallerExplained = {**found, "run": self._run}
        parts = [*_flat(timeline_sections(life, self.language)), *self._cases(cases, None, line)]
        return Details(LABELS[self.language]["life"], tuple(parts))

    @property
    def _run(self) -> ExplainedRun:
        """The run, of which the page says at its head what an explanation says of it."""
        identity = self.log.summary["identity"]
        return {
            "name": identity["name"],
            "seed": identity["seed"],
            "folder": None,
            "complete": bool(self.log.summary["complete"]),
            "same_values": True,
            "version": identity.get("version"),
        }

    def _cases(self, cases: list[Any], number: int | None, line: int = 0) -> list[Part]:
        """Return how many complaints there were, without their people."""
        if not cases:
            return []
        option = f"--caller {line + 1}" if number is None else f"--intervention {number}"
        text = LABELS[self.language]["cases"].format(count=len(cases), option=option)
        return [quiet(text)]

    def _with_more(self, last: Details, count: int, number: int) -> Details:
        text = LABELS[self.language]["more"].format(count=count, number=number)
        return Details(last.title, (*last.parts, quiet(text)))


def _taken(by_kind: Mapping[tuple[str, str], list[Act]], most: int) -> set[int]:
    """Return the numbers of the actions that are explained: the first of each kind, then more."""
    in_turn = [
        acts[turn] for turn in range(A_KIND) for acts in by_kind.values() if len(acts) > turn
    ]
    return {act.number for act in in_turn[:most]}


def _flat(sections: Iterable[Section | None]) -> Iterator[Part]:
    """Yield the parts of sections, each after its title; the first is the head of a page."""
    for place, each in enumerate(each for each in sections if each is not None):
        if place and each.title:
            title = f"{each.title} ({each.note})" if each.note else each.title
            yield Paragraph(title, STRONG | each.style)
        for part in each.parts:
            if isinstance(part, Paragraph) and part.level == 0:
                yield replace(part, level=1)  # a page has one verdict
            else:
                yield part
