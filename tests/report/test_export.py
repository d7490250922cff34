import dataclasses
import re
from html.parser import HTMLParser

import pytest
from huggingface_hub import ModelCard

from brinery.report.card import report
from brinery.report.export import card_markdown, card_page
from tests.report.cards import churn


class Read(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_the_page_says_what_the_report_says_and_needs_no_other_file():
    read = Read(card_page(churn()))
    for said in ("churn, version 3", "Right for 81 of 100 rows.", "seen | on", "Proof and seal"):
        assert said in read.text
    assert [tag for tag, _ in read.tags].count("table") == 2
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in read.tags}
    assert not re.search(r"https?://|url\(", card_page(churn()))


@pytest.mark.parametrize("text", ["<script>x</script>", "</main><b>", "a & b", "# head", "[x](y)"])
def test_what_the_modeler_wrote_stays_text(text):
    card = dataclasses.replace(churn(), description=text)
    read, plain = Read(card_page(card)), Read(card_page(churn()))
    assert text in read.text
    assert [tag for tag, _ in read.tags] == [tag for tag, _ in plain.tags]


def test_a_hub_reads_the_front_matter():
    card = ModelCard(card_markdown(churn()))
    assert card.data.library_name == "sklearn"
    assert card.data.pipeline_tag == "tabular-classification"
    assert card.data.tags == ["sklearn", "tabular-classification"]
    assert card.data.model_name == "churn"
    assert [(one.metric_type, one.metric_value) for one in card.data.eval_results] == [
        ("accuracy", 0.81)
    ]
    assert card.text.lstrip("\n") == report(churn())


def test_of_a_model_that_was_not_measured_no_figures_are_told():
    card = dataclasses.replace(churn(), evaluation=None)
    assert ModelCard(card_markdown(card)).data.eval_results is None
    bare = dataclasses.replace(card, schema=dataclasses.replace(card.schema, task=None))
    assert ModelCard(card_markdown(bare)).data.pipeline_tag is None
