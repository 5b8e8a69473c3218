"""The command: ``dialsim`` or ``python -m dialsim``. Maps each error to an exit code."""

from __future__ import annotations

# Few imports, so that Ctrl-C is heard soon.
import gc
import os
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

MACHINE = 3
INTERRUPTED = 130
OWN_FAULT = 70
CLOSED_PIPE = 141

COLLECT = (50_000, 20, 100)
"""When Python looks for cycles: what a command imports is no garbage, and looking costs 0.2 s."""


def _end_importing(number: int, frame: object) -> None:
    """Exit at once, as an interrupted command does: no work has begun yet."""
    del number, frame
    try:
        os.write(2, b"interrupted\n")
    finally:  # whoever closed standard error gets the code all the same
        os._exit(INTERRUPTED)


_program = sys.argv[0].rpartition(os.sep)[2].partition(".")[0]
_begun_as_command = __name__ == "__main__" or _program in ("dialsim", "dialsim-script")
if _begun_as_command and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, _end_importing)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    0 goals met; 1 a goal missed, or not a lawful plan; 2 bad input; 3 the machine's limit; 70 our
    own fault; 130 interrupted; 141 whoever read the output left before its end, unless the command
    has a code of its own by then.
    """
    if sys.stderr is None:
        from pathlib import Path

        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end
    if sys.stdout is None:
        print("standard output is closed: nothing could be printed", file=sys.stderr)
        return MACHINE
    if arguments is None:
        gc.set_threshold(*COLLECT)
        if sys.stdout.errors == "strict":  # a path that is no Unicode is printed as it was given
            sys.stdout.reconfigure(errors="surrogateescape")  # type: ignore[union-attr]
        if signal.getsignal(signal.SIGINT) is _end_importing:
            signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        code = _command(arguments)
    except (KeyboardInterrupt, RuntimeError) as error:
        if not _is_interrupt(error):
            raise
        print("interrupted", file=sys.stderr)
        code = INTERRUPTED
    if arguments is None:
        gc.freeze()  # the process ends: what it holds need not be looked through once more
        _ignore_interrupts()
        if code == INTERRUPTED:
            _leave(code)
    return code


def _leave(code: int) -> NoReturn:
    """Exit at once: Python turns an interrupt that passed through ``exec`` into the signal."""
    from contextlib import suppress

    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _command(arguments: Sequence[str] | None) -> int:
    from dialsim.cli.languages import in_language, language_of
    from dialsim.errors import ScenarioError

    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        language = language_of(given)
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    with in_language(language):
        return _command_in(language, given)


def _command_in(language: str, given: list[str]) -> int:
    import click

    from dialsim.address_space import is_lack_of_memory
    from dialsim.cli import commands, speaking
    from dialsim.cli.output import silence, takes_nothing
    from dialsim.errors import DialsimError, InternalError
    from dialsim.messages.text import message, read_in
    from dialsim.storage.leftovers import telling

    try:
        note = message("note: {sentence}")
        with telling(lambda it: print(note.filled(sentence=it)[language], file=sys.stderr)):
            code = speaking(commands, language).main(
                args=given, prog_name="dialsim", standalone_mode=False, obj=language
            )
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        vars(error)["message"] = read_in(error.message, language)  # click calls it final
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort) as end:
        if isinstance(end.__cause__, EOFError):  # click takes it for the end of somebody's answers
            return _report(language)
        print(message("interrupted")[language], file=sys.stderr)
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # click and rich exit where a pipe is closed
        silence()
        return CLOSED_PIPE
    except InternalError:
        return _report(language)
    except DialsimError as error:
        print(error.in_language(language), file=sys.stderr)
        return error.exit_code
    except MemoryError as error:
        return _no_memory(error, language)
    except OSError as error:
        if is_lack_of_memory(error):
            return _no_memory(error, language)
        if not takes_nothing(error):
            return _report(language)
        silence()
        full = message("standard output cannot be written: {why}")
        print(full.filled(why=error.strerror or error)[language], file=sys.stderr)
        return MACHINE
    except Exception as error:  # whatever it is, it is ours
        if is_lack_of_memory(error):
            return _no_memory(error, language)
        if not _is_interrupt(error):
            return _report(language)
        print(message("interrupted")[language], file=sys.stderr)
        return INTERRUPTED


def _no_memory(error: BaseException, language: str) -> int:
    from dialsim.messages.text import message

    why = str(error).partition("\n")[0].rstrip(".")
    text = message("memory: this machine has too little of it")
    if why:
        text = message("memory: this machine has too little of it ({why})").filled(why=why)
    print(text[language], file=sys.stderr)
    return MACHINE


def _is_interrupt(error: BaseException | None) -> bool:
    """Return whether Ctrl-C caused an error.

    One that comes while a class is made, as in an import, Python 3.11 hands on as a `RuntimeError`;
    pydantic, while it makes the validator of a model, as an error that only names it.
    """
    if type(error).__name__ == "SchemaError" and "KeyboardInterrupt" in str(error):
        return True
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__
    return error is not None


def _ignore_interrupts() -> None:
    """Ignore Ctrl-C once the exit code is decided: it could only print a traceback."""
    from contextlib import suppress

    with suppress(ValueError):  # not the main thread
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _report(language: str) -> int:
    import traceback

    from dialsim.messages.text import message

    traceback.print_exc()
    text = message(
        "This is a fault in dialsim, not in your scenario. Please report it with the lines above, "
        "the scenario and `dialsim --version`."
    )
    print(f"\n{text[language]}", file=sys.stderr)
    return OWN_FAULT


if __name__ == "__main__":
    sys.exit(main())
