"""The script that Streamlit runs, in a folder of its own: beside one called ``pages`` it would run those."""
