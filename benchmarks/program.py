"""How a script of the benchmarks ends: with a code that says why, and nothing left behind."""

from __future__ import annotations

import signal
import sys
from typing import NoReturn

import click

from dialsim.cli.output import silence, takes_nothing

NO_OUTPUT, INTERRUPTED, CLOSED_PIPE = 3, 130, 141


def run(command: click.Command) -> NoReturn:
    """Run a script's command and end the process.

    Its own exit code; 2 bad input; 3 standard output cannot be written; 130 after Ctrl-C; 141
    whoever read the output left; 143 after SIGTERM, and 129 after SIGHUP unless that was ignored,
    which end the script as Ctrl-C does: its processes and folders go with it.
    """
    for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda number, _: sys.exit(128 + number))
    sys.exit(_code(command))


def _code(command: click.Command) -> int:
    if sys.stdout is None:
        print("standard output is closed: nothing could be printed", file=sys.stderr)
        return NO_OUTPUT
    stdout = sys.stdout
    try:
        command.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except SystemExit:
        if sys.stdout is stdout:
            raise
        return _left()  # click has put another in its place, and ends with 1
    except BrokenPipeError:
        return _left()
    except OSError as error:
        if not takes_nothing(error):
            raise
        silence()
        print(f"standard output cannot be written: {error.strerror}", file=sys.stderr)
        return NO_OUTPUT
    return 0


def _left() -> int:
    silence()
    return CLOSED_PIPE
