from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from brandkit_checks.logo import Logo
from PIL import Image

from brandkit.brand import Brand
from brandkit.check import Measurement
from brandkit.errors import BrandError
from brandkit.loop import check
from brandkit.media.clip import Frames, Source

sys.path.insert(0, str(Path(__file__).parents[1] / "logo"))
scenes = importlib.import_module("scenes")
