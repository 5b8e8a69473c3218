"""The command line: one thin module a command, imported when it is called.

The work of a command is in ``api``; this room has its options, its output and its exit code.
"""

from __future__ import annotations

from importlib import import_module

import click

from dialsim.address_space import LOOKING, PLAYING, READING, check_address_space
from dialsim.distribution import VERSION
from dialsim.errors import did_you_mean
from dialsim.messages.catalogue import ENGLISH, Language, translate
from dialsim.messages.text import message

COMMANDS = {
    "run": "Simulate a scenario and judge its goals.",
    "compare": "Compare two scenarios with common random numbers, or two runs.",
    "check": "Audit a scenario and estimate what it can reach, without simulating it.",
    "report": "Reprint the report of a finished run.",
    "dossier": "Write a one-page report of a run for management, compliance or a carrier.",
    "export": "Export rows of a run, such as who was not reached, to CSV or Excel.",
    "sweep": "Simulate every combination of some values and show the effect of each.",
    "plan": "Find the cheapest plan that meets the goals with a stated probability.",
    "replan": "Replan the rest of a running campaign, from a run or a call log.",
    "sensitivity": "Find which assumptions decide whether the goals are met.",
    "calibrate": "Fit the network's values to a call log and write them as a profile.",
    "validate": "Compare the simulator with exact results of queueing theory.",
    "bench": "Load-test the scheduler on this machine.",
    "calls": "Account for every row of a dialer's call log, and for what it holds.",
    "people": "Account for every row of a contact list, or of a scenario's lists.",
    "screen": "Check every contact of a list: may it be called, when, and why not.",
    "init": "Write a commented scenario to start from; --list shows them all.",
    "explain": "Explain a value, rule or reason with its sources, or what a run did.",
    "rules": "List the days on which rules changed, or compare two days.",
    "forget": "Remove a person from the lists, registries and runs of a folder.",
    "schema": "Print the JSON Schema or the reference of scenario files.",
    "warm": "Compile the simulator ahead of the first run.",
}


LOOK = frozenset({"check", "report", "export", "init", "explain", "rules", "schema"})
READ = frozenset({"calls", "people", "screen", "forget"})
"""Commands that read lists; the commands before them read less, all others simulate."""


class LazyCommands(click.Group):
    """A group that knows its commands by name and imports one when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the help page."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"dialsim.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return speaking(command, ctx.find_object(str) or ENGLISH)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or name the one that was meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = did_you_mean(args[0], COMMANDS) or message("known are {names}").filled(
                names=", ".join(COMMANDS)
            )
            raise click.UsageError(
                message("there is no command {value!r}; {hint}").filled(value=args[0], hint=hint),
                ctx,
            )
        if args and args[0] in COMMANDS and not {"-h", "--help"} & set(args):
            name = args[0]
            least = LOOKING if name in LOOK else READING if name in READ else PLAYING
            check_address_space(least, f"dialsim {name}")  # checked before its module is imported
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        language = ctx.find_object(str) or ENGLISH
        with formatter.section(translate("Commands", language)):
            formatter.write_dl(
                [(name, translate(text, language)) for name, text in COMMANDS.items()]
            )


def speaking(command: click.Command, language: Language) -> click.Command:
    """Return a command that takes ``--lang``, its help in a language."""
    from dialsim.cli.options import any_language

    parts = command.commands.values() if isinstance(command, click.Group) else ()
    for each in (command, *parts):
        if not any("--lang" in parameter.opts for parameter in each.params):
            each.params.append(any_language())
    if language == ENGLISH:
        return command
    from dialsim.cli.help_pages import localised

    return localised(command, language)


def _print_version(ctx: click.Context, option: click.Parameter, wanted: bool) -> None:
    del option
    if wanted:
        click.echo(f"dialsim {VERSION}")
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
    """Plan calling campaigns: whether they reach their goals, and what the network does.

    Exit codes: 0 goals met, 1 a goal missed or not a lawful plan, 2 bad input, 3 a limit of this
    machine, 70 a fault of dialsim, 130 interrupted, 141 broken pipe.
    """
