"""A page that teaches, live, what a pickle is, what it is good for, and where its danger is."""

import os

import pandas as pd
import streamlit as st

from brinery.errors import BrineryError, UnsafePickle
from brinery.report.words import count, size
from brinery.safety.audit import audit, explain
from ui import lesson, services, shell, words

shell.gate("pickling")
here = services.get()
st.title("How pickling works", anchor=False)
st.markdown(
    "A trained model lives in the memory of a program and is gone when the program ends. "
    "**Pickling** writes it down as bytes. Whoever loads the bytes has the same model again, "
    "with nothing to train. Here you can watch it."
)

st.header("1. Pickle a list", anchor=False)
text = st.text_input("Type a list", '["gherkin", 3, 4.5, true]', key="lesson/list")
try:
    typed = lesson.parse(text)
    data = lesson.pickled(typed)
    st.markdown(f"Pickled, it is {count(len(data), 'byte')}. On the right, those that are letters:")
    st.code(lesson.hexadecimal(data), language=None, wrap_lines=True)
    st.markdown("The bytes are a list of small orders to whoever loads them:")
    orders = [{"Byte": at, "Order": name, "In words": said} for at, name, said in explain(data)]
    st.dataframe(pd.DataFrame(orders), hide_index=True, alt="The pickle's orders in words")
    pid, value = lesson.repeated(here, data)
    same = "It is equal to yours." if value == typed else "It is not equal to yours!"
    st.markdown(f"Another process, number {pid}, followed the orders and got this list. {same}")
    st.code(repr(value), language="python", wrap_lines=True)
except BrineryError as error:
    shell.say(error)

st.header("2. Pickle a model", anchor=False)
st.markdown(
    "Here are made-up jars of pickles. A decision tree learns from 200 of them which ones come "
    "out crunchy. It is pickled; then a fresh process loads it and predicts new jars."
)
st.dataframe(lesson.jars(5, seed=1), hide_index=True, alt="Five of the made-up jars")
if st.button("Train, pickle, load, predict", icon=":material/play_arrow:", key="lesson/tree"):
    try:
        with st.spinner("Training the tree"):
            st.session_state["lesson/result"] = lesson.tree(here)
    except BrineryError as error:
        shell.say(error)
if done := st.session_state.get("lesson/result"):
    st.markdown(
        f"- Process {done.trained_in} trained the tree and pickled it: "
        f"{size(len(done.model.pickled))}. Then it ended, and the tree in its memory with it.\n"
        f"- Process {done.loaded_in} is fresh. It loaded the bytes and predicted these rows.\n"
        f"- This page is process {os.getpid()}. It only passed the bytes on and never loaded them."
    )
    st.dataframe(done.answers, hide_index=True, alt="New jars and the tree's predictions")

st.header("3. Why a stranger's pickle is dangerous", anchor=False)
st.markdown(
    "The orders in a pickle may also say: *fetch this function of the computer and call it*. "
    "Whoever loads such a file does what its maker wants. This one would run a command; it is a "
    "harmless one, but it could delete your files or send them away."
)
stranger = lesson.hostile()
st.code(lesson.hexadecimal(stranger), language=None, wrap_lines=True)
asks = ", ".join(f"`{one.module}.{one.name}`" for one in audit(stranger).imports)
st.markdown(f"Reading it without running it shows that it asks for {asks}.")
if st.button("Hand it to the door", icon=":material/door_front:", key="lesson/door"):
    try:
        lesson.repeated(here, stranger)
        st.error("It was let in. That must not happen: please tell whoever runs this server.")
    except UnsafePickle as error:
        st.success(
            f"Refused, before any of it ran: {words.plain(str(error))}", icon=":material/shield:"
        )
st.markdown(
    "So load only pickles of people you trust. Brinery reads every pickle before it loads it, lets "
    "in only what a model is made of, and loads it in a separate process that can do little harm."
)

st.header("4. In a notebook", anchor=False)
st.code(lesson.NOTEBOOK, language="python", wrap_lines=True)
