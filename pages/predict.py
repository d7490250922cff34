"""Pick a model, upload a table, download its predictions."""

from functools import partial

import streamlit as st

from brinery.errors import BrineryError
from brinery.report.check import in_the_download
from brinery.report.words import count
from ui import (
    card_view,
    charts,
    comparison_view,
    corrections,
    doctor,
    download_options,
    downloads,
    findings_view,
    predictions,
    run_view,
    shelf_view,
    shell,
    standing_view,
)
from ui.upload import uploader

shell.gate("predict")
st.title("Predict", anchor=False)
st.markdown("Pick a model, upload your table, download it with the predictions.")

st.header("1. Pick a model", anchor=False)
card = shelf_view.pick()
if card is None:
    st.stop()
card_view.in_words(card)
if not standing_view.may_answer(card):
    st.stop()

st.header("2. Upload your table", anchor=False)
st.caption("CSV, Excel, OpenDocument or Parquet: one row for each case, column names on top.")
names = [column.name for column in card.schema.features]
upload = uploader(
    "Your table",
    key="predict_file",
    expected=names,
    now=partial(corrections.applied, card),
    takes_large=True,
)
downloads.samples(card)
card_view.needs(card)
if upload is None:
    st.stop()

st.header("3. Check", anchor=False)
if upload.is_beginning:
    st.caption(
        "Of the beginning of your file. The page of its run tells what is found in all of it."
    )
chosen = doctor.told(card, upload)
whole = corrections.applied(card, upload)
corrections.said(card, upload)
report = predictions.checked(card, whole, chosen)
found = doctor.others(report.findings)
show_findings = partial(
    findings_view.show, n_features=len(card.schema.features), key="predict/findings"
)
if not report.can_score:
    with show_findings(report.verdict, found):
        shelf_view.instead(card, upload.table)
        doctor.show(card, upload, report)
    st.stop()
findings_slot = st.container()
doctor.show(card, upload, report)
if whole is upload and run_view.is_large(upload):
    with findings_slot, show_findings(report.verdict, found):
        pass
    run_view.offer(card, upload, chosen)
    st.stop()
try:
    result = predictions.scored(f"{card.name}@{card.version}", card, whole, report, chosen)
    result = result.escaped(download_options.escape("predict/download"))
except BrineryError as error:
    shell.say(error)
    st.stop()
with findings_slot:
    with show_findings(result.verdict, doctor.others(result.findings)):
        corrections.offer(card, upload, whole, result.verdict, result.findings)
    corrections.lines(whole, result.findings)

st.header("4. Your predictions", anchor=False)
comparison_view.show(report.shifts, card.schema)
said = f"{count(result.verdict.n_scored, 'row')} predicted."
st.markdown(f"{said} {in_the_download(result.verdict)}")
card_view.threshold(card)
downloads.result_buttons(result, upload.name, key="predict/download")
shelf_view.preview(result)
charts.predictions(result.added.to_pandas(), card.schema.labels)
