"""The commands of ``streamcore``, from their own help."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

import typer

from entrypoints.cli.main import make_app


def body() -> str:
    return "\n\n".join(_section(name, command) for name, command in commands())


def commands() -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its whole name."""
    root: Any = typer.main.get_command(make_app())
    for name, command in root.commands.items():
        if hasattr(command, "commands"):
            yield from ((f"{name} {inner}", child) for inner, child in command.commands.items())
        else:
            yield name, command


def _section(name: str, command: Any) -> str:
    arguments = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
    options = [parameter for parameter in command.params if parameter.param_type_name == "option"]
    usage = " ".join(["streamcore", name, *(f"[{argument.name.upper()}]" for argument in arguments)])
    told = [f"## streamcore {name}", command.help, f"```\n{usage}{' [OPTIONS]' if options else ''}\n```"]
    rows = [_row(argument.name.upper(), argument) for argument in arguments]
    rows += [_row(" ".join([*option.opts, *option.secondary_opts]), option) for option in options]
    if rows:
        told.append("| given | what it says | default |\n| --- | --- | --- |\n" + "\n".join(rows))
    return "\n\n".join(told)


def _row(name: str, parameter: Any) -> str:
    text = (parameter.help or "").replace("|", "\\|")
    if parameter.envvar:
        text += f" Also as `{parameter.envvar}`."
    if choices := _choices(parameter.type_descriptor.annotation):
        text += f" One of {choices}."
    default = parameter.default
    shown = "required" if parameter.required else "" if default in (None, False, [], ()) else f"`{_as_typed(default)}`"
    return f"| `{name}` | {text.strip()} | {shown} |"


def _choices(type_: Any) -> str:
    is_enum = isinstance(type_, type) and issubclass(type_, Enum)
    return ", ".join(f"`{choice.value}`" for choice in type_) if is_enum else ""


def _as_typed(default: object) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)
