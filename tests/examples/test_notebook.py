"""The example notebook runs as it stands, in a kernel of its own, as a reader would run it."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import brinery

EXAMPLES = Path(__file__).parents[2] / "examples"


def printed(cell) -> str:
    return "".join(one.get("text", "") for one in cell["outputs"])


# jupyter_client and pyzmq warn of event loops of their own
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_notebook_runs_and_leaves_a_measured_model(tmp_path, monkeypatch):
    place = tmp_path / "examples"
    place.mkdir()
    shutil.copy(EXAMPLES / "make_tables.py", place)
    monkeypatch.setenv("PYTHONPATH", str(EXAMPLES.parent))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = nbformat.read(EXAMPLES / "from_a_notebook.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(place)}}).execute()
    refused, saved, card, answers = (
        printed(cell) for cell in notebook.cells if cell["cell_type"] == "code" and cell["outputs"]
    )
    assert "It holds a lambda (in “columntransformer”, “log”, func)" in refused
    assert "FunctionTransformer(np.log1p)" in refused
    assert saved == "delivery days@1\n"
    assert "rows it had never seen" in card
    assert "Each prediction comes with a range" in card
    assert "low" in answers
    assert brinery.report("delivery days", models=str(tmp_path / "models")) in card
