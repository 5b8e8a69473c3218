"""The notebooks: each runs from top to bottom, by itself, and says what it found."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from shutil import copytree, rmtree
from typing import Any

import jupytext
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from tests.house.sources import ROOT, tracked_files
from tests.notebooks.rendered import RENDERED, rendered
from tests.tiers import tiered

FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.py"))
QUICK = ("01_first_campaign",)
LONGEST_S = 600  # a first compile on a slow machine included

# The kernel is a process of its own, which the fixture that keeps tests off the network is not in.
ALONE = """
import socket
def _refused(self, address, _connect=socket.socket.connect):
    if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] != "127.0.0.1":
        raise AssertionError(f"a notebook tried to reach {address!r}")
    return _connect(self, address)
socket.socket.connect = socket.socket.connect_ex = _refused
"""
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def read(name: str) -> Any:
    return jupytext.read(FOLDER / f"{name}.py")


def written(source: str) -> Any:
    """Return a notebook of one cell."""
    return jupytext.reads(f"# %%\n{source}\n", fmt="py:percent")


def code_of(notebook: Any) -> str:
    return "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")


def play(notebook: Any, place: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Run a notebook beside the scenarios, in folders of its own; returns its outputs.

    Outputs are written into its cells, too. A cell that fails fails the test with its traceback.
    """
    copytree(ROOT / "scenarios", place / "scenarios")
    work, temporary = place / "notebooks", place / "temporary"
    work.mkdir()
    temporary.mkdir()
    # The product under test, and none of the user's settings or history.
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("TMPDIR", str(temporary))
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(place / name.lower()))
    notebook.cells[:0] = written(ALONE).cells
    client = NotebookClient(notebook, timeout=LONGEST_S, resources={"metadata": {"path": work}})
    try:
        client.execute()
    except CellExecutionError as error:
        pytest.fail(COLOUR.sub("", str(error)), pytrace=False)
    del notebook.cells[0]
    # At its end Jupyter waits for all processes a kernel began. One of Python's own hears no polite
    # signal, so that after some seconds the kernel is killed, and the folder of its sockets stays.
    for sockets in temporary.glob("pymp-*"):
        rmtree(sockets)
    assert list(work.iterdir()) == list(temporary.iterdir()) == [], "nothing is left behind"
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def without_times(page: str) -> str:
    """Return a page without the real time that a cell measured."""
    return re.sub(r"screened in [\d.]+ s", "", page)


@pytest.mark.needs_jit
@pytest.mark.timeout(LONGEST_S)
@pytest.mark.parametrize(
    "name",
    [name if name in QUICK else pytest.param(name, marks=pytest.mark.full) for name in NOTEBOOKS],
)
def test_it_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = read(name)
    outputs = play(notebook, tmp_path, monkeypatch)
    page, drawn = rendered(name, notebook)
    kept = (RENDERED / f"{name}.md").read_text("utf-8")
    renew = f"python tests/notebooks/rendered.py --renew {name}"
    assert without_times(page) == without_times(kept), renew
    assert {path.name for path in RENDERED.glob(f"{name}_*.png")} == set(drawn)
    warnings = [output.text for output in outputs if output.get("name") == "stderr"]
    assert warnings == [], "the page shows no warnings"
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) >= 2


PROGRESS = """
import dialsim
from dialsim.scheduler.notebook_line import NotebookLine
def seen(self, text, _write=NotebookLine.write):
    texts.append(text)
    _write(self, text)
texts, NotebookLine.write = [], seen
scenario = dialsim.load_scenario("../scenarios/starter.toml")
dialsim.replicate(scenario, 3, progress=True)
print([text for text in texts if "3 of 3" in text], repr(texts[-1]))
texts.clear()
dialsim.run(scenario, progress=True)
print(len(texts) > 1, repr(texts[-1]))
"""


@pytest.mark.needs_jit
@pytest.mark.timeout(LONGEST_S)
def test_progress_is_shown_below_the_cell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = play(written(PROGRESS), tmp_path, monkeypatch)
    printed = "".join(output.text for output in outputs if output.get("name") == "stdout")
    first, second = printed.splitlines()
    assert "100 %  3 of 3 replications" in first
    assert first.endswith("''")
    assert second == "True ''"
    lines = [output for output in outputs if output.output_type == "display_data"]
    assert [line.data for line in lines] == [{"text/plain": ""}] * 2


