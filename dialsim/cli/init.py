"""``dialsim init``: a scenario to start from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click


@click.command()
@click.argument("path", type=click.Path(path_type=Path), default=Path("campaign.toml"))
def command(path: Path) -> None:
    """Write a commented scenario to PATH; never over a file that exists."""
    from dialsim.errors import Problem, ScenarioError
    from dialsim.outcomes.writer import disk

    text = files("dialsim.cli").joinpath("starter.toml").read_text(encoding="utf-8")
    if path.is_dir():
        path = path / "campaign.toml"
    if path.exists():
        raise ScenarioError(
            [
                Problem(
                    "",
                    "this file exists and is not replaced",
                    file=str(path),
                    remedy="name another",
                )
            ]
        )
    with disk(path.parent, "the path given to init"):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    click.echo(f"wrote {path}; next: dialsim check {path}")
