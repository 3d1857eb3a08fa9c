"""What is said where a package that a command needs is not installed."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from brandkit.errors import BrandkitError
from brandkit.extras import needed


def test_a_missing_package_is_said_with_how_to_install_it() -> None:
    said = r"^clouds cannot be reached; run: pip install 'brandkit\[s3\]'$"
    with pytest.raises(BrandkitError, match=said), needed("clouds cannot be reached", "s3"):
        importlib.import_module("no_such_package_at_all")


@pytest.mark.parametrize("package", ["brandkit", "brandkit_checks", "brandkit_dashboard"])
def test_a_missing_module_of_our_own_is_a_fault_and_said_as_it_is(package: str) -> None:
    with pytest.raises(ModuleNotFoundError) as raised, needed("clouds cannot be reached", "s3"):
        importlib.import_module(f"{package}.no_such_module")
    assert raised.value.name == f"{package}.no_such_module"


def test_the_command_line_says_it_in_one_line() -> None:
    without = "import sys; sys.modules['sqlalchemy'] = None"
    code = f"{without}; from brandkit.cli import main; main(['keys', 'list'])"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr == "brandkit: stores are not installed; run: pip install 'brandkit[store]'\n"
