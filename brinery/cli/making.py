"""The options of the verbs that make a model: of a table, or of a notebook's file."""

from __future__ import annotations

import argparse

from brinery.cli import options, values

__all__ = ["RECIPES", "bring", "train"]

RECIPES = ("auto", "baseline", "tree", "linear", "boosting", "forest", "extra_trees", "blend")
"""The recipes by name, written out so that a shell's `--help` need not import scikit-learn."""


def train(verb: argparse.ArgumentParser) -> None:
    """Add what `brinery train` takes."""
    options.table(verb, "data")
    options.scheduler(verb, "fit the folds of a search")
    verb.add_argument("--target", metavar="COL", required=True, help="the column to predict")
    verb.add_argument("--name", required=True, help="the model's name on the shelf")
    verb.add_argument("--recipe", choices=RECIPES, default="auto", help="how to train (auto)")
    verb.add_argument(
        "--parameters",
        metavar="JSON",
        type=values.parameters,
        default={},
        help="what is fixed of the recipe, as a card tells it",
    )
    verb.add_argument(
        "--seconds",
        metavar="N",
        type=float,
        default=60,
        help="how long auto, or the learning curve of another recipe, may take (60)",
    )
    verb.add_argument(
        "--refit",
        action=argparse.BooleanOptionalAction,
        help="learn from all rows once it is measured (auto does)",
    )
    verb.add_argument(
        "--coverage",
        metavar="SHARE",
        type=float,
        default=0.9,
        help="share of rows whose truth the range of a prediction is to hold (0.9)",
    )
    verb.add_argument(
        "--split",
        choices=("random", "group", "time"),
        default="random",
        help="how the rows to measure on are set aside (random)",
    )
    verb.add_argument(
        "--split-by", metavar="COL", default="", help="the column with the group or the time"
    )
    verb.add_argument(
        "--weights", metavar="COL", default="", help="the column that says how much each row counts"
    )
    for way in ("up", "down"):
        verb.add_argument(
            f"--{way}",
            metavar="COL",
            action="append",
            default=[],
            help=f"where this number grows, the prediction may only go {way}; may be repeated",
        )
    _threshold(verb)
    _by_group(verb)
    verb.add_argument("--seed", metavar="N", type=values.seed, default=0, help="seed of chance (0)")
    _purpose(verb)


def bring(verb: argparse.ArgumentParser) -> None:
    """Add what `brinery import` takes."""
    verb.add_argument(
        "file",
        metavar="FILE",
        help="a pickle, a file of joblib's or skops', a zip or a folder of an MLflow model, or "
        "of a board of vetiver's or pins'",
    )
    verb.add_argument("--name", required=True, help="the model's name on the shelf")
    verb.add_argument(
        "--sample",
        metavar="DATA",
        help="a table like the one that the model was fitted on: CSV, Excel or Parquet",
    )
    verb.add_argument(
        "--holdout",
        metavar="DATA",
        help="rows with known answers that the model did not learn from: it is measured on them; "
        "without --sample they are the sample too",
    )
    verb.add_argument("--target", metavar="COL", help="the column that it predicts")
    _threshold(verb, "with --holdout: ")
    _by_group(verb, "with --holdout: ")
    verb.add_argument(
        "--with",
        dest="made_with",
        metavar="scikit-learn==VERSION",
        type=values.sklearn,
        help="bring it, and run it from then on, in an environment of its own with this release",
    )
    _purpose(verb)


def _purpose(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--description", default="", help="what the model is for")
    verb.add_argument(
        "--review-by",
        metavar="DAY",
        type=values.day,
        help="the day by which somebody should look at it again, as 2027-11-30",
    )


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
