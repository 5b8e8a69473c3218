"""Line numbers of keys and list items in a TOML text.

The text is known to be valid, so the scanner only follows structure: headers, keys, brackets and
strings.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from dialsim.scenario.values import path_text

_SPACE = " \t\r\n"


def line_map(text: str) -> dict[str, int]:
    r"""Return the 1-based line of each path, such as ``agents[0].shifts[1].from``.

    Parameters
    ----------
    text
        A valid TOML 1.1 document.

    Examples
    --------
    >>> line_map('a = 1\n[[b]]\nc = { d = [1,\n  2] }\n')["b[0].c.d[1]"]
    4
    """
    return _Scanner(text).run()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[str, int] = {}
        self.counts: dict[str, int] = {}  # items so far of each array of tables
        self.breaks = [i for i, c in enumerate(text) if c == "\n"]

    def run(self) -> dict[str, int]:
        prefix: tuple[str | int, ...] = ()
        while self._skip(_SPACE):
            if self.text[self.at] == "[":
                prefix = self._header()
            else:
                self._pair(prefix)
        return self.lines

    def _note(self, path: tuple[str | int, ...], start: int) -> None:
        line = bisect_right(self.breaks, start - 1) + 1
        for end in range(1, len(path) + 1):
            self.lines.setdefault(path_text(path[:end]), line)

    def _skip(self, blank: str) -> bool:
        """Pass blanks and comments; return whether anything is left."""
        while self.at < len(self.text):
            if self.text[self.at] in blank:
                self.at += 1
            elif self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            else:
                return True
        return False

    def _header(self) -> tuple[str | int, ...]:
        start = self.at
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        parts = self._key()
        self.at += 2 if many else 1
        path: tuple[str | int, ...] = ()
        for depth, part in enumerate(parts):
            path += (part,)
            name = path_text(path)
            if depth == len(parts) - 1 and many:
                self.counts[name] = self.counts.get(name, -1) + 1
                path += (self.counts[name],)
            elif name in self.counts:
                path += (self.counts[name],)
        self._note(path, start)
        return path

    def _key(self) -> list[str]:
        parts: list[str] = []
        while True:
            self._skip(" \t")
            quote = self.text[self.at]
            if quote in "\"'":
                start = self.at
                self._string()
                parts.append(self.text[start + 1 : self.at - 1])
            else:
                start = self.at
                while self.text[self.at] not in " \t.=]":
                    self.at += 1
                parts.append(self.text[start : self.at])
            self._skip(" \t")
            if self.text[self.at] != ".":
                return parts
            self.at += 1

    def _pair(self, prefix: tuple[Any, ...]) -> None:
        start = self.at
        path = prefix + tuple(self._key())
        self.at += 1  # the equals sign
        self._note(path, start)
        self._value(path)

    def _value(self, path: tuple[Any, ...]) -> None:
        self._skip(" \t")
        char = self.text[self.at]
        if char == "{":
            self._inside(path, "}")
        elif char == "[":
            self._inside(path, "]")
        elif char in "\"'":
            self._string()
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\n":
                self.at += 1

    def _inside(self, path: tuple[Any, ...], close: str) -> None:
        self.at += 1
        index = 0
        while self._skip(_SPACE + ","):
            if self.text[self.at] == close:
                self.at += 1
                return
            if close == "}":
                self._pair(path)
            else:
                self._note((*path, index), self.at)
                self._value((*path, index))
                index += 1

    def _string(self) -> None:
        quote = self.text[self.at]
        mark = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        self.at += len(mark)
        while not self.text.startswith(mark, self.at):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at += len(mark)
        while len(mark) == 3 and self.text.startswith(quote, self.at):
            self.at += 1  # up to two quotes may stand before the closing three
