"""The verbs from a shell: results on standard output, progress and problems on standard error."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import brinery
from brinery.errors import BrineryError
from brinery.report import check as check_words
from brinery.report.words import count, day
from brinery.settings import Settings

__all__ = ["INTERRUPTED", "RECIPES", "main", "parser"]

RECIPES = ("auto", "baseline", "tree", "linear", "forest", "boosting")
"""The recipes by name, written out so that a shell's `--help` need not import scikit-learn."""

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it."""

_EPILOGUE = """\
exit codes:
  0    done
  1    the input was refused; standard error says why and what to do
  2    wrong usage
  130  interrupted (Ctrl-C)

What is asked for goes to standard output, progress and problems to standard error.
"""


def parser() -> argparse.ArgumentParser:
    """Give the parser of all verbs."""
    top = argparse.ArgumentParser(
        prog="brinery",
        description="Pickle a model once; let everyone use it.",
        epilog=_EPILOGUE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"brinery {brinery.__version__}")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True)

    def verb(
        name: str, run: Callable[[argparse.Namespace], int], words: str, *, as_json: bool = False
    ) -> argparse.ArgumentParser:
        one = verbs.add_parser(
            name,
            help=words,
            description=words[0].upper() + words[1:] + ".",
            epilog=_EPILOGUE,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        one.add_argument("--models", metavar="DIR", default="models", help="the shelf (models)")
        if as_json:
            one.add_argument("--json", action="store_true", help="write JSON")
        one.set_defaults(run=run)
        return one

    reference = "the model: NAME, NAME@VERSION or NAME@ALIAS"
    train = verb("train", _train, "train a model on a table and put it on the shelf")
    train.add_argument("data", metavar="DATA", help="the table: CSV, Excel or Parquet")
    train.add_argument("--target", metavar="COL", required=True, help="the column to predict")
    train.add_argument("--name", required=True, help="the model's name on the shelf")
    train.add_argument("--recipe", choices=RECIPES, default="auto", help="how to train (auto)")
    train.add_argument("--seed", metavar="N", type=int, default=0, help="seed of chance (0)")
    train.add_argument("--description", default="", help="what the model is for")

    verb("models", _models, "list the shelf", as_json=True)

    show = verb("show", _show, "show a model's card", as_json=True)
    show.add_argument("name", metavar="NAME", help=reference)

    check = verb(
        "check",
        _check,
        "check a file against a model; exits with 1 only if nothing in it can be scored",
        as_json=True,
    )
    check.add_argument("name", metavar="NAME", help=reference)
    check.add_argument("file", metavar="FILE", help="the table: CSV, Excel or Parquet")

    score = verb("score", _score, "predict every row of a file")
    score.add_argument("name", metavar="NAME", help=reference)
    score.add_argument("file", metavar="FILE", help="the table: CSV, Excel or Parquet")
    score.add_argument(
        "--out",
        required=True,
        help="the file to write: .csv, .xlsx or .parquet; one that is there is replaced "
        "when all is done, but never FILE itself",
    )
    score.add_argument(
        "--escape",
        action="store_true",
        help="also make those of your own cells harmless that a spreadsheet would run",
    )

    audit = verb("audit", _audit, "list what a pickle would import, without running it")
    audit.add_argument("file", metavar="FILE", help="the pickle")

    prove = verb("prove", _prove, "replay a model's proof rows and compare the answers")
    prove.add_argument("name", metavar="NAME", help=reference)
    return top


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
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        _tell("Stopped.")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output left (`| head`): nothing to say, and nowhere to say it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except BrineryError as problem:
        _tell(str(problem))
        return 1
    except OSError as problem:
        _tell(f"{problem.filename or 'The system'}: {problem.strerror or problem}.")
        return 1
    return code


def _train(arguments: argparse.Namespace) -> int:
    from brinery.registry import names

    name = names.checked(arguments.name)
    table = _read(arguments.data)
    model = brinery.train(
        table,
        arguments.target,
        recipe=arguments.recipe,
        seed=arguments.seed,
        progress=_Steps(),
    )
    _tell("Saving, and proving in a fresh process.")
    ref = brinery.save(
        model,
        name=name,
        models=arguments.models,
        description=arguments.description,
        by=_login(),
        settings=Settings.from_environment(),
    )
    _say(f"{ref.name}, version {ref.version}")
    if model.evaluation is not None:
        _say(*model.evaluation.sentences)
    return 0


def _models(arguments: argparse.Namespace) -> int:
    entries = _shelf(arguments).entries()
    if arguments.json:
        _say_json(
            [
                {
                    "name": entry.name,
                    "live_version": entry.live_version,
                    "n_versions": entry.n_versions,
                    "problem": entry.problem,
                    "card": entry.card.to_dict() if entry.card else None,
                }
                for entry in entries
            ]
        )
        return 0
    if not entries:
        _tell(f"The shelf {arguments.models} is empty.")
        return 0
    rows = [("NAME", "VERSION", "PREDICTS", "SAVED", "BY", "DESCRIPTION")]
    for entry in entries:
        if entry.card is None:
            rows.append((entry.name, "", "", "", "", f"({entry.problem})"))
            continue
        card = entry.card
        target = card.schema.target.name if card.schema.target else ""
        rows.append(
            (
                entry.name,
                str(card.version),
                target,
                day(card.saved_at),
                card.saved_by,
                card.description,
            )
        )
    _say(*_aligned(rows))
    return 0


def _show(arguments: argparse.Namespace) -> int:
    card = _shelf(arguments).card(arguments.name)
    if arguments.json:
        _say_json(card.to_dict())
    else:
        _say(brinery.report(card).rstrip())
    return 0


def _check(arguments: argparse.Namespace) -> int:
    report = brinery.check(arguments.name, _read(arguments.file), models=arguments.models)
    if arguments.json:
        _say_json(check_words.as_dict(report))
    else:
        _say(check_words.as_text(report))
    return 0 if report.can_score else 1


def _score(arguments: argparse.Namespace) -> int:
    from brinery.tables import writing

    source, out = Path(arguments.file), Path(arguments.out)
    writing.format_of(out)  # before the work, not after it
    if out.exists() and source.exists() and out.samefile(source):
        raise BrineryError(
            "That is the file to be scored, and it would be lost.",
            where=str(out),
            remedy="Give --out another name.",
        )
    table = _read(source)
    result = brinery.score(
        arguments.name,
        table,
        models=arguments.models,
        escape=arguments.escape,
        progress=lambda done: _tell(f"{done:,} of {table.n_rows:,} rows"),
    )
    result.write(out)
    for line in check_words.findings_text(result.findings):
        _tell(line)
    _say(
        f"{out}: {count(result.n_rows, 'row')}, {result.n_scored:,} predicted, "
        f"{result.n_look:,} of them to look at, {result.n_not_scored:,} not scored."
    )
    return 0


def _audit(arguments: argparse.Namespace) -> int:
    from brinery.safety.audit import audit

    found = audit(Path(arguments.file).read_bytes())
    rows = [("IMPORTS", "LET IN")]
    rows += [(f"{one.module}.{one.name}", "yes" if one.allowed else "no") for one in found.imports]
    _say(*_aligned(rows))
    if found.allowed:
        _tell("It would be let in. Nothing was run.")
        return 0
    reason = found.problem or "It imports what is not on the door's list."
    _tell(f"It would be refused: {reason} Nothing was run.")
    return 1


def _prove(arguments: argparse.Namespace) -> int:
    from brinery.registry.prove import prove

    replay = prove(arguments.name, models=arguments.models)
    rows = count(replay.n_rows, "replay row")
    if replay.n_changed == 0:
        _say(f"{arguments.name}: the same answers, bit for bit, for {rows}.")
        return 0
    _say(
        f"{arguments.name}: {replay.n_changed:,} of {rows} changed; "
        f"the largest difference is {replay.largest_difference:g}."
    )
    return 1


@dataclasses.dataclass
class _Steps:
    """Tell each step of a training once."""

    last: str = ""

    def __call__(self, fields: dict[str, Any]) -> None:
        step = str(fields.get("step", ""))
        if step and step != self.last:
            self.last = step
            _tell(step)


def _shelf(arguments: argparse.Namespace) -> Any:
    from brinery.registry.shelf import Shelf

    return Shelf(arguments.models, Settings.from_environment().key_path)


def _read(path: str | Path) -> Any:
    table = brinery.read(path)
    for note in table.notes:
        _tell(note)
    return table


def _login() -> str:
    with contextlib.suppress(OSError, KeyError, ImportError):  # no such user: a bare container
        return getpass.getuser()
    return ""


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    clean = [[_printable(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in clean) for i in range(len(clean[0]))]
    for row in clean:
        yield "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()


def _printable(text: str) -> str:
    """Keep one line one line, and a terminal's control codes out."""
    return "".join(char if char.isprintable() else " " for char in text)


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")


def _say_json(value: Any) -> None:
    _say(json.dumps(value, ensure_ascii=False, indent=1))


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")
