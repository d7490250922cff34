"""A model's card as Markdown that anybody can read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from brinery.bringing.words import house_in_words, versions_in_words
from brinery.environments.pins import in_words
from brinery.evaluation.effects import HOW_TO_READ
from brinery.evaluation.evaluation import Evaluation, Score
from brinery.evaluation.wording import metric_in_words
from brinery.model.card import Card, Environment
from brinery.model.model import Model
from brinery.report.groups import group_heads, group_rows
from brinery.report.notebook import notebook
from brinery.report.training import (
    comparison_in_words,
    directions_in_words,
    parameters_in_words,
    recipe_in_words,
)
from brinery.report.words import count, day, duration, listed, moment, number, percent, size
from brinery.schema.columns import Column
from brinery.schema.dates import written_date

__all__ = [
    "answers_what",
    "figure",
    "measured_on",
    "needs",
    "own_in_words",
    "plain",
    "report",
    "takes",
]

KINDS = {
    "number": "number",
    "yes/no": "yes or no",
    "category": "one of a list",
    "date": "date",
    "text": "free text",
    "id": "identifier",
    "constant": "always the same",
}

_IN_THE_TARGETS_UNIT = ("mean_absolute_error", "root_mean_squared_error")

_LIMITS = (
    "It knows only what stood in its training table. Where the world has changed since, "
    "it answers as before.",
    "It finds what goes together, not what causes what.",
)


def report(model: Card | str, *, models: str = "models") -> str:
    """Write a model's card in plain words, as Markdown.

    Parameters
    ----------
    model : Card or str
        The card, or a reference: a name, "name@version" or "name@alias".
    models : str
        The shelf, for a reference.

    Returns
    -------
    str
        What it answers, how often it is right and compared with what, what it needs,
        how it came about, its proof and its seal, how to ask it in a notebook, and its limits.

    Raises
    ------
    NotOnShelf
        There is no such model; the message has the closest names.
    SealBroken
        The card is not the one that was saved; take a version that is whole.
    """
    card = model if isinstance(model, Card) else _card(model, models)
    parts = [
        f"# {card.name}, version {card.version}",
        plain(card.description),
        "## What it answers",
        plain(answers_what(card)),
        *_quality(card),
        "## What it needs",
        *_needs(card),
        "## How it came about",
        _bullets(_origin(card)),
        "## Proof and seal",
        _bullets(_proof(card)),
        *_in_a_notebook(card),
        "## What to keep in mind",
        _bullets(_LIMITS),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def own_in_words(card: Card, own: Environment) -> str:
    """Say in one sentence or two which environment of its own runs a model."""
    said = (
        "It is run by the versions of Python and its libraries that it was made with, in an "
        "environment of its own, so that its answers stay as they were: "
        f"{in_words(own.python, own.packages)}."
    )
    made = card.environment.python
    if made.split(".")[:2] != own.python.split(".")[:2]:
        said += f" Only Python is another: {made} could not be had. Its proof holds all the same."
    return said


def answers_what(card: Card | Model) -> str:
    """Say in one sentence what the model answers."""
    target = card.schema.target
    name = f"“{target.name}”" if target else "its target"
    if card.answers_by != "predict":
        return f"It does not predict: it is a {card.estimator}, kept with what it was fitted to."
    if card.schema.task == "amount":
        return f"It predicts the amount in {name} for each row."
    if card.schema.labels:
        labels = listed([f"“{label}”" for label in card.schema.labels], most=10, last="or")
        return f"It predicts {name} for each row: {labels}."
    return f"It predicts {name} for each row."


def needs(card: Card) -> list[tuple[str, str, str]]:
    """Give a (column, what it takes, example) triple for each feature, in the schema's order."""
    return [(c.name, takes(c), c.example) for c in card.schema.features]


def takes(column: Column) -> str:
    """Say what a column's cells have to be."""
    words = KINDS[column.kind]
    low, high = column.minimum, column.maximum
    if column.kind == "number":
        words = "whole number" if column.whole else "number"
    if low is not None and high is not None:
        write = _day if column.kind == "date" else number
        ends = (write(low), write(high))
        words += f", {ends[0]} to {ends[1]} in training"
    if column.levels:
        words += ": " + listed(column.level_names, most=8)
    if column.n_blank:
        words += f"; may be blank ({percent(column.blank_share)} were)"
    return words


def _card(ref: str, models: str) -> Card:
    from brinery.registry.shelf import Shelf
    from brinery.settings import Settings

    return Shelf(models, Settings.from_environment().key_place).card(ref)


