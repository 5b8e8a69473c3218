"""What click itself says, so that the catalogues translate it; click finds it by its own words."""

from __future__ import annotations

from dialsim.messages.text import message, plural

CLICK_TEXTS = tuple(
    each.id
    for each in (
        message("Usage:"),
        message("Options"),
        message("Commands"),
        message("Aborted!"),
        message("Missing command."),
        message("Error: {message}"),
        message("Try '{command} {option}' for help."),
        message("Invalid value: {message}"),
        message("Invalid value for {param_hint}: {message}"),
        message("Missing argument"),
        message("Missing option"),
        message("Missing parameter"),
        message("No such option {name!r}."),
        message("Argument {name!r} takes {nargs} values."),
        message("Option {name!r} does not take a value."),
        message("Choose from:\n\t{choices}"),
        message("{value!r} is not a valid {number_type}."),
        message("{value} is not in the range {range}."),
        message("default: {default}"),
        message("required"),
        message("Show this message and exit."),
    )
)
"""Sentences of click with their placeholders."""

CLICK_TYPES = tuple(
    each.id
    for each in (
        message("integer"),
        message("integer range"),
        message("float"),
        message("float range"),
    )
)
"""Names of click's types, which stand in help pages and errors."""

CLICK_COUNTS = tuple(
    (each.one, each.many)
    for each in (
        plural("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
        plural("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
        plural(
            "Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."
        ),
        plural("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
        plural(
            "{value!r} does not match the format {format}.",
            "{value!r} does not match the formats {formats}.",
        ),
    )
)
"""Those that depend on a count."""
