"""Formulas as MathML, which browsers show by themselves: no script, and nothing from a network."""

from __future__ import annotations

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.writers.html5 import HTML5Translator


def add_to(app: Sphinx) -> None:
    """Offer it as ``html_math_renderer = "mathml"``."""
    app.add_html_math_renderer("mathml", (_within_a_line, None), (_on_its_own, None))


def _within_a_line(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(_mathml(node.astext(), as_block=False))
    raise nodes.SkipNode


def _on_its_own(self: HTML5Translator, node: nodes.math_block) -> None:
    self.body.append(f'<div class="formula">{_mathml(node.astext(), as_block=True)}</div>\n')
    raise nodes.SkipNode


def _mathml(formula: str, *, as_block: bool) -> str:
    try:
        return str(tex2mathml(formula, as_block=as_block))
    except MathError as error:
        raise ExtensionError(f"the formula cannot be read: {error}: {formula}") from error
