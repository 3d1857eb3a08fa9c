"""The checks and their metrics, as the registry has them."""

from __future__ import annotations

from collections.abc import Mapping

from brandkit.brand import Brand, Limit, Logo, Swatch
from brandkit.check import Check, Metric, discover, documentation
from brandkit.gate import describe_limit
from brandkit.guidelines import Delivery, Pairs, Part, Proportions
from brandkit.swatch import Forbidden
from from_code.markdown import code, table

OURS = "brandkit_checks."
"""Where the checks are that these pages are about; others may be installed beside them."""

UNITS: Mapping[str, str] = {
    "de00": "CIEDE2000",
    "share": "share, 0 to 1",
    "hz": "Hz",
    "s": "s",
    "px": "pixels",
    "count": "number",
    "cosine": "cosine, -1 to 1",
    "heights": "heights",
    ": 1": "ratio to 1",
    "degrees": "degrees",
    "bytes": "bytes",
}
BETTER = {"lower": "lower", "higher": "higher", "range": "within the range"}

_PLAIN = Brand(
    name="Plain",
    swatches=(
        Swatch(name="blue", hex="#0050FF"),
        Swatch(name="red", hex="#E4002B"),
        Swatch(name="ink", hex="#101820"),
    ),
    forbidden=(Forbidden(name="rival", hex="#00AA44"),),
    proportions=Proportions(parts=(Part(name="blue", swatches=("blue",), share=0.6),)),
    pairs=Pairs(required=(("blue", "ink"),), forbidden=(("blue", "red"),)),
    delivery=Delivery.model_validate(
        {"sizes": ["1920x1080"], "aspects": ["16:9"], "formats": ["png"], "fps": [25]}
    ),
    logos=(Logo(name="plain", files=("plain.svg",)),),
)
"""A brand that asks for everything and leaves every limit as it is."""
_SUBJECTS = {"logo": "plain", "palette": "blue", "palette.forbidden": "rival"}


def ours() -> dict[str, type[Check]]:
    """The checks that brandkit brings, by id."""
    return {name: check for name, check in discover().checks.items() if check.__module__.startswith(OURS)}


def default_limit(check: str, metric: str) -> Limit | None:
    """What a brand that says nothing else allows of a metric; ``None`` where it has to say so."""
    subject = _SUBJECTS.get(f"{check}.{metric}", _SUBJECTS.get(check))
    return _PLAIN.limit(check, metric, subject)


def write(name: str) -> str:
    """What one check measures, in its own words, and a table of its numbers."""
    check = ours()[name]
    rows = [_row(name, metric) for metric in check.metrics]
    heads = ["metric", "unit", "better", "usual limit", "what to do beyond it"]
    return f"(check-{name})=\n\n{documentation(check)}\n\n{table(heads, rows)}\n"


def write_overview() -> str:
    """Every metric of every check, with a link to its page."""
    rows = [
        [f"[`{name}.{metric.name}`](#check-{name})", *_row(name, metric)[1:4], _helps(metric)]
        for name, check in ours().items()
        for metric in check.metrics
    ]
    return table(["metric", "unit", "better", "usual limit", "`correct` helps"], rows)


def _row(check: str, metric: Metric) -> list[str]:
    limit = default_limit(check, metric.name)
    said = "none" if limit is None else describe_limit(limit, metric.unit.replace("hz", "Hz"))
    if limit is not None and limit.min is None and metric.unit != "share":
        said = f"at most {said}"
    return [code(metric.name), UNITS[metric.unit], BETTER[metric.direction], said, metric.remedy]


def _helps(metric: Metric) -> str:
    return "yes" if metric.correctable else ""
