"""A group of verbs: its help in the order of use, its mistakes in two languages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from harness.cli.speech import report
from harness.problems import Problem


class Misused(click.UsageError):
    """A command line that was not understood, told as every other problem is."""

    def __init__(self, error: click.UsageError) -> None:
        # Only here, where somebody mistyped: all other command lines start without it.
        from harness.cli.misuse import misuse

        super().__init__(error.message, error.ctx)
        self.problem: Problem = misuse(error)

    def show(self, file: IO[Any] | None = None) -> None:
        del file
        report([self.problem])


class Grouped(click.Group):
    """A command whose help lists its verbs whole, in the order in which they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(self.commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        width = max(map(len, self.commands))
        with formatter.section("命令 / Commands"):
            for name, verb in self.commands.items():
                zh, _, en = (verb.help or "").partition("\n")[0].partition("/ ")
                formatter.write(f"  {name:<{width}}  {zh.strip()}\n")
                formatter.write(f"  {'':<{width}}  {en.strip()}\n")

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        with _in_two_languages(None):
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with _in_two_languages(ctx):
            return super().invoke(ctx)


@contextmanager
def _in_two_languages(outer: click.Context | None) -> Iterator[None]:
    try:
        yield
    except (Misused, click.exceptions.NoArgsIsHelpError):
        raise
    except click.UsageError as error:
        if error.ctx is None and outer is not None:
            error.ctx = _invoked(outer)
        raise Misused(error) from error


def _invoked(outer: click.Context) -> click.Context:
    """The context of the verb that a group was asked for, which Click's parser does not keep."""
    assert isinstance(outer.command, click.Group)
    name = str(outer.invoked_subcommand)
    return click.Context(outer.command.commands[name], parent=outer, info_name=name)
