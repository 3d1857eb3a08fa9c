"""A real printing condition: FOGRA39L's published measurements, as a small profile."""

from __future__ import annotations

from pathlib import Path

import pytest

from brandkit.press.profile import PrintProfile

DATA = Path(__file__).parents[1] / "data"
PROFILE = DATA / "icc" / "FOGRA39L-small.icc"
DISPLAY_ONLY = Path(__file__).parents[2] / "brandkit" / "colour" / "profiles" / "CGATS001Compat-v2-micro.icc"


@pytest.fixture(scope="session")
def fogra() -> PrintProfile:
    return PrintProfile.read(PROFILE)
