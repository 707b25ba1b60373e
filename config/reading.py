"""Reads one TOML record and says, in sentences, what is wrong with it."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from config.errors import ConfigError
from config.records import Record

R = TypeVar("R", bound=Record)


def read_toml(path: Path) -> dict[str, Any]:
    """The table in a TOML file; raises ConfigError when it cannot be read or is not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read ({type(error).__name__}): make it a readable UTF-8 file.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML ({error}): correct that line.") from error


def read_record(path: Path, model: type[R]) -> R:
    """The record in a file, whose name without .toml must be the record's id; raises ConfigError, one line a fault."""
    table = read_toml(path)
    try:
        record = model.model_validate(table)
    except ValidationError as error:
        faults = [_sentence(path, model, fault) for fault in error.errors(include_url=False)]
        raise ConfigError("\n".join(faults)) from None
    if record.id != path.stem:
        raise ConfigError(_wrong_id(path, record.id))
    return record


def _wrong_id(path: Path, said: str) -> str:
    other = path.with_name(f"{said}.toml")
    if other.exists():
        return (
            f'{path}: key "id": "{said}" is already the id of {other.name}: two records cannot share an id, change one.'
        )
    return f'{path}: key "id": is "{said}" but the file is {path.name}: rename the file or the id so that both agree.'


def _sentence(path: Path, model: type[BaseModel], fault: Any) -> str:
    key = ".".join(str(part) for part in fault["loc"])
    subject = f'{path}: key "{key}"' if key else str(path)
    near = _nearest(model, fault["loc"]) if fault["type"] == "extra_forbidden" else ""
    return f"{subject}: {remedy(fault)}{near}."


def remedy(fault: Any) -> str:
    """What is wrong with a value, and what to do, for one of pydantic's faults; in the words of who wrote the file."""
    told = fault.get("ctx", {})
    match fault["type"]:
        case "extra_forbidden":
            return "is not known: remove it or correct its spelling"
        case "missing":
            return "is missing: add it"
        case "literal_error":
            return f"is not allowed: write one of {told['expected']}"
        case "string_too_short":
            return f"is too short: write at least {told['min_length']} character(s)"
        case "too_short":
            return f"holds too little: name at least {told['min_length']}"
        case "value_error":
            return str(told["error"])
        case _:
            return f"{fault['msg'][0].lower()}{fault['msg'][1:]}: correct the value"


def _nearest(model: type[BaseModel], location: tuple[int | str, ...]) -> str:
    if len(location) != 1:
        return ""
    known = [field.alias or name for name, field in model.model_fields.items()]
    close = difflib.get_close_matches(str(location[0]), known, n=1)
    return f' (did you mean "{close[0]}"?)' if close else ""
