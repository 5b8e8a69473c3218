"""The command line: one thin module a command, imported when it is called.

What a command does stands in ``api``; here it gets its words and its exit code.
"""

from __future__ import annotations

from importlib import import_module

import click

from dialsim.address_space import LOOKING, PLAYING, READING, check_address_space
from dialsim.errors import did_you_mean

COMMANDS = {
    "run": "Play a scenario to its end and judge its goals.",
    "compare": "Play two scenarios under the same luck, or compare two runs.",
    "check": "Audit a scenario and say what it can do at most, without playing it.",
    "report": "Print the page of a run that is over again.",
    "dossier": "Tell a run to whoever decides, to compliance or to an operator, on one page.",
    "export": "Write rows of a run, such as who was not reached, to CSV or Excel.",
    "sweep": "Play every combination of some values, and say what each of them does.",
    "plan": "Find the cheapest plan that keeps what is promised, and prove that it does.",
    "replan": "Find the cheapest plan for the rest of a run, as of a moment of it.",
    "sensitivity": "Find out which assumptions decide whether the goals are met.",
    "calibrate": "Fit the network's values to a call log, and write them as a profile.",
    "validate": "Play what queueing theory can solve, and compare.",
    "bench": "Measure on this machine: how late are dials decided under a load?",
    "people": "Account for every row of a list, or of a scenario's lists.",
    "screen": "Say of every row of a list whether it may be called, when, and why not.",
    "init": "Write a commented scenario to start from; --list tells which there are.",
    "explain": "Show what a value, a rule or a reason rests on, with sources and confidence.",
    "rules": "List the days on which rules changed, or what differs between two days.",
    "forget": "Remove a person from the lists, registries and runs of a folder.",
    "schema": "Print what a scenario file may hold: JSON Schema, or a reference.",
    "warm": "Compile the simulator once, so that runs start at once.",
}


LOOK = frozenset({"check", "report", "export", "init", "explain", "rules", "schema"})
READ = frozenset({"people", "screen", "forget"})
"""Commands that read lists, and before them those that read less. All others play."""


class LazyCommands(click.Group):
    """A group that knows its commands by name and imports one when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help page."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"dialsim.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or name the one that was meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = did_you_mean(args[0], COMMANDS) or f"known are {', '.join(COMMANDS)}"
            raise click.UsageError(f"there is no command {args[0]!r}; {hint}", ctx)
        if args and args[0] in COMMANDS and not {"-h", "--help"} & set(args):
            name = args[0]
            least = LOOKING if name in LOOK else READING if name in READ else PLAYING
            check_address_space(least, f"dialsim {name}")  # before its module is imported
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _print_version(ctx: click.Context, option: click.Parameter, wanted: bool) -> None:
    del option
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"dialsim {version('dialsim')}")
        except PackageNotFoundError:
            click.echo("dialsim, from a folder that is not installed")
        ctx.exit()


@click.command(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
def commands() -> None:
    """Say whether a calling campaign reaches its goal, and what the network does meanwhile.

    Exit codes: 0 goals met, 1 a goal missed or not a lawful plan, 2 bad input, 3 a limit of this
    machine, 70 a fault of dialsim, 130 interrupted, 141 the output's reader left.
    """
