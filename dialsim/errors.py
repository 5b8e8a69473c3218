"""Errors by cause: the user's input, the machine's limits, or a fault of dialsim.

Stands on the catalogue of texts alone. A stage that finds something wrong in
a scenario adds it to a :class:`Problems` list; whoever owns the list raises once, so that a user
sees all that needs fixing at the first attempt.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any, ClassVar

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.messages.text import Text, joined, message, read_in

_LINES = {
    "found": message("  found: {}"),
    "allowed": message("  allowed: {}"),
    "fix": message("  fix: {}"),
}


@dataclass(frozen=True)
class Problem:
    """One problem in a scenario: where, what, found, allowed, remedy.

    Attributes
    ----------
    path
        Where in the scenario, such as ``campaigns[0].pacing.mode``; empty for the whole file.
    message
        What is wrong, in one sentence without a full stop.
    found, allowed
        The value found and what may stand there, as the user would write them.
    remedy
        What to do, such as ``did you mean "progressive"?``.
    file, line
        Where the user wrote it; None when the scenario is a dict.
    """

    path: str
    message: str
    found: str | None = None
    allowed: str | None = None
    remedy: str | None = None
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        return self.in_language(ENGLISH)

    def in_language(self, language: Language) -> str:
        """Return the problem as it is printed, labels and sentences in a language.

        >>> problem = Problem("days", "must be at least 1", "0", "1 to 366", file="a.toml", line=3)
        >>> print(problem.in_language("zh"))
        a.toml:3: days: must be at least 1
          实际值：0
          允许值：1 to 366
        """
        where = self.file or ""
        if where and self.line is not None:
            where += f":{self.line}"
        sentence = read_in(self.message, language)
        head = ": ".join(part for part in (where, self.path, sentence) if part)
        rest = [
            _LINES[key].filled(visible(read_in(text, language)))[language]
            for key, text in (
                ("found", self.found),
                ("allowed", self.allowed),
                ("fix", self.remedy),
            )
            if text is not None
        ]
        return "\n".join([visible(head), *rest])

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a plain dict, for ``--json``."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


MOST_SHOWN = 200
"""Problems that one error shows; it counts the others."""


@dataclass
class Problems:
    """A list of problems, filled by several checks and raised once.

    Parameters
    ----------
    file
        The scenario's file, if it has one.
    lines
        Line of each path in that file; a path that is missing takes its nearest parent's line.
        Line 0 marks a value that was changed since: its problems name no file.

    Examples
    --------
    >>> problems = Problems(file="a.toml", lines={"days": 3})
    >>> problems.add("days", "must be at least 1", found=0, allowed="1 to 366")
    >>> print(problems.items[0])
    a.toml:3: days: must be at least 1
      found: 0
      allowed: 1 to 366
    """

    file: str | None = None
    lines: dict[str, int] = field(default_factory=dict)
    items: list[Problem] = field(default_factory=list)
    _seen: set[Problem] = field(default_factory=set, init=False, repr=False, compare=False)

    def add(
        self,
        path: str,
        message: str,
        *,
        found: object = None,
        allowed: object = None,
        remedy: str | None = None,
    ) -> None:
        """Add one problem; `found` and `allowed` are shown as in the user's file.

        A problem at the same path with the same message is kept once.
        """
        line = self._line(path)
        problem = Problem(
            path=path,
            message=message,
            found=None if found is None else shown(found),
            allowed=None if allowed is None else _shown_choice(allowed),
            remedy=remedy,
            file=None if line == 0 else self.file,
            line=line or None,
        )
        self.take(problem)

    def take(self, problem: Problem) -> None:
        """Add a problem that another list has already located, unless this list has it."""
        if problem not in self._seen:
            self._seen.add(problem)
            self.items.append(problem)

    def placed(self, problem: Problem) -> Problem:
        """Return a problem that names no file with the file and line of its path."""
        if problem.file is not None:
            return problem
        line = self._line(problem.path)
        return replace(problem, file=None if line == 0 else self.file, line=line or None)

    def _line(self, path: str) -> int | None:
        while path:
            if path in self.lines:
                return self.lines[path]
            cut = max(path.rfind("."), path.rfind("["))
            path = path[:cut] if cut > 0 else ""
        return None

    def raise_if_any(self) -> None:
        """Raise one :class:`ScenarioError` with all problems, in file order."""
        if self.items:
            raise ScenarioError(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.items)


class DialsimError(Exception):
    """Base class of all errors that dialsim raises on purpose; has the exit code."""

    exit_code: ClassVar[int] = 70

    def in_language(self, language: Language) -> str:
        """Return the error as it is printed, in a language as far as the catalogue has it."""
        return read_in(str(self), language)


class ScenarioError(DialsimError):
    """The input is at fault; holds every problem at once.

    Parameters
    ----------
    problems
        At least one; or a sentence, for something that has no place in a file. Beyond 200 the
        last says how many more there are.
    """

    exit_code = 2

    def __init__(self, problems: Iterable[Problem] | str) -> None:
        if isinstance(problems, str):
            problems = [Problem(path="", message=problems)]
        far = 1 << 60
        ordered = sorted(problems, key=lambda p: (p.file or "", far if p.line is None else p.line))
        if len(ordered) > MOST_SHOWN:
            left_out = len(ordered) - MOST_SHOWN
            more = Problem("", message("and {count} more problems").filled(count=left_out))
            ordered = [*ordered[:MOST_SHOWN], more]
        self.problems: tuple[Problem, ...] = tuple(ordered)
        super().__init__(self.problems)

    @classmethod
    def at(
        cls,
        path: str,
        message: str,
        found: str | None = None,
        allowed: str | None = None,
        remedy: str | None = None,
        file: str | None = None,
        line: int | None = None,
    ) -> ScenarioError:
        """Return the error of one problem, given as the fields of :class:`Problem`."""
        return cls([Problem(path, message, found, allowed, remedy, file, line)])

    def __str__(self) -> str:
        return self.in_language(ENGLISH)

    def in_language(self, language: Language) -> str:
        """Return all problems as they are printed, in a language."""
        return "\n\n".join(problem.in_language(language) for problem in self.problems)


_FULL = message("{what}: {figure}")
_FULL_SETTING = message("{what}: {figure}; change {setting}")


class CapacityError(DialsimError):
    """The machine is too small, or one of its stores is full.

    Parameters
    ----------
    what
        What is full, such as ``"memory"`` or ``"the disk under runs/"``.
    figure
        How much is needed and how much there is.
    setting
        What to change, such as ``"people[0].synthetic.count"``.
    """

    exit_code = 3

    def __init__(self, what: str, figure: str, setting: str | None = None) -> None:
        self.what, self.figure, self.setting = what, figure, setting
        super().__init__(what, figure, setting)

    def __str__(self) -> str:
        return self.in_language(ENGLISH)

    def in_language(self, language: Language) -> str:
        """Return the error as it is printed, in a language."""
        text = _FULL if self.setting is None else _FULL_SETTING
        what, figure = read_in(self.what, language), read_in(self.figure, language)
        return visible(text.filled(what=what, figure=figure, setting=self.setting)[language])


_CACHE = message(
    "the cache of compiled kernels: {kernel} cannot be loaded ({why}); `dialsim warm --anew` "
    "clears the cache and compiles everything again"
)


class CacheError(DialsimError):
    """A compiled kernel in the cache cannot be loaded although its file is intact.

    Parameters
    ----------
    kernel
        Its name.
    why
        What went wrong.
    """

    exit_code = 3

    def __init__(self, kernel: str, why: str) -> None:
        self.kernel, self.why = kernel, why
        super().__init__(kernel, why)

    def __str__(self) -> str:
        return self.in_language(ENGLISH)

    def in_language(self, language: Language) -> str:
        """Return the error as it is printed, in a language."""
        return _CACHE.filled(kernel=self.kernel, why=self.why)[language]


_OWN_FAULT = message("{what} (this is a fault in dialsim: please report it)")


class InternalError(DialsimError):
    """An invariant is broken: a fault of dialsim, never of the user."""

    exit_code = 70

    def __str__(self) -> str:
        return self.in_language(ENGLISH)

    def in_language(self, language: Language) -> str:
        """Return the error as it is printed, in a language."""
        return _OWN_FAULT.filled(what=super().__str__())[language]


def shown(value: object) -> str:
    """Return a value as written in TOML, cut to one short line.

    >>> shown("fixed"), shown(True), shown(1_000_000), shown(["a", 1])
    ('"fixed"', 'true', '1000000', '["a", 1]')
    """
    text = _as_toml(value)
    text = _on_one_line(text[:90]) + text[90:]
    return text if len(text) <= 90 else text[:87] + "..."


def written(value: object) -> str:
    """Return a value as written in TOML, on one line of any length.

    >>> written([{"days": "mon-fri", "from": "09:00"}])
    '[{ days = "mon-fri", from = "09:00" }]'
    """
    return _on_one_line(_as_toml(value))


def _as_toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return "[" + ", ".join(map(_as_toml, items)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_as_toml(item)}" for key, item in value.items()) + " }"
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    try:
        return str(value)
    except ValueError:  # Python does not write out a number of thousands of digits
        return message("a number of thousands of digits")


def _on_one_line(text: str) -> str:
    return "".join(c if is_plain(c) else _escaped(c) for c in text.replace("\n", " "))


def visible(text: str) -> str:
    r"""Return a text safe for a terminal: control characters are escaped, line breaks stay.

    Names of files and keys, and what libraries say of a file, can hold anything.

    >>> visible("a\x1b[2J.toml: 数\nfound: 1")
    'a\\u001b[2J.toml: 数\nfound: 1'
    """
    return "".join(c if c == "\n" or is_plain(c) else _escaped(c) for c in text)


def is_plain(char: str) -> bool:
    r"""Return whether a character is printable: no control, no change of writing direction.

    >>> is_plain("数"), is_plain("\u202e"), is_plain("\x1b")
    (True, False, False)
    """
    kind = unicodedata.category(char)
    return char in "\u200c\u200d" or kind not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_MOST_CHOICES = 60


def _shown_choice(allowed: object) -> str:
    """Return what is allowed: a sentence as it is, names as a list of choices."""
    if isinstance(allowed, str):
        return allowed
    if isinstance(allowed, Iterable):
        names = [item if isinstance(item, Text) else Text(str(item)) for item in allowed]
        rest = len(names) - _MOST_CHOICES
        more = [message("and {count} more").filled(count=rest)] if rest > 0 else []
        return joined(Text(", "), [*names[:_MOST_CHOICES], *more]) or message("nothing")
    return shown(allowed)


def did_you_mean(name: object, known: Iterable[str]) -> str | None:
    """Return ``did you mean "x"?`` for the nearest known names, or None if none is near.

    Capitals are no difference.

    >>> did_you_mean("progresive", ["progressive", "power"])
    'did you mean "progressive"?'
    >>> did_you_mean("lag.cmcc", ["lag.CMCC", "lag.main"])
    'did you mean "lag.CMCC"?'
    """
    if not isinstance(name, str) or len(name) > 200:  # nothing here is called so, and it is slow
        return None
    names = sorted(set(known))
    alike = [each for each in names if each.casefold() == name.casefold() and each != name]
    if alike:
        return _meant(alike[:2])
    return _meant(difflib.get_close_matches(name, names[:1000], n=2, cutoff=0.6))


def did_you_mean_file(name: str, known: Iterable[str]) -> str | None:
    """Return what :func:`did_you_mean` does for file names, equal suffixes ignored.

    >>> did_you_mean_file("miss.csv", ["bin.csv"]), did_you_mean_file("lst.csv", ["list.tsv"])
    (None, 'did you mean "list.tsv"?')
    """
    by_stem: dict[str, list[str]] = {}
    for each in sorted(known):
        by_stem.setdefault(PurePath(each).stem, []).append(each)
    near = difflib.get_close_matches(PurePath(name[:200]).stem, list(by_stem)[:1000], n=2)
    files = [each for stem in near for each in by_stem[stem]][:2]
    return _meant(files)


def _meant(near: list[str]) -> str | None:
    if not near:
        return None
    first, *others = (f'"{item}"' for item in near)
    if others:
        return message("did you mean {first} or {second}?").filled(first=first, second=others[0])
    return message("did you mean {name}?").filled(name=first)
