"""The verbs of the shell and their options."""

from __future__ import annotations

import argparse

import brinery
from brinery.cli import values

__all__ = ["RECIPES", "parser"]

RECIPES = ("auto", "baseline", "tree", "linear", "boosting", "forest", "extra_trees", "blend")
"""The recipes by name, written out so that a shell's `--help` need not import scikit-learn."""

_MARKS = {"tab": "\t", "\\t": "\t"}

_EPILOGUE = """\
exit codes:
  0    done
  1    the input was refused; standard error says why and what to do
  2    wrong usage
  130  interrupted (Ctrl-C)

What is asked for goes to standard output, progress and problems to standard error.
"""


def parser() -> argparse.ArgumentParser:
    """Give the parser of all verbs; `run` names the function of this package that a verb is."""
    top = argparse.ArgumentParser(
        prog="brinery",
        description="Pickle a model once; let everyone use it.",
        epilog=_EPILOGUE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"brinery {brinery.__version__}")
    of_top = top.add_subparsers(dest="verb", metavar="VERB", required=True)

    def verb(name: str, run: str, words: str, *, as_json: bool = False) -> argparse.ArgumentParser:
        one = of_top.add_parser(
            name,
            help=words,
            description=words[0].upper() + words[1:] + ".",
            epilog=_EPILOGUE,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        one.add_argument(
            "--models",
            metavar="DIR",
            default="models",
            help="the shelf: a folder, or a URL such as s3://bucket/models (models)",
        )
        if as_json:
            one.add_argument("--json", action="store_true", help="write JSON")
        one.set_defaults(run=run)
        return one

    reference = "the model: NAME, NAME@VERSION or NAME@ALIAS"
    train = verb("train", "verbs.train", "train a model on a table and put it on the shelf")
    train.add_argument("data", metavar="DATA", help="the table: CSV, Excel or Parquet")
    _hints(train)
    _scheduler(train, "fit the folds of a search")
    train.add_argument("--target", metavar="COL", required=True, help="the column to predict")
    train.add_argument("--name", required=True, help="the model's name on the shelf")
    train.add_argument("--recipe", choices=RECIPES, default="auto", help="how to train (auto)")
    train.add_argument(
        "--parameters",
        metavar="JSON",
        type=values.parameters,
        default={},
        help="what is fixed of the recipe, as a card tells it",
    )
    train.add_argument(
        "--seconds", metavar="N", type=float, default=60, help="how long auto may take (60)"
    )
    train.add_argument(
        "--refit",
        action=argparse.BooleanOptionalAction,
        help="learn from all rows once it is measured (auto does)",
    )
    train.add_argument(
        "--coverage",
        metavar="SHARE",
        type=float,
        default=0.9,
        help="share of rows whose truth the range of a prediction is to hold (0.9)",
    )
    train.add_argument(
        "--split",
        choices=("random", "group", "time"),
        default="random",
        help="how the rows to measure on are set aside (random)",
    )
    train.add_argument(
        "--split-by", metavar="COL", default="", help="the column with the group or the time"
    )
    train.add_argument(
        "--weights", metavar="COL", default="", help="the column that says how much each row counts"
    )
    for way in ("up", "down"):
        train.add_argument(
            f"--{way}",
            metavar="COL",
            action="append",
            default=[],
            help=f"where this number grows, the prediction may only go {way}; may be repeated",
        )
    _threshold(train)
    _by_group(train)
    train.add_argument(
        "--seed", metavar="N", type=values.seed, default=0, help="seed of chance (0)"
    )
    train.add_argument("--description", default="", help="what the model is for")
    train.add_argument(
        "--review-by",
        metavar="DAY",
        type=values.day,
        help="the day by which somebody should look at it again, as 2027-11-30",
    )

    bring = verb("import", "bring.bring", "bring a model from a notebook and put it on the shelf")
    bring.add_argument(
        "file",
        metavar="FILE",
        help="a pickle, a file of joblib's or skops', a zip or a folder of an MLflow model, or "
        "of a board of vetiver's or pins'",
    )
    bring.add_argument("--name", required=True, help="the model's name on the shelf")
    bring.add_argument(
        "--sample",
        metavar="DATA",
        help="a table like the one that the model was fitted on: CSV, Excel or Parquet",
    )
    bring.add_argument(
        "--holdout",
        metavar="DATA",
        help="rows with known answers that the model did not learn from: it is measured on them; "
        "without --sample they are the sample too",
    )
    bring.add_argument("--target", metavar="COL", help="the column that it predicts")
    _threshold(bring, "with --holdout: ")
    _by_group(bring, "with --holdout: ")
    bring.add_argument(
        "--with",
        dest="made_with",
        metavar="scikit-learn==VERSION",
        type=values.sklearn,
        help="bring it, and run it from then on, in an environment of its own with this release",
    )
    bring.add_argument("--description", default="", help="what the model is for")
    bring.add_argument(
        "--review-by",
        metavar="DAY",
        type=values.day,
        help="the day by which somebody should look at it again, as 2027-11-30",
    )

    verb("models", "shelf.models", "list the shelf", as_json=True)

    show = verb("show", "shelf.show", "show a model's card", as_json=True)
    show.add_argument("name", metavar="NAME", help=reference)
    show.add_argument(
        "--format",
        choices=("html", "markdown"),
        help="as a page to print or send, or as Markdown with the front matter of a model hub",
    )

    check = verb(
        "check",
        "verbs.check",
        "check a file against a model; exits with 1 only if nothing in it can be scored",
        as_json=True,
    )
    check.add_argument("name", metavar="NAME", help=reference)
    check.add_argument("file", metavar="FILE", help="the table: CSV, Excel or Parquet")
    _hints(check)

    check.add_argument(
        "--to-correct",
        metavar="OUT",
        help="write the rows that can't be scored to a file (.csv or .xlsx), to be corrected",
    )

    score = verb("score", "score.score", "predict every row of a file")
    score.add_argument("name", metavar="NAME", help=reference)
    score.add_argument("file", metavar="FILE", help="the table: CSV, Excel or Parquet")
    _hints(score)
    _scheduler(score, "answer the rows of a large file")
    score.add_argument(
        "--corrected",
        metavar="ROWS",
        help="first put back into FILE the corrected rows that `check --to-correct` wrote",
    )
    score.add_argument(
        "--out",
        required=True,
        help="the file to write: .csv, .csv.gz, .xlsx or .parquet; one that is there is replaced "
        "when all is done, but never FILE itself",
    )
    score.add_argument(
        "--escape",
        action="store_true",
        help="also make those of your own cells harmless that a spreadsheet would run",
    )
    score.add_argument(
        "--out-delimiter",
        choices=("comma", "semicolon", "tab", "bar"),
        help="between the cells of a CSV file (as it came in)",
    )
    score.add_argument(
        "--out-decimal",
        choices=("point", "comma"),
        help="the decimal mark of the new columns in a CSV file (as it came in)",
    )
    score.add_argument(
        "--out-bom",
        choices=("auto", "yes", "no"),
        default="auto",
        help="whether a CSV file begins with a byte order mark, by which Excel knows its "
        "letters; auto: a large file as it came, else only where some are not ASCII (auto)",
    )

    score.add_argument(
        "--receipt", metavar="JSON", help="also write what was done, for `brinery verify`"
    )

    compare = verb(
        "compare",
        "live.compare",
        "ask two versions about one file, and say what changes",
        as_json=True,
    )
    compare.add_argument("before", metavar="BEFORE", help=f"the version in use; {reference}")
    compare.add_argument("after", metavar="AFTER", help="the version that may take its place")
    compare.add_argument("file", metavar="FILE", help="the table: CSV, Excel or Parquet")
    _hints(compare)
    compare.add_argument(
        "--out", help="also write the rows that change, with both answers: .csv, .xlsx or .parquet"
    )

    put = verb(
        "live",
        "live.live",
        "put a version in use once it was compared with the one that is; without FILE, say which "
        "version was in use when, and who put it there",
        as_json=True,
    )
    put.add_argument("name", metavar="NAME", help="NAME@VERSION; without FILE, NAME")
    put.add_argument(
        "file", metavar="FILE", nargs="?", help="the table on which the two are compared"
    )
    put.add_argument("--reason", default="", help="why it is put in use; it stands in the timeline")
    _hints(put)

    back = verb("rollback", "live.rollback", "put the version in use again that was before")
    back.add_argument("name", metavar="NAME", help="the model")
    back.add_argument("--reason", default="", help="why (back from the version that was left)")

    verify = verb("verify", "receipts.verify", "score a file again by its receipt, and compare")
    verify.add_argument("receipt", metavar="RECEIPT", help="what `score --receipt` wrote")
    verify.add_argument("file", metavar="FILE", help="the table that was scored then")
    _scheduler(verify, "answer the rows of a large file")
    verify.add_argument(
        "--model", dest="name", metavar="NAME", help="another model or version than the receipt's"
    )

    for one in (check, score, compare, put):
        one.add_argument(
            "--rename",
            metavar="FEATURE=COLUMN",
            action="append",
            type=values.rename,
            default=[],
            help="take this column of the file for what the model calls FEATURE; repeatable",
        )
        one.add_argument(
            "--choices",
            metavar="JSON",
            help="a JSON file with what the file leaves open: renames, levels, decimal, day_first",
        )

    audit = verb("audit", "verbs.audit", "list what a pickle would import, without running it")
    audit.add_argument("file", metavar="FILE", help="the pickle")

    prove = verb("prove", "shelf.prove", "replay a model's proof rows and compare the answers")
    which = prove.add_mutually_exclusive_group(required=True)
    which.add_argument("name", metavar="NAME", nargs="?", help=reference)
    which.add_argument("--all", action="store_true", help="every model, in the version in use")
    prove.add_argument(
        "--with",
        dest="upgrades",
        metavar="PACKAGE==VERSION",
        action="append",
        type=values.release,
        default=[],
        help="with --all: as it would be after this upgrade, tried in an environment aside; "
        "repeatable",
    )

    env = verb(
        "env",
        "environments.env",
        "run a model in an environment of its own, with the versions that it was made with",
        as_json=True,
    )
    env.add_argument(
        "action",
        choices=("build", "leave", "list", "remove"),
        help="build: make a model's environment and run it there from now on; leave: run it in the "
        "server's own again; list: what was built; remove: an environment from this machine",
    )
    env.add_argument(
        "what", metavar="NAME|KEY", nargs="?", help=f"{reference}; for remove: an environment's key"
    )

    verb(
        "system",
        "verbs.system",
        "try each attack in a worker, and say what is installed; exits with 1 if one works",
        as_json=True,
    )
    return top


def _threshold(verb: argparse.ArgumentParser, first: str = "") -> None:
    verb.add_argument(
        "--threshold",
        metavar="AIM",
        type=values.threshold,
        help=f"{first}when the rarer of two labels is given: cost=WRONG:MISSED, rows=N of each "
        "file, precision=SHARE, or a probability (where it is the likelier)",
    )


def _by_group(verb: argparse.ArgumentParser, first: str = "") -> None:
    verb.add_argument(
        "--by-group",
        metavar="COL",
        action="append",
        default=[],
        help=f"{first}also measure for each group of this column, such as a region; may be "
        "repeated",
    )


def _scheduler(verb: argparse.ArgumentParser, what: str) -> None:
    verb.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        default="",
        help=f"{what} on the Dask cluster of this scheduler, such as tcp://cluster:8786",
    )


def _hints(verb: argparse.ArgumentParser) -> None:
    """Add what can be told of the table, where it is not found."""
    told = verb.add_argument_group("how the table is read, where it is not found")
    told.add_argument("--encoding", help="how the letters of a text file are read (cp1252)")
    told.add_argument(
        "--delimiter",
        metavar="MARK",
        type=lambda text: _MARKS.get(text, text),
        help="what parts the cells of a text file: one character, or tab",
    )
    told.add_argument(
        "--header-line",
        metavar="N",
        type=values.line,
        help="the line with the column names; 0: none",
    )
    told.add_argument("--sheet", help="the workbook's sheet")
    told.add_argument("--member", metavar="FILE", help="the file in a packed one (zip)")
