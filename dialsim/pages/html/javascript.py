"""The script that draws charts in a page, from the installed vl-convert, never from the network."""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from dialsim.storage.checked import read_checked, write_checked


def charts_script() -> str:
    """Return the script that defines ``vegaEmbed``, safe inside a page.

    Notes
    -----
    vl-convert makes it in one to two seconds. It is cached in the user's cache folder under its
    version; if the folder is not writable, each page makes it again.
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


_KEPT = "script of charts"  # the file name holds the versions of all else it depends on


def _place() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("dialsim") / f"charts-{version('vl-convert-python')}.script"
