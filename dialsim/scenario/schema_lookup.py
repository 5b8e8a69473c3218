"""What the models of a scenario file say of a place in it: keys, values, description."""

from __future__ import annotations

from typing import Any, get_args, get_origin

from pydantic import BaseModel

from dialsim.messages.text import Message
from dialsim.scenario.models.schema import Scenario
from dialsim.scenario.schema_texts import plain_text

Loc = tuple[str | int, ...]
"""A place in a scenario file: keys of tables and numbers of list items."""


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]


def _model_at(loc: Loc) -> type[BaseModel] | None:
    model: type[BaseModel] = Scenario
    by_name = False  # the next part is the name of a table among others, and no key of a model
    for part in loc:
        if isinstance(part, int) or by_name:
            by_name = False
            continue
        annotation = _annotation_of(model, part)
        inner = _models_in(annotation)
        if not inner:
            return None
        model, by_name = inner[0], get_origin(annotation) is dict
    return model


def _annotation_of(model: type[BaseModel], key: str) -> object:
    for name, info in model.model_fields.items():
        if key == (info.alias or name):
            return info.annotation
    return None


def known_keys(loc: Loc) -> list[str]:
    """Return the keys that may stand in the table at a place, in the order of the model."""
    model = _model_at(loc)
    if model is None:
        return []
    return [info.alias or name for name, info in model.model_fields.items()]


def _literals_in(annotation: object) -> list[Any]:
    found: list[Any] = []
    for part in get_args(annotation):
        inner = _literals_in(part)
        if inner:
            found += inner
        elif isinstance(part, (str, int)) and not isinstance(part, bool):
            found.append(part)
    return found


def choices_of(loc: Loc) -> list[Any]:
    """Return the values that a place may have, if the model lists them."""
    keys = [part for part in loc if isinstance(part, str)]
    if not keys:  # of the whole table, as a key that is no text of Unicode
        return []
    model = _model_at(tuple(keys[:-1]))
    return _literals_in(_annotation_of(model, keys[-1])) if model is not None else []


def is_list(loc: Loc) -> bool:
    """Return whether a list stands at a place, by the model."""
    keys = [part for part in loc if isinstance(part, str)]
    if not keys:  # of the whole table, as a key that is no text of Unicode
        return False
    model = _model_at(tuple(keys[:-1]))
    return model is not None and _is_listed(_annotation_of(model, keys[-1]))


def _is_listed(annotation: object) -> bool:
    return get_origin(annotation) is tuple or any(map(_is_listed, get_args(annotation)))


def required_keys(loc: Loc) -> list[str]:
    """Return the keys that each table at a place must have."""
    model = _model_at(loc)
    fields = model.model_fields.items() if model is not None else ()
    return [info.alias or name for name, info in fields if info.is_required()]


def description(loc: Loc) -> Message | None:
    """Return what the model says of a place."""
    keys = [part for part in loc if isinstance(part, str)]
    if not keys:  # of the whole table, as a key that is no text of Unicode
        return None
    model = _model_at(tuple(keys[:-1]))
    for name, info in (model.model_fields if model else {}).items():
        if keys[-1] == (info.alias or name):
            return None if info.description is None else Message(plain_text(info.description))
    return None
