"""All of the dashboard that knows Streamlit, but for the pages themselves."""
