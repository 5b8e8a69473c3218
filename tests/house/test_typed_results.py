"""Results have types: a table of any keys and values is no type, and stands where there is none.

Of what builds results and of what shows them, each file may hold as many of them as this says.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.house.sources import Source, python_files

ROOMS = ("results", "explanations", "feasibility", "audit", "planning", "pages")
"""Rooms of results, and the one that shows them."""

KEYS_OF_OTHERS = "keys are the scenario's or the user's"
SCENARIO = "plain values of a scenario, as its file has them"
OVERRIDES = "overrides of network values, by their names"
OF_A_FILE = "a data file of the house, checked as it is read"
OF_A_ROW = "a row of an Arrow table, by the names of its columns"
VEGA = "a specification of Vega-Lite"
PLAIN = "plain values of a page of any kind"
TEMPLATE = "variables of a template"

ALLOWED: dict[str, tuple[int, str]] = {
    "dialsim/results/network/network_rules.py": (3, OF_A_FILE),
    "dialsim/results/tables/run_log.py": (1, OF_A_ROW),
    "dialsim/explanations/person_history.py": (1, OF_A_ROW),
    "dialsim/results/planning_types/sweep.py": (2, KEYS_OF_OTHERS),
    "dialsim/explanations/history_result.py": (1, KEYS_OF_OTHERS),
    "dialsim/planning/plans/candidates.py": (4, SCENARIO),
    "dialsim/planning/plans/plan_result.py": (1, KEYS_OF_OTHERS),
    "dialsim/planning/replans/scenario_changes.py": (17, SCENARIO),
    "dialsim/planning/replans/log_start.py": (1, SCENARIO),
    "dialsim/planning/replans/request.py": (3, SCENARIO),
    "dialsim/planning/sensitivity_analysis/evaluated_points.py": (1, OVERRIDES),
    "dialsim/planning/sensitivity_analysis/uncertain_inputs.py": (1, OVERRIDES),
    "dialsim/planning/sweeps/grid.py": (1, SCENARIO),
    "dialsim/planning/sweeps/sweep_result.py": (7, KEYS_OF_OTHERS),
    "dialsim/planning/sweeps/sweep_table.py": (1, KEYS_OF_OTHERS),
    "dialsim/pages/model/parts.py": (2, VEGA),
    "dialsim/pages/model/plain.py": (19, PLAIN),
    "dialsim/pages/model/html.py": (1, TEMPLATE),
    "dialsim/pages/html/document.py": (3, f"{TEMPLATE}, {VEGA}"),
}
"""How many tables without a type a file may hold at most, and why."""


def is_any_table(node: ast.AST) -> bool:
    """Return whether an annotation is a table of texts and anything."""
    if not isinstance(node, ast.Subscript) or not isinstance(node.value, ast.Name):
        return False
    if node.value.id not in ("dict", "Mapping", "MutableMapping"):
        return False
    inner = node.slice
    return (
        isinstance(inner, ast.Tuple)
        and len(inner.elts) == 2
        and isinstance(inner.elts[1], ast.Name)
        and inner.elts[1].id == "Any"
    )


def aliases(tree: ast.Module) -> Iterator[str]:
    """Yield names that a module gives to such tables, also within a longer type."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and not isinstance(node.value, ast.Call):
            target, value = node.targets[0], node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            target, value = node.target, node.value
        else:
            continue
        if isinstance(target, ast.Name) and any(map(is_any_table, ast.walk(value))):
            yield target.id


def any_tables(tree: ast.Module) -> int:
    """Return how many tables without a type a module has; each use of a name for one counts."""
    names = set(aliases(tree))
    return sum(
        is_any_table(node)
        or (isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load))
        for node in ast.walk(tree)
    )


def of_rooms() -> Iterator[Source]:
    yield from python_files(*(f"dialsim/{room}" for room in ROOMS))


def counted() -> Counter[str]:
    return +Counter({each.name: any_tables(each.tree) for each in of_rooms()})


def test_results_have_types() -> None:
    assert not counted() - Counter({name: most for name, (most, _) in ALLOWED.items()})


def test_what_may_have_such_tables_has_some() -> None:
    assert not set(ALLOWED) - set(counted())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("def f(x: dict[str, Any]) -> Mapping[str, Any]: ...", 2),
        ("def f(x: dict[str, object], y: dict[str, int | None]) -> list[Any]: ...", 0),
        ("Found = Mapping[str, Any]\ndef f(x: Found) -> Found: ...", 3),
        ("Row = Stored | Mapping[str, Any]\ndef f(x: list[Row]): ...", 2),
        ("x: list[dict[str, Any]] = []", 1),
        ("TABLE: dict[str, Any] = {}\nTABLE['a']", 1),
    ],
)
def test_a_table_without_a_type_is_found(text: str, count: int) -> None:
    assert any_tables(ast.parse(text)) == count
