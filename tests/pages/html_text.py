"""What a reader sees of a page in HTML, to compare it with the same page in a terminal."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

VOID = ("meta", "link", "br", "hr", "img", "input", "col")
FIGURE = re.compile(r"[<>]?\d[\d,.:]*\d|[<>]?\d|[¹²³⁴⁵⁶⁷⁸⁹]")


class _Seen(HTMLParser):
    """The text of a document; elements must be closed in the order in which they were opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.text.append(data)


def html_text(html: str) -> str:
    """Return the text of a document or fragment of well-formed HTML."""
    seen = _Seen()
    seen.feed(html)
    seen.close()
    assert seen.open == []
    return " ".join(seen.text)


def figures_in(text: str) -> Counter[str]:
    """Return the figures of a text and how often each stands in it.

    >>> figures_in("1,234 calls, 5 %, 09:00-12:00, <0.01")
    Counter({'1,234': 1, '5': 1, '09:00': 1, '12:00': 1, '<0.01': 1})
    """
    return Counter(FIGURE.findall(text))
