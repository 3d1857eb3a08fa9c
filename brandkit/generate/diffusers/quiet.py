"""The libraries' bars and warnings: noise is dropped, what a person should know becomes a note."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_LIBRARIES = ("diffusers", "transformers", "huggingface_hub", "accelerate")
_NOISE = (
    "safety checker",  # a choice of who saved the model
    "torch_dtype",
    "`dtype`",
    "is deprecated",
    "deprecated and will be removed",
    "is outdated",
    "Couldn't connect to the Hub",
    "were passed to",
    "feature extractor",
    "slow image processor",
    "ftfy",
    "sequence length is longer than",  # said again, with the words that were cut off
)
"""Parts of warnings that say nothing to who asked for a picture."""
_LONGEST = 300


@contextmanager
def quiet() -> Iterator[list[str]]:
    """Keep bars and warnings off the screen; gives the list that real warnings are put in, one line each."""
    notes: list[str] = []
    listener = _Listener(notes)
    loggers = [logging.getLogger(name) for name in _LIBRARIES]
    before = [(logger.handlers[:], logger.propagate) for logger in loggers]
    bars = _bars_off()
    for logger in loggers:
        logger.handlers, logger.propagate = [listener], False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield notes
    finally:
        for logger, (handlers, propagate) in zip(loggers, before, strict=True):
            logger.handlers, logger.propagate = handlers, propagate
        for turn_on in bars:
            turn_on()


class _Listener(logging.Handler):
    def __init__(self, notes: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._notes = notes

    def emit(self, record: logging.LogRecord) -> None:
        said = " ".join(record.getMessage().split())
        if any(part in said for part in _NOISE):
            return
        said = said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
        if said not in self._notes:
            self._notes.append(said)


def _bars_off() -> list[Callable[[], None]]:
    """Turn off the bars that are on; gives what turns them on again."""
    from diffusers.utils import logging as of_diffusers
    from transformers.utils import logging as of_transformers

    on = [module for module in (of_diffusers, of_transformers) if module.is_progress_bar_enabled()]
    for module in on:
        module.disable_progress_bar()
    return [module.enable_progress_bar for module in on]
