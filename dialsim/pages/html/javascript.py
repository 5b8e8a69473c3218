"""The script that draws charts in a page: a file of the package, never from the network."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dialsim.distribution import install_command
from dialsim.errors import CapacityError
from dialsim.messages.text import message

SCRIPT = Path(__file__).with_name("charts.js")
"""What ``build_charts_script.py`` writes when a wheel is built or a checkout is installed."""


@cache
def charts_script() -> str:
    """Return the script that defines ``vegaEmbed``, safe inside a page.

    A checkout that was never installed has no such file: vl-convert makes it then, in one to two
    seconds in each process.

    Raises
    ------
    CapacityError
        Neither is there.
    """
    try:
        return SCRIPT.read_text(encoding="utf-8")
    except FileNotFoundError:
        pass
    try:
        import vl_convert
    except ImportError:
        found = _MISSING.filled(command=install_command("pictures"))
        raise CapacityError(_WHAT, found) from None
    bundle = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its stub lacks the default
    return bundle.replace("</script", "<\\/script")


_WHAT = message("the script that draws charts")
_MISSING = message("this checkout was never installed; {command} provides it")
