"""The verb `import`: bring a model from a notebook."""

from __future__ import annotations

import argparse
from pathlib import Path

import brinery
from brinery.cli.output import say_saved, tell
from brinery.settings import Settings
from brinery.tables.understood import summary

__all__ = ["bring"]


def bring(arguments: argparse.Namespace) -> int:
    """Bring a model from a notebook: look, make it a model by its sample, prove, save."""
    from brinery.bringing import bring as core
    from brinery.bringing.words import about
    from brinery.model.model import Model
    from brinery.registry import names
    from brinery.registry.prove import pool_for
    from brinery.safety.archive import of_folder

    name, settings = names.checked(arguments.name), Settings.from_environment()
    path = Path(arguments.file)
    data = of_folder(path) if path.is_dir() else path.read_bytes()
    with pool_for(None, settings) as pool:
        found = core.look(pool, data, settings)
        if found.is_refused:
            if found.lines:
                tell(f"This mends it:\n\n{found.lines}\n")
            raise core.refused(found, path.name)
        for line in about(found):
            tell(line)
        sample = brinery.read(arguments.sample, expected=found.columns)
        for line in (summary(sample.reading), *sample.notes):
            tell(line)
        tell("Asking it about the sample.")
        made = core.bring(
            *(pool, data, sample, settings),
            target=arguments.target,
            columns=found.columns,
        )
        model = Model.from_bytes(made.result())
        tell("Saving, and proving in a fresh process.")
        ref = brinery.save(
            model,
            name=name,
            models=arguments.models,
            description=arguments.description,
            pool=pool,
            settings=settings,
        )
    say_saved(ref, model)
    return 0
