"""The wheel and the source archive: what is in them, and that they work outside the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import dialsim
from dialsim.distribution import install_command
from dialsim.jit.decorator import kernel_stamp
from tests.house.sources import ROOT
from tests.scheduler.worlds import as_toml, tiny

pytestmark = [pytest.mark.once, pytest.mark.needs_jit]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a wheel and a source archive."""
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the wheel is installed, without what it needs.

    It has the machine code of the checkout, whose kernels are the same: compiling takes a minute.
    """
    (wheel,) = built.glob("*.whl")
    folder = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(folder)]
    subprocess.run([*command, str(wheel)], check=True, capture_output=True, timeout=120)
    for compiled in (ROOT / "dialsim").rglob(f"*-{kernel_stamp()[:16]}"):
        shutil.copytree(compiled, folder / compiled.relative_to(ROOT))
    return folder


def test_the_wheel_has_its_data_its_types_and_its_licence(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in (
        "dialsim/py.typed",
        "dialsim/LICENSE",
        "dialsim/scenarios/first_campaign.toml",
        "dialsim/scenario/metrics.toml",
        "dialsim/handbook/README.md",
        "dialsim/handbook/zh/first_campaign.md",
        "dialsim/messages/zh/LC_MESSAGES/dialsim.mo",
        "dialsim/pages/html/templates/page.css",
        "dialsim/pages/html/charts.js",
    ):
        assert wanted in names
    assert any(re.fullmatch(r"dialsim_cn-.*\.dist-info/licenses/dialsim/LICENSE", n) for n in names)
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests/")]


def test_the_source_archive_has_what_a_clone_has(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        names = {name.partition("/")[2] for name in file.getnames()}
    assert {"pyproject.toml", "README.md", "dialsim/py.typed", "tests/run.py"} <= names


def outside(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder outside the checkout, with the installed wheel before all else."""
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def test_commands_work_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    as_toml(tiny(), tmp_path / "small.toml")
    where = outside(installed, tmp_path, "-c", "import dialsim; print(dialsim.__file__)")
    assert where.stdout.startswith(str(installed))
    for code, *words in (
        (0, "--version"),
        (0, "init", "mine.toml"),
        (0, "explain", "callee.limits"),
        (None, "check", "mine.toml"),
        (None, "run", "small.toml", "--out", "runs"),
    ):
        done = outside(installed, tmp_path, "-m", "dialsim", *words)
        assert done.returncode in ((0, 1) if code is None else (code,)), done.stderr
        assert done.stdout
        assert "Traceback" not in done.stderr


@pytest.mark.full
def test_a_type_checker_sees_the_types_of_a_user_s_script(installed: Path, tmp_path: Path) -> None:
    script = tmp_path / "mine.py"
    script.write_text(
        "import dialsim\n"
        "run = dialsim.run('mine.toml')\n"
        "reveal_type(run)\n"
        "reveal_type(dialsim.__version__)\n"
        "dialsim.runn\n"
    )
    command = ("-m", "mypy", "--no-incremental", "--follow-imports=silent", "mine.py")
    done = outside(installed, tmp_path, *command)
    assert 'Revealed type is "dialsim.api.results.Run"' in done.stdout
    assert 'Revealed type is "str"' in done.stdout.replace("builtins.", "")
    assert 'has no attribute "runn"' in done.stdout
    assert done.stdout.count("error:") == 1


def test_an_install_command_names_this_distribution_alone() -> None:
    """The name ``dialsim`` of the public index belongs to an unrelated program."""
    found = []
    for path in sorted((ROOT / "dialsim").rglob("*")):
        if path.suffix in (".py", ".toml", ".html", ".po") and path.name != "distribution.py":
            text = path.read_text(encoding="utf-8")
            found += [
                f"{path.relative_to(ROOT)}: {line.strip()}"
                for line in text.splitlines()
                if re.search(r"pip3? install|uv (pip|add)", line) and "numba" not in line
            ]
    assert found == []
    assert re.fullmatch(r"pip install ('dialsim-cn|-e '\.)\[plan\]'", install_command("plan"))


def test_the_version_is_that_of_the_archive(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    assert wheel.name.startswith(f"dialsim_cn-{dialsim.__version__}-")
    assert dialsim.__version__ in (ROOT / "dialsim" / "CHANGELOG.md").read_text(encoding="utf-8")
