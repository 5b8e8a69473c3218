"""Help pages in every language: the texts of commands from the catalogue, lines as they break."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator

import click
from rich.cells import cell_len

from dialsim.cli.click_texts import CLICK_TYPES
from dialsim.messages.catalogue import ENGLISH, Language, translate
from dialsim.pages.line_breaking import break_lines

KEPT = "\b"
"""The line before a paragraph whose lines stay as they are."""


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a help text, each on one line but those that keep their lines.

    >>> paragraphs('''One line
    ... and its end.
    ...
    ... Another.''')
    ['One line and its end.', 'Another.']
    """
    found = []
    for part in text.split("\n\n"):
        kept = part.lstrip("\n").startswith(KEPT)
        found.append(part.strip("\n") if kept else " ".join(part.split()))
    return [each for each in found if each]


def help_texts(command: click.Command) -> Iterator[str]:
    """Yield every text that a command's help pages show, for the catalogues."""
    yield from paragraphs(command.help or "")
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            yield parameter.help
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            yield from help_texts(inner)


def localised(command: click.Command, language: Language) -> click.Command:
    """Return a command whose help page is in a language; itself in English."""
    if language == ENGLISH:
        return command
    made = copy.copy(command)
    made.help = _translated(command.help, language)
    made.short_help = _translated(command.short_help, language)
    made.params = [_parameter(each, language) for each in command.params]
    made.context_class = _Context
    if isinstance(made, click.Group):
        made.commands = {name: localised(inner, language) for name, inner in made.commands.items()}
    return made


def _parameter(parameter: click.Parameter, language: Language) -> click.Parameter:
    made = copy.copy(parameter)
    if isinstance(made, click.Option) and made.help:
        made.help = translate(made.help, language)
    if made.type.name in CLICK_TYPES:
        made.type = copy.copy(made.type)
        made.type.name = translate(made.type.name, language)
    return made


def _translated(text: str | None, language: Language) -> str | None:
    if text is None:
        return None
    return "\n\n".join(translate(each, language) for each in paragraphs(text))


class _Formatter(click.HelpFormatter):
    """Breaks lines of Chinese, which has no blanks, by the columns that characters take."""

    def write_heading(self, heading: str) -> None:
        """Write a heading with the colon of its language."""
        colon = "：" if cell_len(heading) > len(heading) else ":"
        self.write(f"{'':{self.current_indent}}{heading}{colon}\n")

    def write_text(self, text: str) -> None:
        """Write paragraphs, each line broken where its language allows."""
        indent = " " * self.current_indent
        blocks = []
        for part in paragraphs(text):
            lines = (
                part.removeprefix(f"{KEPT}\n").split("\n")
                if part.startswith(KEPT)
                else break_lines(part, self.width - len(indent))
            )
            blocks.append("\n".join(indent + line for line in lines))
        self.write("\n\n".join(blocks) + "\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write terms and what they mean in two columns."""
        listed = list(rows)
        widest = max((cell_len(term) for term, _ in listed), default=0)
        column = self.current_indent + min(widest, col_max) + col_spacing
        for term, text in listed:
            head = f"{'':{self.current_indent}}{term}"
            lines = break_lines(text, max(self.width - column, 10)) if text else [""]
            if cell_len(head) + col_spacing > column:
                self.write(f"{head}\n")
            else:
                lines[0] = f"{head}{'':{column - cell_len(head)}}{lines[0]}"
                self.write(f"{lines.pop(0).rstrip()}\n")
            for line in lines:
                self.write(f"{'':{column}}{line}".rstrip() + "\n")


class _Context(click.Context):
    formatter_class = _Formatter
