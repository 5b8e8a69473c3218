"""Options and option types that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dialsim.messages.catalogue import ENGLISH, Language, languages
from dialsim.messages.text import Text, message
from dialsim.storage.paths import no_path

if TYPE_CHECKING:
    _OfDays = click.ParamType[date]
else:  # before click 8.4 the class is not generic
    _OfDays = click.ParamType


class GivenPath(click.Path):
    """A path that is not empty, since `pathlib` takes an empty text for the current folder.

    An empty path usually comes from an unset shell variable.
    """

    def __init__(self, *, allow_dash: bool = False) -> None:
        super().__init__(path_type=Path, allow_dash=allow_dash)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path.

        Raises
        ------
        click.BadParameter
            It is empty, or an impossible name.
        """
        if value == "":
            self.fail(message("the path is empty; . is the folder you are in"), param, ctx)
        why = no_path(value)
        if why is not None:
            self.fail(why, param, ctx)
        return super().convert(value, param, ctx)


class PagePath(GivenPath):
    """A file for a page of HTML; what is there already is replaced only if it is such a page."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path.

        Raises
        ------
        click.BadParameter
            It is empty, impossible, a folder, in no folder, or a file that is no page of dialsim.
        """
        path = super().convert(value, param, ctx)
        why = no_place_of_page(path)
        if why is not None:
            self.fail(why, param, ctx)
        return path


def no_place_of_page(path: Path) -> Text | None:
    """Return why a page is not written to a path, before anything is computed; None: it may be."""
    if path.is_dir():
        return message("{path} is a folder; name a file").filled(path=path)
    if not path.parent.is_dir():
        return message("there is no folder {path}; name a file in one that is there").filled(
            path=path.parent
        )
    return replaces_no_page(path)


def replaces_no_page(path: Path) -> Text | None:
    """Return that a path is a file which is no page of dialsim's; None: it is none, or a page."""
    if not path.is_file() or _is_page(path):
        return None
    return message(
        "{path} is no page that dialsim wrote, and is not replaced; choose another name"
    ).filled(path=path)


def _is_page(path: Path) -> bool:
    """Return whether a file is a page that dialsim wrote."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return _MARK in file.read(_HEAD)
    except OSError:
        return False


_MARK = '<meta name="generator" content="dialsim">'
_HEAD = 4096  # characters within which a page has its mark


class Day(_OfDays):
    """A day of the calendar, as scenarios write it."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day.

        Raises
        ------
        click.BadParameter
            It is no day.
        """
        from dialsim.scenario.profiles.validity import FORM, day_of

        try:
            return day_of(value)
        except ValueError:
            self.fail(
                message("{value!r} is no day; give {form}").filled(value=value, form=FORM),
                param,
                ctx,
            )


DAY = Day()
PATH = GivenPath()
PATH_OR_DASH = GivenPath(allow_dash=True)

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def changes(text: str = "Change a value first; repeatable.") -> Decorator:
    """Return ``--set KEY=VALUE``, repeatable, with its help text."""
    return click.option("--set", "changes", metavar="KEY=VALUE", multiple=True, help=text)


def as_json(text: str = "Print what was found as JSON.") -> Decorator:
    """Return ``--json`` with its help text."""
    return click.option("--json", "as_json", is_flag=True, help=text)


def seed(text: str = "Draw behaviour with this seed.") -> Decorator:
    """Return ``--seed``, within the bounds of a scenario's `seed`, with its help text."""
    return click.option("--seed", type=click.IntRange(0, 2**63 - 1), help=text)


quiet = click.option("--quiet", is_flag=True, help="Print nothing but faults.")

html = click.option(
    "--html",
    "place",
    type=PagePath(),
    metavar="FILE",
    help="Write the page to FILE as HTML instead: one file that loads no other.",
)
"""For commands that print a page; :func:`dialsim.cli.pages.show` writes it."""

junit = click.option(
    "--junit",
    type=GivenPath(),
    metavar="FILE",
    help="Write the verdicts to FILE as JUnit XML too, with the time that they took.",
)
"""For commands with verdicts; :class:`dialsim.cli.junit.JUnitFile` writes it."""

LANGUAGE_HELP = "Language of what is printed.  [default: DIALSIM_LANG, or that of the locale]"


def _language(ctx: click.Context, param: click.Parameter, value: Language | None) -> Language:
    """Return the language given, or the one that the program was started in."""
    del param
    return value or ctx.find_object(str) or ENGLISH


log_format = click.option(
    "--from",
    "log_format",
    metavar="FORMAT",
    help="Format of the call log, such as asterisk-csv.  [default: recognised]",
)
"""For commands that read a dialer's own call log; a wrong word is answered with all there are."""

