"""What Streamlit runs for each session and each change; see ``navigation``."""

from importlib import import_module

# Streamlit runs this file by itself, so that it has no package to import from relatively.
import_module("brandkit_dashboard.navigation").run()
