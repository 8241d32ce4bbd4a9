"""Example documents of the demonstration: each says on itself that it is simulated."""

import io
import zipfile

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

MARK = "DOCUMENTO SIMULADO – SEM VALOR LEGAL"
PAPERS = {
    "documento-simulado.pdf": ("Documento de exemplo", "Serve como ofício, identidade, ato ou comprovante no ensaio."),
    "diploma-simulado.pdf": ("Diploma de exemplo", "Serve como Diploma ou Ata de Posse de um chefe eleito no ensaio."),
}
ARCHIVE = "ops-simulado.zip"


def paper(name: str) -> bytes:
    """The PDF of that name in PAPERS; always the same bytes."""
    title, text = PAPERS[name]
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    canvas.setTitle(f"{title} (SIMULADO)")
    for size, height, line in ((12, 270, MARK), (20, 240, title), (12, 225, text), (12, 30, MARK)):
        canvas.setFont("Helvetica-Bold" if line == MARK else "Helvetica", size)
        canvas.drawString(25 * mm, height * mm, line)
    canvas.save()
    return out.getvalue()


def archive() -> bytes:
    """The ZIP of a chamado; always the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo("LEIA-ME.txt"), f"{MARK}\nArquivo de exemplo para abrir um chamado.\n")
    return out.getvalue()
