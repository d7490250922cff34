"""The verb `import`: bring a model from a notebook."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import brinery
from brinery.cli.given import bytes_of, name_to_save, shelf_of
from brinery.cli.output import Steps, say_saved, tell
from brinery.errors import CannotLearn
from brinery.settings import Settings
from brinery.tables.understood import summary

if TYPE_CHECKING:
    from brinery.bringing.look import Look
    from brinery.environments.kept import Built
    from brinery.tables.table import Table

__all__ = ["bring"]


def bring(arguments: argparse.Namespace) -> int:
    """Bring a model from a notebook: look, make it a model by its sample, prove, save."""
    from brinery.bringing import bring as core
    from brinery.bringing.words import about
    from brinery.model.model import Model
    from brinery.registry.own import of_its_time
    from brinery.registry.prove import pool_for
    from brinery.safety.archive import of_folder

    if arguments.sample is None and arguments.holdout is None:
        raise CannotLearn(
            "The model needs rows like those that it was fitted on.",
            where=arguments.file,
            remedy="Give them with --sample, or rows with known answers with --holdout.",
        )
    name, settings = name_to_save(arguments), Settings.from_environment()
    path = Path(arguments.file)
    data = of_folder(path) if path.is_dir() else bytes_of(path)
    own = None
    if arguments.made_with is not None:
        own = of_its_time(settings, arguments.made_with, Steps())
    environment = own.key if own else ""
    with pool_for(None, settings) as pool:
        found = core.look(pool, data, settings, environment=environment)
        if found.is_refused:
            tell(str(core.refused(found, path.name)))
            if found.lines:
                tell(f"\nIn the notebook, this mends it:\n\n{found.lines}\n")
            _hint(found, own)
            return 1
        for line in about(found, own.packages if own else None):
            tell(line)
        sample, holdout = (_read(path, found) for path in (arguments.sample, arguments.holdout))
        tell("Asking it about the rows.")
        made = core.bring(
            *(pool, data, sample, settings),
            target=arguments.target,
            columns=found.columns,
            holdout=holdout,
            threshold=arguments.threshold,
            by_group=arguments.by_group,
            environment=environment,
        )
        try:
            model = Model.from_bytes(made.result())
        except CannotLearn:
            _hint(found, own)
            raise
        tell("Saving, and proving in a fresh process.")
        ref = brinery.save(
            model,
            name=name,
            models=arguments.models,
            description=arguments.description,
            review_by=arguments.review_by,
            pool=pool,
            settings=settings,
            own=own,
        )
    say_saved(ref, model, shelf_of(arguments))
    return 0


def _read(path: str | None, found: Look) -> Table | None:
    if path is None:
        return None
    table = brinery.read(path, expected=found.columns)
    for line in (summary(table.reading), *table.notes):
        tell(line)
    return table


def _hint(found: Look, own: Built | None) -> None:
    """Name the option that brings a file of another release by that release."""
    from brinery.bringing.words import release_to_bring_in

    if own is None and (release := release_to_bring_in(found)):
        tell(f"It can be brought in an environment of its own: --with scikit-learn=={release}\n")
