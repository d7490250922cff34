"""The least that a Streamlit page can be: what the real one is measured beside."""

import streamlit as st

name = st.selectbox("Greeting", ["Hello", "Good day"])
st.write(name)
