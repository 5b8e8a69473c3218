"""Make the script that draws charts while a wheel is built: vl-convert need not be installed.

vl-convert brings an engine of JavaScript, 84 MB, of which a page needs one text of 0.9 MB.
Hatchling calls this file by its path and without dialsim; it is not part of the wheel.
"""

from __future__ import annotations

from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import vl_convert
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ChartsScript(BuildHookInterface[Any]):
    """Writes ``charts.js`` beside this file."""

    def initialize(self, version: str, build_data: dict[str, object]) -> None:  # noqa: ARG002
        """Write the script where it is missing or another vl-convert made it."""
        target = Path(self.root) / "dialsim" / "pages" / "html" / "charts.js"
        first_line = f"// made by vl-convert {installed('vl-convert-python')}\n"
        if target.exists() and target.read_text(encoding="utf-8").startswith(first_line):
            return
        bundle = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its stub lacks the default
        aside = target.with_suffix(".tmp")
        aside.write_text(first_line + bundle.replace("</script", "<\\/script"), encoding="utf-8")
        aside.replace(target)