def _quality(card: Card) -> list[str]:
    evaluation = card.evaluation
    if evaluation is None:
        return [
            "## How good it is",
            "It was brought as a fitted estimator and was not measured here.",
        ]
    parts = ["## How good it is", *(plain(one) for one in evaluation.sentences)]
    parts.append(f"Measured on {measured_on(evaluation)}.")
    rows = [figure(score) for score in evaluation.scores]
    parts.append(_table(("measure", "value", "95 % interval", "plainest baseline"), rows))
    for by in evaluation.groups:
        parts.append(f"How good it is for each group of “{plain(by.column)}”:")
        parts.append(_table(group_heads(by), group_rows(by)))
    if evaluation.effects:
        parts += ["### How each feature acts", plain(HOW_TO_READ)]
        parts.append(_bullets([effect.sentence() for effect in evaluation.effects]))
    if curve := evaluation.learning:
        parts.append("### Would more rows help?")
        points = [
            (f"{one.n_rows:,}", *map(curve.written, (one.score, one.low, one.high)))
            for one in curve.points
        ]
        parts.append(_table(("rows learned from", curve.what, "95 % from", "to"), points))
    return parts


def measured_on(evaluation: Evaluation) -> str:
    """Say on which rows a model was measured, as the end of a sentence."""
    rows = count(evaluation.n_holdout, "row")
    if evaluation.source == "given":
        return f"{rows} of the table that came with the model"
    return f"{rows} that training never saw"


def _needs(card: Card) -> list[str]:
    if not card.schema.features:
        return ["Nothing is known of the columns that it needs."]
    parts = ["A table with these columns, in any order; more columns do no harm."]
    return [*parts, _table(("column", "what it takes", "example"), needs(card))]


def _origin(card: Card) -> list[str]:
    lines = [f"Estimator: {card.estimator}."]
    if brought := card.brought:
        lines.append(f"It came as {brought.form}; sha256 of that file: {brought.sha256}.")
        lines.append(versions_in_words(brought.made_with, card.environment))
    if card.house:
        lines.append(house_in_words(card.house))
    if training := card.training:
        fixed = parameters_in_words(training.parameters)
        lines.append(
            f"Trained on {count(training.n_rows, 'row')} in {duration(training.elapsed_seconds)}, "
            f"recipe {recipe_in_words(training.recipe)}{f' ({fixed})' if fixed else ''}, "
            f"seed {training.seed}."
        )
        if training.split != "random":
            lines.append(f"Rows were split by {training.split}, {training.split_by}.")
        if training.weights:
            lines.append(f"Rows count by “{training.weights}”.")
        lines += directions_in_words(card.schema)
        if training.compared:
            lines.append(comparison_in_words(training))
    by = f" by {card.saved_by}" if card.saved_by else ""
    lines.append(f"Saved on {day(card.saved_at)}{by}.")
    if card.owner:
        lines.append(f"Owner: {card.owner}.")
    if card.review_by:
        lines.append(f"To be looked at again by {day(card.review_by)}.")
    packages = [f"{name} {version}" for name, version in sorted(card.environment.packages.items())]
    made = "Brought to" if card.brought else "Made with"
    made += f" Brinery {card.environment.brinery}, Python {card.environment.python}"
    lines.append(f"{made} on {card.environment.platform}.")
    lines.append(f"Packages: {listed(packages, most=30)}.")
    return lines


def _proof(card: Card) -> list[str]:
    proved, sealed = card.proved, card.sealed
    same = "the same answers, bit for bit," if proved.identical else "other answers"
    return [
        f"On {moment(proved.proved_at)}, a fresh process loaded the pickle and gave {same} for "
        f"{count(proved.n_rows, 'replay row')}. The rows were made by shuffling each column by "
        "itself, so that no real record is stored.",
        f"Pickle: {size(sealed.pickle_bytes)}, sha256 {sealed.pickle_sha256}.",
        f"Proof: sha256 {sealed.proof_sha256}. Sealed with key {sealed.key_id}.",
    ]


def _in_a_notebook(card: Card) -> list[str]:
    code = notebook(card)
    if not code:
        return []
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", code)), default=0))
    return [
        "## In a notebook",
        "With the packages named above, and a pickle from someone whom you trust, since loading "
        "a pickle runs what is in it:",
        f"{fence}python\n{code}\n{fence}",
    ]


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {plain(line)}" for line in lines)


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [tuple(map(plain, heads)), *(tuple(plain(cell) for cell in row) for row in rows)]
    lines.insert(1, tuple("---" for _ in heads))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plain(text: str) -> str:
    """Give text as Markdown that shows just it: a column's name may hold marks or HTML."""
    return re.sub(r"([\\`*_\[\]<>|#&~])", r"\\\1", " ".join(text.split()))


def _day(days: float) -> str:
    return written_date(days, None)


def figure(score: Score) -> tuple[str, str, str, str]:
    """Give a metric as text: its name, its value, its interval and the baseline's value."""
    write = number if score.metric in _IN_THE_TARGETS_UNIT else _share
    return (
        metric_in_words(score.metric),
        write(score.value),
        f"{write(score.low)} to {write(score.high)}",
        write(score.baseline),
    )


def _share(value: float) -> str:
    """Give a figure without a unit: what is nearly 0 is said to be so, not as 2.22e-16."""
    return "under 0.0001" if 0 < value < 0.0001 else number(value)
