"""The script that draws charts in a page, taken from the installed vl-convert, never from a net."""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from dialsim.storage.aside import written_aside


def charts_script() -> str:
    """Return the script that defines ``vegaEmbed``, safe to stand in a page.

    Notes
    -----
    Made by vl-convert, in one to two seconds; kept in the user's cache folder under its version,
    where later pages find it. Where nothing can be kept it is made again.
    """
    kept = _place()
    with suppress(OSError, UnicodeDecodeError):
        text = kept.read_text("utf-8")
        if text.endswith(_END):
            return text
    import vl_convert

    bundle = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its stub lacks the default
    text = bundle.replace("</script", "<\\/script") + _END
    with suppress(OSError):
        _keep(kept, text)
    return text


_END = "\n/* whole */\n"
"""Tells a script that was kept whole from one that was cut."""


def _place() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("dialsim") / f"charts-{version('vl-convert-python')}.js"


def _keep(place: Path, text: str) -> None:
    """Write it where the next process finds it; several may do so at once."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with written_aside(place) as file:
        file.write(text.encode())
