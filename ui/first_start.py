"""The first start: an empty shelf is given two example models, by really training them.

Where it was stopped between the two, the next start makes the one that is missing.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field

from brinery.errors import BrineryError
from brinery.model.card import Card
from brinery.registry.save import save
from brinery.tables.table import Table
from examples.make_tables import EXAMPLES, Example
from ui import training
from ui.services import Services

__all__ = ["FirstStart", "begin", "example_file", "example_of", "state"]

_OWNER = "Brinery"
_log = logging.getLogger("brinery.ui")


@dataclass
class FirstStart:
    """How far the example models are.

    Attributes
    ----------
    waiting : list of str
        The names of the models still to come.
    problem : str
        Why they could not be made; empty where all is well.
    """

    waiting: list[str] = field(default_factory=list)
    problem: str = ""


state = FirstStart()


def begin(services: Services) -> threading.Thread | None:
    """Begin to train the examples in the background, where they are wanted.

    They are where the shelf is empty, or holds nothing but some of them.

    Returns
    -------
    threading.Thread or None
        The thread that trains; None where there is nothing to do.
    """
    if not services.settings.examples:
        return None
    there = {entry.name for entry in services.shelf.entries(include_archived=True)}
    missing = [example for example in EXAMPLES if example.name not in there]
    if len(missing) + len(there) > len(EXAMPLES) or not missing:
        return None
    state.problem = ""
    state.waiting = [example.name for example in missing]
    thread = threading.Thread(
        target=_train_all, args=(services, missing), name="examples", daemon=True
    )
    thread.start()
    return thread


def _train_all(services: Services, examples: list[Example]) -> None:
    try:
        for example in examples:
            table = Table.from_pandas(example.table(), name=f"{example.name}.csv")
            future = training.submit(
                services, table, example.target, recipe=example.recipe, seed=example.seed
            )
            save(
                training.result(future),
                name=example.name,
                models=services.settings.models,
                description=example.description,
                owner=_OWNER,
                by="first start",
                pool=services.pool,
                settings=services.settings,
            )
            state.waiting.remove(example.name)
    except (BrineryError, RuntimeError) as error:
        if services.pool.is_shut:  # the server is ending
            return
        state.problem = str(error)
        _log.exception("The example models could not be made")
    finally:
        state.waiting.clear()


def example_of(card: Card) -> Example | None:
    """Give the example that the model was trained on, where it is one of the first start's."""
    if card.owner != _OWNER:
        return None
    return next((example for example in EXAMPLES if example.name == card.name), None)


def example_file(example: Example) -> bytes:
    """Give new rows for an example model as a CSV file, with a few of the faults of real files."""
    text: str = example.new_rows().to_csv(index=False)
    return text.encode()
