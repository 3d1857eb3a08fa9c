"""How Sphinx builds the documentation: ``make docs``.

Sphinx, since MkDocs has had no release after 1.6.1 of August 2024. Nothing is fetched, neither while it is
built nor while it is read: formulas are MathML, and there are no links to the inventories of other projects.
"""

from __future__ import annotations

import sys
from importlib.metadata import version as version_of
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

project = "brandkit"
author = "the authors of brandkit"
project_copyright = "the authors of brandkit, Apache-2.0"
version = release = version_of("brandkit")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "from_code",
]
root_doc = "index"
exclude_patterns = ["from_code"]
nitpicky = True

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "fieldlist"]
myst_heading_anchors = 3
html_math_renderer = "mathml"

autodoc_default_options = {"members": True, "member-order": "bysource", "ignore-module-all": True}
autodoc_typehints = "signature"
autodoc_class_signature = "mixed"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_custom_sections = [("Attributes", "params_style")]
napoleon_use_rtype = False
python_maximum_signature_line_length = 88
add_module_names = False
default_role = "code"
"""What stands in single backticks is code: the docstrings of checks are Markdown."""

html_theme = "furo"
html_title = f"brandkit {release}"
html_favicon = "../dashboard/icon.png"
html_static_path = ["static"]
html_css_files = ["brandkit.css"]
html_copy_source = False
html_show_sphinx = False
copybutton_prompt_text = "$ "
copybutton_only_copy_prompt_lines = True
