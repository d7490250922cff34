"""Files of skops' own form: made here by hand, since skops itself is not needed to read them."""

import io
import json
import zipfile

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from brinery.safety import door
from brinery.safety.skops import audited_any


def note(loader, kind="str", module="builtins", **rest):
    return {"__class__": kind, "__module__": module, "__loader__": loader, **rest}


def plain(value):
    return note("JsonNode", content=json.dumps(value), is_json=True)


def mapping(**items):
    kinds = note("ListNode", "list", content=[note("TypeNode", "str") for _ in items])
    return note("DictNode", "dict", content=items, key_types=kinds)


def array(file):
    return note("NdArrayNode", "ndarray", "numpy", type="numpy", file=file)


def skops(schema, **arrays):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", json.dumps(schema))
        for name, value in arrays.items():
            data = io.BytesIO()
            np.save(data, value)
            archive.writestr(f"{name}.npy", data.getvalue())
    return whole.getvalue()


def line(**more):
    state = mapping(
        coef_=array("coef.npy"),
        intercept_=plain(1.5),
        n_features_in_=plain(2),
        positive=plain(False),
        **more,
    )
    return note("ObjectNode", "LinearRegression", "sklearn.linear_model._base", content=state)


def load(data):
    with door.deep():
        return door.build(*audited_any(data))


def test_a_model_is_built_as_from_a_pickle():
    model = load(skops(line(), coef=np.array([1.0, 2.0])))
    assert type(model) is LinearRegression
    assert model.predict([[1.0, 1.0]]).tolist() == [4.5]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (note("ObjectNode", "Popen", "subprocess"), "subprocess.Popen"),
        (note("FunctionNode", "system", "os"), "os.system"),
        (note("OperatorFuncNode", "methodcaller", "operator"), "OperatorFuncNode"),
        (line(predict=note("FunctionNode", "mean", "numpy")), "in the place of"),
        (line(other=array("../../etc/passwd")), "not as skops writes it"),
        (line(other=plain([1])), "not as skops writes it"),
        ([], "not as skops writes it"),
        (note("ListNode", "list", content=5), "not as skops writes it"),
        (note("NdArrayNode", "ndarray", "numpy", type="numpy", file="odd.npy"), "array of objects"),
    ],
)
def test_what_is_not_honest_is_refused_in_words(schema, words):
    odd = np.array([None], dtype=object)
    with pytest.raises(door.UnsafePickle, match=words) as caught:
        load(skops(schema, coef=np.array([1.0, 2.0]), odd=odd))
    assert caught.value.remedy


def test_a_tree_without_end_is_refused():
    start = '{"__class__": "list", "__module__": "builtins", "__loader__": "ListNode", "content": ['
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("schema.json", start * 950 + "]}" * 950)
    with pytest.raises(door.UnsafePickle, match="not as skops writes it"):
        load(whole.getvalue())
