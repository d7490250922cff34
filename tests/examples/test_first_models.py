"""What the first start does, without a server: train each example, save it, score new rows."""

import pytest

import brinery
from brinery.tables.table import Table
from examples.make_tables import EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_is_trained_saved_and_predicts(example, tmp_path):
    models = str(tmp_path / "models")
    model = brinery.train(
        Table.from_pandas(example.table()), example.target, recipe=example.recipe, seed=example.seed
    )
    best = model.evaluation.scores[0]
    better = best.value - best.baseline if best.higher_is_better else best.baseline - best.value
    assert better > 0.1
    brinery.save(model, name=example.name, models=models, description=example.description)

    rows = example.new_rows()
    result = brinery.score(example.name, rows, models=models)
    frame = result.to_pandas()
    assert len(frame) == len(rows)
    for row, _, _ in example.blemishes:
        assert frame.loc[row, "status"] in ("look", "not scored")
    assert {finding.column for finding in result.findings} >= {
        column for _, column, _ in example.blemishes
    }
