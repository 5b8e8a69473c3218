"""Scenario templates: names, descriptions and the files they use.

They are in ``scenarios/``, beside the package in a checkout and within it in a wheel.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dialsim.errors import InternalError, Problems, did_you_mean
from dialsim.messages.text import message
from dialsim.scenario.checks.inputs import named_files
from dialsim.scenario.load import load_scenario

STARTER = "starter"
"""The default template of ``dialsim init``."""

SCHEMA_FILE = ".dialsim/scenario.schema.json"
"""The JSON Schema beside a scenario, by which editors complete keys and mark mistakes."""

SCHEMA_LINE = f"#:schema ./{SCHEMA_FILE}\n"
"""First line of a scenario, by which an editor finds its schema without a network."""


@dataclass(frozen=True)
class Template:
    """A scenario template.

    Attributes
    ----------
    name
        As ``dialsim init --template`` takes it.
    path
        Its file.
    text
        The whole file, its comments too.
    """

    name: str
    path: Path
    text: str

    @property
    def shows(self) -> str:
        """Its description: the first paragraph of its comment, as one line."""
        text = self.text.removeprefix(SCHEMA_LINE)
        lines = [line.removeprefix("#").strip() for line in text.split("\n")]
        return " ".join(lines[: lines.index("")])

    def files(self) -> dict[str, Path]:
        """Return the files it names, each by the path that it writes."""
        scenario = load_scenario(self.path)
        written = [name for _, name in named_files(scenario)]
        if scenario.policy is not None:
            written.append(scenario.policy.file)
        return {name: scenario.file_path(name) for name in dict.fromkeys(written)}

    def text_at(self, path: str) -> str:
        """Return its text for a file at another path, with the commands in comments adapted."""
        return self.text.replace(f"scenarios/{self.name}.toml", path)


def schema_text() -> str:
    """Return the content of the schema file beside a scenario."""
    from dialsim.scenario.models.schema import json_schema

    return json.dumps(json_schema(), ensure_ascii=False, separators=(",", ":")) + "\n"


def template_names() -> list[str]:
    """Return the names of all templates, the plain one first."""
    found = sorted(path.stem for path in _folder().glob("*.toml"))
    return sorted(found, key=lambda name: name != STARTER)


def template(name: str) -> Template:
    """Return a template by its name; accepts dashes and the ending ``.toml``.

    Raises
    ------
    ScenarioError
        There is none of that name.
    """
    stem = name.removesuffix(".toml").replace("-", "_")
    known = template_names()
    problems = Problems()
    if stem not in known:
        problems.add(
            "",
            message("there is no scenario {name!r} to start from").filled(name=name),
            allowed=known,
            remedy=did_you_mean(stem, known),
        )
    problems.raise_if_any()
    path = _folder() / f"{stem}.toml"
    return Template(stem, path, path.read_text(encoding="utf-8"))


def _folder() -> Path:
    package = Path(__file__).parents[1]
    return _first_there((package / "scenarios", package.parent / "scenarios"))


def _first_there(places: Iterable[Path]) -> Path:
    for place in places:
        if (place / f"{STARTER}.toml").is_file():
            return place
    raise InternalError("the scenarios to start from are not installed")
