"""For the operator: what holds on this machine, and what it runs."""

import pandas as pd
import streamlit as st

from brinery.errors import BrineryError
from brinery.report import system
from brinery.worker.trial import what_is_open
from ui import environments_view, services, shell, words

shell.gate("system")
here = services.get()
st.title("System", anchor=False)
st.markdown(
    "For whoever runs this server: whether models are held down as they should be, and what "
    "is installed."
)

st.header("The sandbox", anchor=False)
st.markdown(
    "Models are loaded, trained and asked in separate processes, the workers. Should a hostile "
    "file ever take one over, it must not get out of it. So each thing below was really tried "
    "in a worker when the server started; every one should be blocked."
)
try:
    with st.spinner("Trying each attack in a worker. This takes a few seconds."):
        tried = here.pool.sandbox()
    said = words.plain(system.verdict(tried))
    if what_is_open(tried):
        st.error(said, icon=":material/gpp_bad:")
        st.markdown(system.REMEDY)
    else:
        st.success(said, icon=":material/verified_user:")
    st.dataframe(
        pd.DataFrame(system.lines(tried), columns=["A worker tried to", "Outcome"]),
        hide_index=True,
        height="content",
        alt="What was tried in a worker, and whether it was blocked",
    )
except BrineryError as error:
    shell.say(error)

st.header("This server", anchor=False)
facts = system.facts(here.settings)
if facts.key_problem:
    st.error(words.plain(facts.key_problem), icon=":material/key_off:")
for doubt in facts.doubts:
    st.warning(words.plain(doubt), icon=":material/settings_alert:")
for name, value in facts.server:
    st.markdown(f"**{name}**: {words.plain(value)}")

st.header("Environments of older models", anchor=False)
environments_view.listing()

st.header("Versions", anchor=False)
st.dataframe(
    pd.DataFrame(facts.versions, columns=["Program", "Version"]),
    hide_index=True,
    height="content",
    alt="What is installed, and in which version",
)
