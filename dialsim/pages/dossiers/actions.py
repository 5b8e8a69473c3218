"""The network's actions against numbers, in the reports of a run."""

from __future__ import annotations

from dialsim.pages.dossiers.request import Request
from dialsim.pages.dossiers.summary_rows import group_row
from dialsim.pages.model.parts import Part, quiet
from dialsim.pages.model.style import BAD, PLAIN, STRONG
from dialsim.pages.model.tables import Cell, Row, Table, figures, row, words
from dialsim.results.summary_types.network import ActionGroup


def action_parts(asked: Request) -> list[Part]:
    """Return each group of actions with its first case, or that there are none."""
    texts, groups = asked.texts, asked.log.summary["interventions"]["groups"]
    if not groups:
        return [quiet(texts["acted_none"])]
    columns = (
        *words(texts["action"], texts["rule"]),
        *figures(texts["times"]),
        *words(texts["when"]),
    )
    return [Table(columns, tuple(_group(asked, group) for group in groups))]


def _group(asked: Request, group: ActionGroup) -> Row:
    shown = group_row(group, asked.language)
    style = STRONG | (BAD if shown["severe"] else PLAIN)
    return row(
        Cell(shown["action"], style),
        shown["rule"],
        Cell(f"{shown['count']} ×", value=group["count"]),
        shown["when"],
        notes=[shown["example"]],
    )
