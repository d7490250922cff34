"""The verbs of the shell and their options."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

import brinery
from brinery.cli import making, options, values

__all__ = ["parser"]

_EPILOGUE = """\
exit codes:
  0    done
  1    the input was refused; standard error says why and what to do
  2    wrong usage
  130  interrupted (Ctrl-C)

What is asked for goes to standard output, progress and problems to standard error.
"""


@dataclass(frozen=True)
class _Verb:
    """A verb of the shell.

    Attributes
    ----------
    name : str
    run : str
        The function of this package that it is.
    words : str
        What it does.
    options : callable
        Adds what it takes beside `--models`.
    as_json : bool
        Whether it can write JSON.
    """

    name: str
    run: str
    words: str
    options: Callable[[argparse.ArgumentParser], None] = lambda _: None
    as_json: bool = False


def parser() -> argparse.ArgumentParser:
    """Give the parser of all verbs; `run` names the function of this package that a verb is."""
    top = argparse.ArgumentParser(
        prog="brinery",
        description="Pickle a model once; let everyone use it.",
        epilog=_EPILOGUE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"brinery {brinery.__version__}")
    verbs = top.add_subparsers(dest="verb", metavar="VERB", required=True)
    for one in _VERBS:
        verb = verbs.add_parser(
            one.name,
            help=one.words,
            description=one.words[0].upper() + one.words[1:] + ".",
            epilog=_EPILOGUE,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        verb.add_argument(
            "--models",
            metavar="DIR",
            help="the shelf: a folder, or a URL such as s3://bucket/models (what BRINERY_MODELS "
            "says, else models)",
        )
        if one.as_json:
            verb.add_argument("--json", action="store_true", help="write JSON")
        one.options(verb)
        verb.set_defaults(run=one.run)
    return top


def _show(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("name", metavar="NAME", help=options.REFERENCE)
    verb.add_argument(
        "--format",
        choices=("html", "markdown"),
        help="as a page to print or send, or as Markdown with the front matter of a model hub",
    )


def _check(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("name", metavar="NAME", help=options.REFERENCE)
    options.table(verb)
    verb.add_argument(
        "--to-correct",
        metavar="OUT",
        help="write the rows that can't be scored to a file (.csv or .xlsx), to be corrected",
    )
    options.choices(verb)


def _score(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("name", metavar="NAME", help=options.REFERENCE)
    options.table(verb)
    options.scheduler(verb, "answer the rows of a large file")
    verb.add_argument(
        "--corrected",
        metavar="ROWS",
        help="first put back into FILE the corrected rows that `check --to-correct` wrote",
    )
    verb.add_argument(
        "--out",
        required=True,
        help="the file to write: .csv, .csv.gz, .xlsx or .parquet; one that is there is replaced "
        "when all is done, but never FILE itself; s3://… as FILE may be, too",
    )
    verb.add_argument(
        "--escape",
        action="store_true",
        help="also make those of your own cells harmless that a spreadsheet would run",
    )
    verb.add_argument(
        "--out-delimiter",
        choices=("comma", "semicolon", "tab", "bar"),
        help="between the cells of a CSV file (as it came in)",
    )
    verb.add_argument(
        "--out-decimal",
        choices=("point", "comma"),
        help="the decimal mark of the new columns in a CSV file (as it came in)",
    )
    verb.add_argument(
        "--out-bom",
        choices=("auto", "yes", "no"),
        default="auto",
        help="whether a CSV file begins with a byte order mark, by which Excel knows its "
        "letters; auto: a large file as it came, else only where some are not ASCII (auto)",
    )
    verb.add_argument(
        "--receipt", metavar="JSON", help="also write what was done, for `brinery verify`"
    )
    options.choices(verb)


def _compare(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("before", metavar="BEFORE", help=f"the version in use; {options.REFERENCE}")
    verb.add_argument("after", metavar="AFTER", help="the version that may take its place")
    options.table(verb)
    verb.add_argument(
        "--out", help="also write the rows that change, with both answers: .csv, .xlsx or .parquet"
    )
    options.choices(verb)


def _live(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("name", metavar="NAME", help="NAME@VERSION; without FILE, NAME")
    verb.add_argument(
        "file", metavar="FILE", nargs="?", help="the table on which the two are compared"
    )
    verb.add_argument(
        "--reason", default="", help="why it is put in use; it stands in the timeline"
    )
    options.hints(verb)
    options.choices(verb)


def _alias(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("name", metavar="NAME", help=options.REFERENCE)
    verb.add_argument("alias", metavar="ALIAS", help="a word, such as tested")
    verb.add_argument("--reason", default="", help="why; it stands in the timeline")


def _rollback(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("name", metavar="NAME", help="the model")
    verb.add_argument("--reason", default="", help="why (back from the version that was left)")


def _verify(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("receipt", metavar="RECEIPT", help="what `score --receipt` wrote")
    verb.add_argument("file", metavar="FILE", help="the table that was scored then")
    options.scheduler(verb, "answer the rows of a large file")
    verb.add_argument(
        "--model", dest="name", metavar="NAME", help="another model or version than the receipt's"
    )


def _audit(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("file", metavar="FILE", help="the pickle")


def _prove(verb: argparse.ArgumentParser) -> None:
    which = verb.add_mutually_exclusive_group(required=True)
    which.add_argument("name", metavar="NAME", nargs="?", help=options.REFERENCE)
    which.add_argument("--all", action="store_true", help="every model, in the version in use")
    verb.add_argument(
        "--with",
        dest="upgrades",
        metavar="PACKAGE==VERSION",
        action="append",
        type=values.release,
        default=[],
        help="with --all: as it would be after this upgrade, tried in an environment aside; "
        "repeatable",
    )


def _env(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "action",
        choices=("build", "leave", "list", "remove"),
        help="build: make a model's environment and run it there from now on; leave: run it in the "
        "server's own again; list: what was built; remove: an environment from this machine",
    )
    verb.add_argument(
        "what",
        metavar="NAME|KEY",
        nargs="?",
        help=f"{options.REFERENCE}; for remove: an environment's key",
    )


_VERBS = (
    _Verb("train", "verbs.train", "train a model on a table and put it on the shelf", making.train),
    _Verb(
        "import",
        "bring.bring",
        "bring a model from a notebook and put it on the shelf",
        making.bring,
    ),
    _Verb("models", "shelf.models", "list the shelf", as_json=True),
    _Verb("show", "shelf.show", "show a model's card", _show, as_json=True),
    _Verb(
        "check",
        "verbs.check",
        "check a file against a model; exits with 1 only if nothing in it can be scored",
        _check,
        as_json=True,
    ),
    _Verb("score", "score.score", "predict every row of a file", _score),
    _Verb(
        "compare",
        "live.compare",
        "ask two versions about one file, and say what changes",
        _compare,
        as_json=True,
    ),
    _Verb(
        "live",
        "live.live",
        "put a version in use once it was compared with the one that is; without FILE, say which "
        "version was in use when, and who put it there",
        _live,
        as_json=True,
    ),
    _Verb("rollback", "live.rollback", "put the version in use again that was before", _rollback),
    _Verb("alias", "live.alias", "let a name of its own stand for a version", _alias),
    _Verb("verify", "receipts.verify", "score a file again by its receipt, and compare", _verify),
    _Verb("audit", "verbs.audit", "list what a pickle would import, without running it", _audit),
    _Verb("prove", "shelf.prove", "replay a model's proof rows and compare the answers", _prove),
    _Verb(
        "env",
        "environments.env",
        "run a model in an environment of its own, with the versions that it was made with",
        _env,
        as_json=True,
    ),
    _Verb(
        "system",
        "verbs.system",
        "try each attack in a worker, and say what is installed; exits with 1 if one works",
        as_json=True,
    ),
)
