"""The review dashboard: a Streamlit app over a store. Start it with ``brandkit review``."""
