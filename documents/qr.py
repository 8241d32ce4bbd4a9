"""A QR code on a page of a PDF, drawn as squares, without a picture file."""

import segno
from reportlab.lib.units import mm
from reportlab.platypus import Flowable


class QrCode(Flowable):
    """In a story, or straight on a canvas by `drawOn`."""

    def __init__(self, text: str, side: float = 30 * mm) -> None:
        super().__init__()
        self.rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
        self.width = self.height = side

    def draw(self) -> None:
        cell = self.height / len(self.rows)
        for y, row in enumerate(self.rows):
            for x, is_dark in enumerate(row):
                if is_dark:
                    self.canv.rect(x * cell, self.height - (y + 1) * cell, cell, cell, stroke=0, fill=1)