def test_the_quick_ones_are_there() -> None:
    assert set(QUICK) < set(NOTEBOOKS)
    assert len(NOTEBOOKS) >= 9


@pytest.mark.parametrize(
    ("source", "says"),
    tiered(
        [("total = 1\ntotal / 0", ["ZeroDivisionError", "total / 0"])],
        [
            ("import socket\nsocket.create_connection(('192.0.2.1', 9))", ["tried to reach"]),
            ("open('left.txt', 'w').close()", ["nothing is left behind"]),
        ],
    ),
    ids=["a cell fails", "network", "a file is left"],
)
def test_what_goes_wrong_is_told(
    source: str, says: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = written(source)
    with pytest.raises((pytest.fail.Exception, AssertionError)) as caught:
        play(notebook, tmp_path, monkeypatch)
    for words in says:
        assert words in str(caught.value)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_is_one_story(name: str) -> None:
    notebook = read(name)
    assert notebook.metadata["kernelspec"]["name"] == "python3"
    assert notebook.metadata["jupytext"]["text_representation"]["format_name"] == "percent"
    first, *_, last = notebook.cells
    assert (first.cell_type, last.cell_type) == ("markdown", "markdown")
    assert first.source.startswith("# ")
    assert "?**" in first.source, "the question"
    assert last.source.startswith("## What we found")
    assert "assert " in code_of(notebook), "what is said rests on figures that are checked"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_git_holds_what_jupytext_writes(name: str) -> None:
    """Open and saved, the file does not change: no cell is lost, no version creeps in."""
    text = (FOLDER / f"{name}.py").read_text("utf-8")
    assert "jupytext_version" not in text
    notebook = jupytext.reads(text, fmt="py:percent")
    again = jupytext.reads(jupytext.writes(notebook, fmt="py:percent"), fmt="py:percent")
    assert [cell.source for cell in again.cells] == [cell.source for cell in notebook.cells]


def test_outputs_are_kept_as_pages_alone() -> None:
    tracked = [path for path in tracked_files() if path.is_relative_to(FOLDER)]
    assert {path.stem for path in RENDERED.glob("*.md")} == set(NOTEBOOKS)
    assert sum(path.stat().st_size for path in RENDERED.iterdir()) < 2_000_000
    tracked = [path for path in tracked if path.parent != RENDERED]
    assert {path.suffix for path in tracked} == {".py", ".md"}
    assert not [path for path in tracked_files() if path.suffix == ".ipynb"]
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert "*.ipynb" in ignored


def test_every_import_is_installed_with_the_notebooks() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    named = {plain(line) for line in [*project["dependencies"], *extras["notebooks"]]}
    homes = packages_distributions()
    missing = {
        f"{name}: {module}"
        for name in NOTEBOOKS
        for module in imported(code_of(read(name)))
        if not {plain(home) for home in homes.get(module, [module])} & named
    }
    assert missing == set()
    assert {"ipykernel", "jupytext", "nbclient"} <= named
    studies = [name for name in NOTEBOOKS if "dialsim.sensitivity(" in code_of(read(name))]
    assert not studies or {plain(line) for line in extras["plan"]} <= named
    assert "dialsim-cn[notebooks]" in extras["dev"], "the tests run them"


def imported(source: str) -> set[str]:
    """Return the top-level modules that are imported and neither Python's nor the project's."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add((node.module or "").split(".")[0])
    return modules - set(sys.stdlib_module_names) - {"dialsim"}


def plain(requirement: str) -> str:
    """Return the name of a distribution without version, as indexes compare names."""
    return re.split(r"[\s<>=!~;\[]", requirement, maxsplit=1)[0].lower().replace("_", "-")


@pytest.mark.parametrize("page", ["README.md", "notebooks/README.md"])
def test_every_notebook_is_listed(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    told = re.findall(r"^\| .*`(\d\d_\w+)`.* \|", text, re.MULTILINE)
    assert told == NOTEBOOKS
