"""What the programmes of a terminal share: how a wrong command ends, and text on whatever terminal there is."""

import argparse
import sys
from typing import NoReturn, TextIO

# How a programme ends whose command is wrong, or whose file cannot be read.
UNREADABLE = 3


class Arguments(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """A wrong command is no verdict: argparse would leave with 2, which is «blocked»."""
        self.print_usage(sys.stderr)
        self.exit(UNREADABLE, f"{self.prog}: {message}\n")


def say(text: str, stream: TextIO) -> None:
    """A line; a terminal without «≠» still gets its verdict."""
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    stream.flush()
