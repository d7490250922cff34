import io
import json
import pickle
import zipfile

import pytest
from sklearn.linear_model import LinearRegression

from brinery.bringing.metadata import columns_of_prototype
from brinery.bringing.opening import opened
from brinery.bringing.yamlfile import plain_yaml
from brinery.errors import BrineryError, UnsafePickle
from brinery.safety.archive import of_folder

MODEL = pickle.dumps(LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0]))


def zipped(files):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return whole.getvalue()


MLFLOW = """
flavors:
  python_function: {loader_module: mlflow.sklearn, python_version: 3.11.4}
  sklearn: {pickled_model: model.pkl, serialization_format: cloudpickle, sklearn_version: 1.5.2}
mlflow_version: 2.14.1
signature:
  inputs: '[{"type": "double", "name": "size", "required": true}]'
  outputs: '[{"type": "double", "required": true}]'
"""
PIN = """
file: rent.joblib
type: joblib
api_version: 1
user:
  user: {}
  vetiver_meta:
    required_pkgs: [scikit-learn==1.4.2, vetiver]
    prototype: '{"size": 3.5, "rooms": null}'
    python_version: [3, 10, 4]
"""


def test_mlflow_gives_its_columns_and_versions():
    files = {"run/MLmodel": MLFLOW, "run/model.pkl": MODEL, "run/requirements.txt": "numpy==1.26.4"}
    found = opened(zipped(files))
    assert (found.form, found.data, found.columns) == ("an MLflow model", MODEL, ("size",))
    assert found.made_with == {
        "numpy": "1.26.4",
        "scikit-learn": "1.5.2",
        "python": "3.11.4",
        "mlflow": "2.14.1",
    }


def test_a_board_of_vetivers_gives_the_latest_version_of_its_pin():
    old, new = "rent/20240101T000000Z-aaaaa/", "rent/20250101T000000Z-bbbbb/"
    files = {f"{old}data.txt": PIN, f"{old}rent.joblib": b"old"}
    files |= {f"{new}data.txt": PIN, f"{new}rent.joblib": MODEL}
    found = opened(zipped(files))
    assert (found.form, found.data) == ("a pin of vetiver's", MODEL)
    assert found.columns == ("size", "rooms")
    assert found.made_with == {"scikit-learn": "1.4.2", "python": "3.10.4"}


def test_a_folder_is_read_as_its_zip(tmp_path):
    (tmp_path / "MLmodel").write_text(MLFLOW)
    (tmp_path / "model.pkl").write_bytes(MODEL)
    assert opened(of_folder(tmp_path)).form == "an MLflow model"


def test_a_zip_with_one_model_is_that_model():
    assert opened(zipped({"a/model.pkl": MODEL, "a/read me.txt": "x"})).data == MODEL


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04 nothing", "The zip file is damaged"),
        (zipped({"a.txt": "x"}), "holds no model"),
        (zipped({"xl/workbook.xml": "x"}), "no model but an Excel workbook. .* A table goes to"),
        (zipped({"META-INF/manifest.xml": "x"}), "no model but an OpenDocument file"),
        (zipped({"a.pkl": MODEL, "b.pkl": MODEL}), "more than one model: a.pkl, b.pkl"),
        (zipped({"a.pkl": zipped({"b.pkl": MODEL})}), "a zip file inside of a zip file"),
        (zipped({"a.pkl": b"\0" * 70_000_000}), "larger than it may be"),
        (zipped({"MLmodel": "flavors: {keras: {}}"}), "no scikit-learn model, but keras"),
        (zipped({"MLmodel": MLFLOW}), r"lacks its model \(model.pkl\)"),
        (zipped({"MLmodel": "- 1"}), "no scikit-learn model"),
        (zipped({"MLmodel": "a: &a [1]\nb: *a"}), "MLmodel can't be read"),
        (zipped({"MLmodel": "!!python/object/apply:os.system [true]"}), "MLmodel can't be read"),
        (zipped({"MLmodel": "[" * 5000}), "MLmodel can't be read"),
        (zipped({"MLmodel": "flavors: {sklearn: {pickled_model: ../x}}"}), "lacks its model"),
        (zipped({"a/1/data.txt": PIN, "b/1/data.txt": PIN}), "more than one pin: a, b"),
        (zipped({"a/1/data.txt": PIN}), "lacks its file"),
    ],
)
def test_what_can_not_be_opened_is_refused_in_words(data, words):
    with pytest.raises(UnsafePickle, match=words) as caught:
        opened(data)
    assert caught.value.remedy


def test_odd_notes_are_no_columns():
    assert columns_of_prototype("not JSON") == ()
    assert columns_of_prototype(json.dumps({"": 1})) == ()
    assert columns_of_prototype({"properties": {"a": {}}}) == ("a",)
    assert plain_yaml(b"5", "data.txt") == {}
    with pytest.raises(BrineryError, match="can't be read"):
        plain_yaml(b"x" * (2**20 + 1), "data.txt")
