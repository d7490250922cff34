"""The application: `streamlit run app.py` starts everything.

This file is read twice. The server imports it once and finds `app`: life cycle, headers.
Then Streamlit runs it for each visitor, and the other branch shows the page.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui import shell

if get_script_run_ctx(suppress_warning=True) is None:
    from ui import server

    # Until st.navigation has been called once, a cold server would run pages/ without app.py.
    st.navigation([st.Page(shell.nothing)])
    app = st.App(__file__, **server.parts())
else:
    shell.show()
