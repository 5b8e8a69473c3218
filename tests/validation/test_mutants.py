"""``dialsim validate`` notices faults: each is put into a copy of the sources, and must fail it.

The copy is played in plain Python, and only the part of `validate` that ought to notice: all it
takes for the whole to fail is one rule that differs, or one figure that is too far from theory.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dialsim
from tests.validation.mutants import EVERY_DAY, MUTANTS, Mutant

pytestmark = [pytest.mark.once, pytest.mark.timeout(1200)]

PACKAGE = Path(dialsim.__file__).parent
AGREES, DIFFERS = 0, 1
FEW_DAYS = """
import sys
from dataclasses import replace
from pathlib import Path

import dialsim
from dialsim.__main__ import main
from dialsim.validation import comparing

assert Path(dialsim.__file__).is_relative_to(Path.cwd()), dialsim.__file__
days = int(sys.argv[2])
few = [replace(check, days=(days, days)) for check in comparing.all_checks()]
comparing.all_checks = lambda: few
sys.argv = ["dialsim", "validate", "--quiet", "--only", sys.argv[1]]
sys.exit(main())
"""


def validated(folder: Path, only: str, days: int) -> tuple[int, str]:
    """Return exit code and page of a part of `validate`, played by the sources in a folder."""
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(folder)}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run(
        [sys.executable, "-c", FEW_DAYS, only, str(days)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def copied(folder: Path) -> Path:
    """Return a copy of the sources."""
    ignored = shutil.ignore_patterns("__pycache__", "*.nbi", "*.nbc")
    shutil.copytree(PACKAGE, folder / PACKAGE.name, ignore=ignored)
    return folder


def mutated(folder: Path, mutant: Mutant) -> Path:
    """Return a copy of the sources with a fault."""
    file = copied(folder) / PACKAGE.name / mutant.file
    text = file.read_text("utf-8")
    assert text.count(mutant.old) == 1, f"{mutant.file}: {mutant.old!r}"
    file.write_text(text.replace(mutant.old, mutant.new), "utf-8")
    return folder


@pytest.mark.parametrize("mutant", MUTANTS, ids=[each.name for each in MUTANTS])
def test_what_a_fault_replaces_stands_in_the_source_once(mutant: Mutant) -> None:
    assert (PACKAGE / mutant.file).read_text("utf-8").count(mutant.old) == 1


@pytest.mark.parametrize(
    "mutant",
    [
        pytest.param(each, marks=() if each.name in EVERY_DAY else pytest.mark.full)
        for each in MUTANTS
    ],
    ids=[each.name for each in MUTANTS],
)
def test_a_fault_is_noticed(mutant: Mutant, tmp_path: Path) -> None:
    code, page = validated(mutated(tmp_path, mutant), mutant.only, mutant.days)
    assert code == DIFFERS, page
    assert "please report this page" in " ".join(page.split())


@pytest.mark.full
@pytest.mark.parametrize(("only", "days"), sorted({(each.only, each.days) for each in MUTANTS}))
def test_without_a_fault_there_is_nothing_to_notice(only: str, days: int, tmp_path: Path) -> None:
    code, page = validated(copied(tmp_path), only, days)
    assert code == AGREES, page
