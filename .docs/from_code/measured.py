"""What was measured, from the table of the README, where each figure stands beside its command."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
TOPICS: Mapping[str, str] = {
    "colour": r"swatches|table warm|Lab|Sharma",
    "correction": r"LUT|the same: |ramp|exact HEX|known truth",
    "media": r"colour bars|decoded frame",
    "flicker": r"[Ff]licker",
    "style": r"`style`|approved",
    "generate": r"`builtin`",
    "press": r"CMYK",
    "review": r"review",
    "service": r"HTTP gate",
}
"""By topic, what the claim of a row says."""


def write(topic: str = "") -> str:
    """The rows of a topic, or all of them.

    Raises:
        ValueError: there is no row of that topic.
    """
    head, rule, *rows = _table(README.read_text(encoding="utf-8"))
    chosen = [row for row in rows if not topic or re.search(TOPICS[topic], row.split("|")[1])]
    if not chosen:
        raise ValueError(f"no claim of {README} is on '{topic}'; see {__name__}.TOPICS")
    return "\n".join([head, rule, *chosen])


def _table(text: str) -> list[str]:
    lines = iter(text.splitlines())
    for line in lines:
        if line.startswith("| claim |"):
            break
    else:
        raise ValueError(f"{README} has no table whose first column is 'claim'")
    table = [line]
    for line in lines:
        if not line.startswith("|"):
            break
        table.append(line)
    return table
