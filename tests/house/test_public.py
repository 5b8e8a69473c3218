"""The package from outside: quiet to import, every public name there and documented."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys

import pytest

from tests.house.sources import ROOT

HEAVY = (
    "numba",
    "llvmlite",
    "pyarrow",
    "jinja2",
    "rich",
    "phonenumbers",
    "holidays",
    "scipy",
    "pandas",
)


def imported_by(statement: str) -> set[str]:
    """Top-level modules a fresh interpreter holds after a statement."""
    code = f"import sys\n{statement}\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return set(done.stdout.split())


def test_importing_the_package_is_quiet() -> None:
    assert imported_by("import dialsim") & set(HEAVY) == set()


def test_public_names_exist_once_and_are_documented() -> None:
    dialsim = importlib.import_module("dialsim")
    names = list(dialsim.__all__)
    assert len(names) == len(set(names))
    assert set(names) <= set(dir(dialsim))
    for name in names:
        value = getattr(dialsim, name)
        if inspect.isclass(value) or inspect.isroutine(value):
            assert inspect.getdoc(value), f"dialsim.{name} has no docstring"


def test_an_unknown_name_is_an_attribute_error() -> None:
    dialsim = importlib.import_module("dialsim")
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = dialsim.no_such_name
