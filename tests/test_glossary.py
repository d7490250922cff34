import re
from pathlib import Path

from brinery.schema.findings import CODES

GLOSSARY = (Path(__file__).parents[1] / "docs" / "glossary.md").read_text()


def test_every_finding_is_in_the_glossary_with_its_gravity():
    told = dict(re.findall(r"^\| `(\w+)` \| (\w+) \|", GLOSSARY, re.MULTILINE))
    assert told == CODES
