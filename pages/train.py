"""Upload a table, choose the target, train, look at the result, save."""

import streamlit as st

from ui import columns_view, shell, training_view
from ui.upload import first_rows, uploader

shell.gate("train")
st.title("Train", anchor=False)

if training_view.running():
    st.stop()

st.header("1. Upload a table with known answers", anchor=False)
st.caption("One row for each past case, with the answer in one of the columns.")
upload = uploader("Your table", key="train_file", n=st.session_state.get(columns_view.ROUND, 0))
if upload is None:
    st.stop()
with st.expander("The first rows"):
    st.dataframe(first_rows(upload.table), hide_index=True, alt="The first rows of your table")

st.header("2. Choose what to predict", anchor=False)
target = st.selectbox(
    "The column with the answer",
    list(dict.fromkeys(upload.table.column_names)),
    index=None,
    placeholder="Choose a column",
    key=f"train/target/{upload.sha256}",
    persist_state="session",
)
if target is None:
    st.stop()
schema = columns_view.schema_for(upload, target)
if schema is None:
    st.stop()

st.header("3. Train", anchor=False)
training_view.start(upload, target, schema)
