"""Upload a table, choose the target, train, look at the result, save."""

import streamlit as st

from ui import columns_view, shell, training_view
from ui.upload import uploader

shell.gate("train")
st.title("Train", anchor=False)

if training_view.running():
    st.stop()

st.header("1. Upload a table with known answers", anchor=False)
st.caption("One row for each past case, with the answer in one of the columns.")
upload = uploader("Your table", key="train_file", n=st.session_state.get(columns_view.ROUND, 0))
if upload is None:
    st.stop()

st.header("2. Choose what to predict", anchor=False)
names = list(dict.fromkeys(upload.table.column_names))
file, before = st.session_state.get("train/chosen", ("", ""))
target = st.selectbox(
    "The column with the answer",
    names,
    index=names.index(before) if file == upload.sha256 and before in names else None,
    placeholder="Choose a column",
    key=f"train/target/{upload.key}",
    persist_state="session",
)
if target is None:
    st.stop()
st.session_state["train/chosen"] = (upload.sha256, target)
schema = columns_view.schema_for(upload, target)
if schema is None:
    st.stop()

st.header("3. Train", anchor=False)
training_view.start(upload, target, schema)
