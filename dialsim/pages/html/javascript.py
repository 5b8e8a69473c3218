"""The script that draws charts in a page, taken from the installed vl-convert, never from a net."""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from dialsim.storage.checked import read_checked, write_checked


def charts_script() -> str:
    """Return the script that defines ``vegaEmbed``, safe to stand in a page.

    Notes
    -----
    Made by vl-convert, in one to two seconds; kept in the user's cache folder under its version,
    where later pages find it. Where nothing can be kept it is made again.
    """
    kept = _place()
    script = read_checked(kept, _KEPT)
    if script is not None:
        return script.decode()
    import vl_convert

    bundle = vl_convert.javascript_bundle()  # type: ignore[call-arg]  # its stub lacks the default
    text = bundle.replace("</script", "<\\/script")
    with suppress(OSError):
        write_checked(kept, _KEPT, text.encode())
    return text


_KEPT = "script of charts"  # all else that it was made from stands in its name


def _place() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("dialsim") / f"charts-{version('vl-convert-python')}.script"
