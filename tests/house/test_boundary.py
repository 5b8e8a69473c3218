"""The dialer never sees what the network sees: kernels that decide take no network array."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.house.sources import Source, parameters, python_files

NETWORK = {
    "subscribers", "lines", "enterprise", "enterprises", "fates", "cases", "net", "network",
    "carrier",
}  # fmt: skip
WHOLE = {"state"}
DIALER = ("dialsim/compliance/", "dialsim/pacing/")
KERNEL = "@kernel"
SCALARS = re.compile(r"^(int|float|bool|Any|np\.\w+)$")


def words(annotation: ast.expr | None) -> set[str]:
    """Lower-case identifiers of an annotation: `CarrierState` counts as both its words."""
    if annotation is None:
        return set()
    names = re.findall(r"[A-Za-z_]\w*", ast.unparse(annotation))
    return {w.lower() for n in names for w in [n, *re.findall(r"[A-Z][a-z]+", n)]}


def leaks(source: Source) -> list[str]:
    found = []
    for function in source.functions:
        for parameter in parameters(function):
            where = f"{source.at(parameter)}: {function.name}({parameter.arg})"
            if NETWORK & (set(parameter.arg.lower().split("_")) | words(parameter.annotation)):
                found.append(f"{where} is the network's")
            named_whole = parameter.arg in WHOLE and not (
                parameter.annotation and SCALARS.match(ast.unparse(parameter.annotation))
            )
            if named_whole or WHOLE & words(parameter.annotation):
                found.append(f"{where} is the whole state, the network's half included")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in NETWORK:
            found.append(f"{source.at(node)}: reads .{node.attr}")
    return found


def test_dialer_kernels_take_no_network_array() -> None:
    sources = [s for s in python_files() if s.name.startswith(DIALER) and KERNEL in s.text]
    assert len({Path(s.name).parent for s in sources}) >= 9
    assert [leak for source in sources for leak in leaks(source)] == []
