"""What tests that look at pages share: each page written once, and one browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def html_pages(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """Return the files of every page in every language."""
    from tests.pages.as_html import write_pages

    return write_pages(tmp_path_factory.mktemp("html"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Yield a browser that reaches no host."""
    from tests.pages.as_html import browsing

    with browsing() as program:
        yield program
