"""The parser of the command line, whose errors are one sentence and a hint of --help instead of a page of usage."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Any, NoReturn

from explorer.exit_codes import WRONG_USAGE
from generator.errors import OutisError, did_you_mean

_REWORDED = tuple(  # argparse's messages and their replacements
    (re.compile(pattern, re.DOTALL), replacement)
    for pattern, replacement in (
        (r"the following arguments are required: (.*, .*)", r"\1 are missing"),
        (r"the following arguments are required: (.*)", r"\1 is missing"),
        (r"argument (\S+): expected (?:one|at least one) argument", r"\1 needs a value"),
        (r"argument (\S+): invalid int value: (.*)", r"\1: \2 is not a whole number"),
        (r"argument (\S+): invalid float value: (.*)", r"\1: \2 is not a number"),
        (r"argument (\S+): not allowed with argument (\S+)", r"\1 and \2 cannot be combined"),
        (r"argument (\S+): ignored explicit argument .*", r"\1 takes no value"),
        (r"ambiguous option: (\S+) could match (.*)", r"\1 is ambiguous: it could be \2"),
        (r"argument ([^:]+): (.*)", r"\1: \2"),
    )
)
_EMPTY = re.compile("--[a-z-]+=--")  # argparse would pass on an empty list, unchecked


class Parser(argparse.ArgumentParser):
    """Subparsers are of this class as well, and each reports what is wrong with its own arguments.

    The namespace has `help_command`, the command that shows the help of the command chosen.
    """

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Like argparse's, but unknown arguments are an error here, where the command is known."""
        if self._subparsers is None:
            self._check_options(args or ())
        found, extra = super().parse_known_args(args, namespace)
        if extra:
            self._refuse(next((word for word in extra if word.startswith("-")), extra[0]))
        if not hasattr(found, "help_command"):
            found.help_command = f"{self.prog} --help"
        return found, extra

    def _check_options(self, words: Sequence[str]) -> None:
        """Name a mistyped option before argparse reports that the right one is missing."""
        for word in takewhile(lambda word: word != "--", words):
            option = word.partition("=")[0]
            if _EMPTY.fullmatch(word):
                self.error(f"{word} has no value")
            is_option = word.startswith("--") and " " not in word  # argparse takes a word with a space for a value
            if is_option and not any(known.startswith(option) for known in self._option_string_actions):
                self._refuse(word)

    def _refuse(self, word: str) -> NoReturn:
        if not word.startswith("-"):
            self.error(f"{word!r} is one argument too many")
        option = word.partition("=")[0]
        self.error(f"There is no option {option}{did_you_mean(option, self._option_string_actions)}")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            choices = [str(choice) for choice in action.choices]
            hint = did_you_mean(str(value), choices) or f"; choose from {', '.join(choices)}"
            is_command = isinstance(action, argparse._SubParsersAction)
            kind = f"a command of `{self.prog}`" if is_command else "one of its values"
            raise argparse.ArgumentError(None if is_command else action, f"{value!r} is not {kind}{hint}")

    def error(self, message: str) -> NoReturn:
        """Report `message`, with harmless quotations, and exit with code 2."""
        for pattern, replacement in _REWORDED:
            match = pattern.fullmatch(message)
            if match:
                message = match.expand(replacement)
                break
        self.exit(WRONG_USAGE, f"outis: {with_help(message, f'{self.prog} --help')}\n")


def with_help(message: str, help_command: str) -> str:
    """`message` as a harmless sentence, followed by a hint of the help."""
    sentence = str(OutisError(message))
    return f"{sentence}{'' if sentence.endswith(('.', '?', '!')) else '.'} See `{help_command}`."
