"""The command: ``dialsim`` or ``python -m dialsim``. Turns what went wrong into an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

INTERRUPTED = 130
OWN_FAULT = 70


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    0 goals met; 1 a goal missed, or not a lawful plan; 2 bad input; 3 the machine's limit; 70 our
    own fault; 130 interrupted.
    """
    import click

    from dialsim.cli import commands
    from dialsim.errors import DialsimError, InternalError

    try:
        code = commands.main(
            args=None if arguments is None else list(arguments),
            prog_name="dialsim",
            standalone_mode=False,
        )
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; nothing can be flushed there any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except InternalError:
        return _report()
    except DialsimError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except Exception:  # whatever it is, it is ours
        return _report()


def _report() -> int:
    import traceback

    traceback.print_exc()
    print(
        "\nThis is a fault in dialsim, not in your scenario. Please report it with the lines above,"
        " the scenario and `dialsim --version`.",
        file=sys.stderr,
    )
    return OWN_FAULT


if __name__ == "__main__":
    sys.exit(main())