log_zone = click.option(
    "--zone",
    metavar="ZONE",
    help="IANA zone of moments in the log that have none.  [default: the format's, else "
    "Asia/Shanghai, or UTC where the log shows it]",
)

language = click.option(
    "--lang",
    "language",
    type=click.Choice(languages()),
    callback=_language,
    help=LANGUAGE_HELP,
)
"""The language of a page; :func:`dialsim.cli.languages.language_of` says which without it."""


def any_language() -> click.Option:
    """Return ``--lang`` for a command that has no page: for its help and its errors."""
    return click.Option(
        ["--lang"], type=click.Choice(languages()), expose_value=False, help=LANGUAGE_HELP
    )


threads = click.option(
    "--threads",
    type=click.IntRange(1, 256),
    metavar="N",
    help="Replications to play at a time.  [default: one a core, up to 4]",
)
"""For commands whose replications run in threads by default."""

executor = click.option(
    "--executor",
    metavar="threads|processes|dask://HOST:PORT",
    help="Who plays: threads of this process, processes, or the workers of a Dask cluster. The "
    "figures are the same. Whoever reaches a Dask scheduler can run code on it.  "
    "[default: threads]",
)
processes = click.option(
    "--executor",
    metavar="processes|threads|serial|dask://HOST:PORT",
    default="processes",
    show_default=True,
    help="Who plays. The figures are the same. Whoever reaches a Dask scheduler can run code on "
    "it.",
)
"""For commands whose replications run in processes by default."""

workers = click.option(
    "--workers",
    type=click.IntRange(1, 256),
    metavar="N",
    help="How many of them play at a time.  [default: one a core, up to 4; all of a cluster]",
)


def reading_list(
    numbers: str, identifiers: str, *others: Decorator, home: str = "", countries: str = ""
) -> Decorator:
    """Return the options on how to read a list's file, for :func:`list_keys`.

    Parameters
    ----------
    numbers, identifiers
        Help texts of ``--number`` and ``--id``.
    others
        Further options, shown after ``--alternate``.
    home, countries
        Appended to the help texts of ``--home`` and ``--countries``, such as their defaults.
    """
    options: tuple[Decorator, ...] = (
        click.option("--number", metavar="COLUMN", help=numbers),
        click.option("--id", "identifier", metavar="COLUMN", help=identifiers),
        click.option(
            "--alternate",
            "alternates",
            metavar="COLUMN",
            multiple=True,
            help="Column of further numbers; repeatable.",
        ),
        *others,
        click.option("--home", metavar="ISO", help=f"Country of numbers without a code.{home}"),
        click.option(
            "--countries",
            metavar="ISO,ISO",
            help=f"Countries whose numbers may be called.{countries}",
        ),
        click.option(
            "--format",
            "kind",
            type=click.Choice(["csv", "excel", "parquet"]),
            help="Kind of file.",
        ),
        click.option("--sheet", metavar="NAME", help="Sheet of a workbook, or its number from 1."),
        click.option(
            "--header-row",
            type=click.IntRange(1, 1000),
            metavar="N",
            help="Row that names the columns, where a title stands above it.",
        ),
        click.option("--delimiter", metavar="CHAR", help="What parts the fields of a CSV row."),
        click.option("--encoding", metavar="NAME", help="Encoding of a CSV file, such as gb18030."),
        click.option("--no-header", is_flag=True, help='Columns are called "1", "2", ... instead.'),
    )

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def list_keys(options: dict[str, Any]) -> dict[str, Any]:
    """Return the given :func:`reading_list` as keys of a list.

    Raises
    ------
    click.BadParameter
        A ``--column``, for commands that have it, is not ROLE=COLUMN.
    """
    columns: dict[str, Any] = {"number": options["number"], "id": options["identifier"]}
    columns["alternates"] = list(options["alternates"]) or None
    for text in options.get("columns", ()):
        role, equals, name = text.partition("=")
        if not (role and equals and name):
            raise click.BadParameter(
                message("{text!r} is not ROLE=COLUMN").filled(text=text), param_hint="--column"
            )
        columns[role.strip()] = name.strip()
    countries, delimiter = options["countries"], options["delimiter"]
    keys = {
        "columns": {key: name for key, name in columns.items() if name is not None},
        "home": options["home"],
        "countries": None if countries is None else countries.replace(",", " ").split(),
        "format": options["kind"],
        "delimiter": "\t" if delimiter in ("\\t", "tab") else delimiter,
        "encoding": options["encoding"],
        "header": False if options["no_header"] else None,
        "sheet": options["sheet"],
        "header_row": options["header_row"],
    }
    return {key: value for key, value in keys.items() if value not in (None, {})}
