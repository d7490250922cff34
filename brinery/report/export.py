"""A model's card as files for others: a page to print or send, and Markdown for a model hub."""

from __future__ import annotations

import html
from typing import Any

import yaml
from markdown_it import MarkdownIt

from brinery.model.card import Card
from brinery.report.card import report

__all__ = ["card_markdown", "card_page"]

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto;
  padding: 0 1rem; overflow-wrap: break-word; }
h1 { font-size: 1.8rem; line-height: 1.2; }
h2 { font-size: 1.25rem; margin-top: 2rem; }
h1, h2, h3, p:has(+ table), p:has(+ pre), p:has(+ ul) { break-after: avoid; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th, td { border: 1px solid #8888; padding: 0.3rem 0.5rem; text-align: left;
  vertical-align: top; }
thead { display: table-header-group; }
tr, li, pre { break-inside: avoid; }
pre { border: 1px solid #8888; padding: 0.75rem; font-size: 0.8rem; white-space: pre-wrap; }
@media screen and (max-width: 30rem) {
  table { font-size: 0.75rem; }
  th, td { padding: 0.2rem; }
  th { hyphens: auto; overflow-wrap: anywhere; }
}
@media print {
  :root { color-scheme: light; }
  body { font-size: 10.5pt; margin: 0; max-width: none; padding: 0; }
}
"""

_TASKS = {
    "yes/no": "tabular-classification",
    "classes": "tabular-classification",
    "amount": "tabular-regression",
}


def card_page(card: Card) -> str:
    """Write a card as one HTML file that needs no other, in light and dark, and for printing.

    Parameters
    ----------
    card : Card

    Returns
    -------
    str
    """
    # What the modeler wrote is text: HTML within it is shown, and is never part of the page.
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(report(card))
    title = html.escape(f"{card.name}, version {card.version}")
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def card_markdown(card: Card) -> str:
    """Write a card as Markdown whose front matter a model hub reads.

    Parameters
    ----------
    card : Card

    Returns
    -------
    str
        With "library_name", "pipeline_tag", "tags" and, of a model that was measured,
        "model-index", as Hugging Face's model cards have them.

    References
    ----------
    Mitchell et al. (2019), Model Cards for Model Reporting, doi:10.1145/3287560.3287596;
    https://huggingface.co/docs/hub/model-cards#model-card-metadata
    """
    told = yaml.safe_dump(_front_matter(card), sort_keys=False, allow_unicode=True)
    return f"---\n{told}---\n\n{report(card)}"


def _front_matter(card: Card) -> dict[str, Any]:
    task = _TASKS.get(card.schema.task or "")
    told: dict[str, Any] = {
        "library_name": "sklearn",
        "tags": ["sklearn", *([task] if task else [])],
        "model_name": card.name,
        "model_file": "model.pkl",
    }
    if task is None:
        return told
    told["pipeline_tag"] = task
    if card.evaluation is not None:
        metrics = [
            {"type": score.metric, "value": float(score.value)} for score in card.evaluation.scores
        ]
        result = {
            "task": {"type": task},
            "dataset": {"type": "tabular", "name": "holdout"},
            "metrics": metrics,
        }
        told["model-index"] = [{"name": card.name, "results": [result]}]
    return told
