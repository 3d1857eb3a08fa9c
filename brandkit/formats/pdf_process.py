"""The process that takes a PDF apart: the file on its standard input, ``Content`` as JSON on its output."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import time
from collections.abc import Iterator

from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pydantic import TypeAdapter

from brandkit.formats.pdf_content import MOST_SECONDS, Content, Page
from brandkit.formats.pdf_device import Budget, PageReader, PageStop

MOST_PAGES = 200
MOST_STEPS = 4_000_000
"""Operands of all pages together: some half a minute. A page of dense illustration has 100 000."""
ENOUGH_SECONDS = 45
MOST_MEMORY = 2 << 30
_LONGEST_REASON = 100


def main() -> None:
    """Read, and answer; whatever else is printed on the way is no part of the answer."""
    answer, sys.stdout = sys.stdout.buffer, sys.stderr
    _bound()
    logging.disable(logging.CRITICAL)
    found = read(sys.stdin.buffer.read())
    answer.write(TypeAdapter(Content).dump_json(found))
    answer.flush()


def read(data: bytes) -> Content:
    """What is in a PDF. Never raises: what went wrong is in ``Content.error`` or ``Content.damaged``."""
    try:
        return _read(data)
    except (PDFPasswordIncorrect, PDFEncryptionError):
        return Content((), error="is protected by a password; save it without")
    except MemoryError:
        return Content((), error="needs more memory than a brand book may; save the palette pages alone")
    except Exception as error:  # a damaged PDF makes pdfminer raise nearly anything
        return Content((), error=f"is damaged ({_reason(error)}); save it again from its program")


def _read(data: bytes) -> Content:
    document = PDFDocument(PDFParser(io.BytesIO(data)), password="")
    resources = PDFResourceManager()
    budget = Budget(MOST_STEPS, time.monotonic() + ENOUGH_SECONDS)
    pages: list[Page] = []
    damaged: list[int] = []
    reason = ""
    for number, page in enumerate(_pages(document), 1):
        if number > MOST_PAGES or budget.spent:
            return Content(tuple(pages), tuple(damaged), further=True)
        reader = PageReader(resources, budget)
        cut_short = False
        try:
            reader.read(page)
        except PageStop:
            cut_short = True
        except MemoryError:
            raise
        except Exception as error:  # as above: the other pages may be sound
            reason = reason or _reason(error)
            damaged.append(number)
        pages.append(reader.page(number, cut_short))
    if not pages or (len(damaged) == len(pages) and not any(p.words or p.fills or p.drawings for p in pages)):
        why = f" ({reason})" if reason else ""
        return Content((), error=f"has no page that can be read{why}; save it again from its program")
    return Content(tuple(pages), tuple(damaged))


def _pages(document: PDFDocument) -> Iterator[PDFPage]:
    pages = PDFPage.create_pages(document)
    while True:
        try:
            yield next(pages)
        except StopIteration:
            return


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return "".join(c for c in text if c.isprintable())[:_LONGEST_REASON]


def _bound() -> None:
    """Let the system end this process where it takes too much; where it cannot, the parent does."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


if __name__ == "__main__":
    main()
