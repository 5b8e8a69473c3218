"""An HTML page from a template, with its style, charts and script; untrusted text is escaped."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dialsim.messages.catalogue import ENGLISH, Language
from dialsim.pages.html.javascript import charts_script
from dialsim.pages.line_breaking import set_percent
from dialsim.pages.model.citations import linked
from dialsim.results import formatting

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment


class Drawn(Protocol):
    """A chart by its specification of Vega-Lite; None: there is none."""

    @property
    def specification(self) -> dict[str, Any] | None:
        """What Vega-Lite draws."""


def document(
    template: str,
    language: Language,
    title: str,
    values: Mapping[str, Any],
    figures: Mapping[str, Drawn] | None = None,
) -> str:
    """Return a whole page.

    Parameters
    ----------
    template
        File among the templates, which extends ``base.html``.
    language
        Of the page; templates see it as ``language``.
    title
        In the browser's tab.
    values
        The variables of the template; all text in them is escaped.
    figures
        Charts by key; the template places each with ``figure(key)``.

    Returns
    -------
    str
        HTML that loads no other file and no host.
    """
    drawn = dict(figures or {})
    charts = {key: each.specification for key, each in drawn.items() if each.specification}
    of_page = {
        "language": language,
        "title": title,
        "figures": drawn,
        "charts": {key: embedded(spec) for key, spec in charts.items()},
        "charts_script": charts_script() if charts else "",
        "style": template_text("style.css"),
        "draw_script": template_text("draw.js"),
        "page_script": "",
    }
    return rendered(template, {**of_page, **values})


def rendered(template: str, values: Mapping[str, Any]) -> str:
    """Return a template among the templates with its variables; all text in them is escaped."""
    return _environment(values["language"]).get_template(template).render(**values)


def embedded(spec: Any) -> str:
    """Return JSON that is safe inside a script element, whatever text it holds."""
    text = json.dumps(spec, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _set_percent(value: Any, language: Language) -> Any:
    """Return a text as it stands on a page: Chinese has no blank before %."""
    from markupsafe import Markup

    if language == ENGLISH or not isinstance(value, str) or isinstance(value, Markup):
        return value
    return set_percent(value)


def template_text(name: str) -> str:
    """Return a file among the templates."""
    return files("dialsim.pages.html").joinpath("templates", name).read_text("utf-8")


def _compiled_templates() -> BytecodeCache | None:
    """Return where jinja keeps compiled templates: with Python's own byte code, if at all."""
    from jinja2 import FileSystemBytecodeCache

    folder = Path(__file__).with_name("__pycache__")
    if sys.dont_write_bytecode or not os.access(folder, os.W_OK):
        return None
    return FileSystemBytecodeCache(str(folder))


@cache
def _environment(language: Language) -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("dialsim.pages.html"),
        bytecode_cache=_compiled_templates(),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=partial(_set_percent, language=language),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["number"] = formatting.number
    made.filters["percent"] = formatting.percent
    made.filters["cited"] = linked
    return made
