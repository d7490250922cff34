"""The verbs from a shell: results on standard output, progress and problems on standard error."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

from brinery.cli.arguments import parser
from brinery.cli.output import tell
from brinery.errors import BrineryError
from brinery.settings import Settings, unknown

__all__ = ["INTERRUPTED", "main"]

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments after the program's name; those of this process where left out.

    Returns
    -------
    int
        The exit code: 0 done, 1 refused, 130 interrupted. Wrong usage leaves with 2.
    """
    arguments = parser().parse_args(argv)
    module, _, verb = arguments.run.partition(".")
    for doubt in unknown():
        tell(doubt)
    try:
        arguments.models = arguments.models or Settings.from_environment().models
        # Only what this verb needs is imported: all of it takes half a second.
        code: int = getattr(importlib.import_module(f"brinery.cli.{module}"), verb)(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        tell("Stopped.")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output left (`| head`): nothing to say, and nowhere to say it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except BrineryError as problem:
        tell(str(problem))
        return 1
    except OSError as problem:
        tell(f"{problem.filename or 'The system'}: {problem.strerror or problem}.")
        return 1
    return code
