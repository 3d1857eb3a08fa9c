"""Brand books for tests, made as designers' programs write them; and PDFs written by hand."""

from __future__ import annotations

import io

from reportlab.pdfgen.canvas import Canvas

from brandkit.errors import PaletteError
from brandkit.formats import Palette, Reading, pdf, pdf_process

WIDTH, HEIGHT = 595, 842


class Book:
    """A PDF of A4 pages; places are in points from the top left."""

    def __init__(self, **how: object) -> None:
        self.file = io.BytesIO()
        self.canvas = Canvas(self.file, pagesize=(WIDTH, HEIGHT), **how)

    def text(self, x: float, y: float, *lines: str, size: float = 10) -> None:
        """Lines below each other, the first with its base line at ``y``."""
        self.canvas.setFillColorRGB(0, 0, 0)
        self.canvas.setFont("Helvetica", size)
        for number, line in enumerate(lines):
            self.canvas.drawString(x, HEIGHT - y - 1.2 * size * number, line)

    def swatch(self, x: float, y: float, colour: object, width: float = 100, height: float = 0) -> None:
        """A filled rectangle, square unless a height is given."""
        height = height or width
        self.canvas.setFillColor(colour)
        self.canvas.rect(x, HEIGHT - y - height, width, height, fill=1, stroke=0)

    def data(self) -> bytes:
        """The file; nothing can be drawn afterwards."""
        self.canvas.save()
        return self.file.getvalue()


def read(data: bytes) -> Palette:
    """As the format reads it, but in this process."""
    content = pdf_process.read(data)
    if content.error:
        raise PaletteError(content.error)
    return pdf.palette(content, Reading("book"))


def by_hand(content: bytes, resources: bytes = b"", page: bytes = b"", stream: bytes = b"") -> bytes:
    """A PDF of one A4 page; the page may refer to 4 0 (its content) and 5 0 (``stream``, with its head)."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<"
        + resources
        + b">>"
        + page
        + b">>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        stream or b"null",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Root 1 0 R/Size 6>>\nstartxref\n%d\n%%%%EOF" % len(data)
    return data + b"xref\n0 6\n0000000000 65535 f \n" + table + end
