"""The Python that trains a model again: complete, from its card alone."""

from __future__ import annotations

import pprint

from brinery.model.card import Training
from brinery.schema.columns import Schema

__all__ = ["python_of"]


def python_of(training: Training, schema: Schema) -> str:
    """Give the code that trains the same model from the same file.

    Parameters
    ----------
    training : Training
        Of the model's card.
    schema : Schema
        Which names the target.

    Returns
    -------
    str
        Run as it stands beside the file, with the packages of the card, it gives the same
        figures and the same answers; "" where the card names no target.
    """
    if schema.target is None:
        return ""
    target = schema.target.name
    lines = ["import brinery"]
    if training.corrections:
        lines.append("from brinery.schema.inference import infer, with_kind")
    lines += ["", f"table = brinery.read({training.table or 'table.csv'!r})"]
    given = {"recipe": training.recipe, "parameters": training.parameters, "seed": training.seed}
    given |= {"refit": training.refit, "coverage": training.coverage}
    if training.split != "random":
        given |= {"split": training.split, "split_by": training.split_by}
    if training.threshold:
        given["threshold"] = training.threshold
    if training.by_group:
        given["by_group"] = list(training.by_group)
    if training.weights:
        given["weights"] = training.weights
    monotonic = {column.name: column.direction for column in schema.columns if column.direction}
    if monotonic:
        given["monotonic"] = monotonic
    if training.corrections:
        lines.append(f"schema = infer(table, target={target!r})")
        lines += [
            f"schema = with_kind(table, schema, {name!r}, {kind!r}, {use!r})"
            for name, kind, use in training.corrections
        ]
    lines += ["model = brinery.train(", "    table,", f"    {target!r},"]
    if training.corrections:
        lines.append("    schema=schema,")
    for name, value in given.items():
        written = pprint.pformat(value, width=88, sort_dicts=False).replace("\n", "\n    ")
        lines.append(f"    {name}={written},")
    lines += [")", 'print("\\n".join(model.evaluation.sentences))']
    lines.append("# answers = model.pipeline.predict(…)    brinery.save(model, name=…)")
    return "\n".join(lines) + "\n"
