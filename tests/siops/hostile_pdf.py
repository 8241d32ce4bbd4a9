"""PDFs that do something, made with the library that other people's tools are made with."""

import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf

from tests.siops import papers

SCRIPT = b"<< /S /JavaScript /JS (app.alert) >>"


def made(change: Callable[[pikepdf.Pdf], Any], **saving: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(papers.pdf())) as document:
        change(document)
        document.save(out, **saving)
    return out.getvalue()


def in_object_streams(change: Callable[[pikepdf.Pdf], Any]) -> bytes:
    """The same, compressed, so that no byte of the file spells it."""
    return made(change, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True)


Change = Callable[[pikepdf.Pdf], Any]


def parsed(document: pikepdf.Pdf, text: bytes) -> pikepdf.Object:
    return document.make_indirect(pikepdf.Object.parse(text))


def root(key: str, text: bytes) -> Change:
    """An entry of the catalogue."""

    def change(document: pikepdf.Pdf) -> None:
        document.Root[key] = parsed(document, text)

    return change


def mark(text: bytes) -> Change:
    """An annotation of the page."""

    def change(document: pikepdf.Pdf) -> None:
        rest = b"<< /Type /Annot /Rect [0 0 9 9] " + text + b" >>"
        document.pages[0].obj["/Annots"] = pikepdf.Array([parsed(document, rest)])

    return change


def attached_file(document: pikepdf.Pdf) -> None:
    document.attachments["a.txt"] = b"texto"


def outside_file(document: pikepdf.Pdf) -> None:
    document.pages[0].obj["/Metadata"] = document.make_stream(b"", F=pikepdf.String("/etc/passwd"))


def script_of_page(document: pikepdf.Pdf) -> None:
    document.pages[0].obj["/AA"] = pikepdf.Object.parse(b"<< /O " + SCRIPT + b" >>")


ACTIVE: dict[str, Change] = {
    "script at opening": root("/OpenAction", SCRIPT),
    "script in the name tree": root("/Names", b"<< /JavaScript << /Names [(a) " + SCRIPT + b"] >> >>"),
    "script of a page": script_of_page,
    "script kept in metadata": root("/PieceInfo", b"<< /A << /B [[" + SCRIPT + b"]] >> >>"),
    "address at opening": root("/OpenAction", b"<< /S /URI /URI (http://a.example) >>"),
    "second action at opening": root("/OpenAction", b"<< /S /GoTo /D [] /Next << /S /Named /N /Print >> >>"),
    "form that is sent": mark(b"/Subtype /Link /A << /S /SubmitForm /F (http://a.example) >>"),
    "program": mark(b"/Subtype /Link /A << /S /Launch /F (cmd.exe) >>"),
    "other document": mark(b"/Subtype /Link /A << /S /GoToR /F (b.pdf) >>"),
    "data that are fetched": mark(b"/Subtype /Link /A << /S /ImportData /F (b.fdf) >>"),
    "rich media": mark(b"/Subtype /RichMedia"),
    "three dimensions": mark(b"/Subtype /3D"),
    "film": mark(b"/Subtype /Movie"),
    "attachment": attached_file,
    "attachment pinned to a page": mark(b"/Subtype /FileAttachment"),
    "stream kept elsewhere": outside_file,
    "XFA form": root("/AcroForm", b"<< /Fields [] /XFA (<xdp/>) >>"),
    "collection": root("/Collection", b"<< /Type /Collection >>"),
}

PLAIN: dict[str, Change] = {
    "as it is": lambda document: None,
    "place to open at": root("/OpenAction", b"[/Fit]"),
    "going there at opening": root("/OpenAction", b"<< /S /GoTo /D [/Fit] >>"),
    "link to an address": mark(b"/Subtype /Link /A << /S /URI /URI (https://a.example) >>"),
    "form without actions": root("/AcroForm", b"<< /Fields [] >>"),
    "words that only look like it": root("/Info2", b"(/JavaScript) "),
}


def escaped(content: bytes) -> bytes:
    """The same names, written with an escape; the sizes change, so the table is made anew."""
    written = content.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/J#53")
    return rebuilt(written)


def rebuilt(body: bytes) -> bytes:
    """A fresh cross-reference table for objects that stand in clear."""
    objects = body[: body.rindex(b"xref\n", 0, body.rindex(b"startxref"))]
    trailer = body[body.rindex(b"trailer") : body.rindex(b"startxref")]
    places = {}
    position = 0
    for line in objects.splitlines(keepends=True):
        words = line.split()
        if words[1:] == [b"0", b"obj"] or words[1:3] == [b"0", b"obj"]:
            places[int(words[0])] = position
        position += len(line)
    rows = b"".join(b"%010d 00000 n \n" % places[number] for number in sorted(places))
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(places) + 1, rows)
    return objects + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(objects)


def written(*objects: bytes) -> bytes:
    """A document of these objects; the first is the catalogue."""
    body = b"%PDF-1.5\n"
    places = []
    for number, item in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, rows)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return body + head + trailer + b"startxref\n%d\n%%%%EOF\n" % len(body)


CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"


def bomb(size: int = 1_000_000_000) -> bytes:
    """An object table that would unpack to `size` bytes."""
    # Every million of zeros is packed alike: one of them is packed, and repeated.
    shrink = zlib.compressobj(9, wbits=-15)
    million = shrink.compress(bytes(1_000_000)) + shrink.flush(zlib.Z_FULL_FLUSH)
    check = (size % 65521 << 16 | 1).to_bytes(4, "big")
    packed = b"\x78\xda" + million * (size // 1_000_000) + shrink.flush() + check
    head = b"<< /Type /XRef /W [1 4 2] /Size 9 /Root 1 0 R /Filter /FlateDecode /Length %d >>" % len(packed)
    table = b"4 0 obj\n" + head + b"\nstream\n" + packed + b"\nendstream\nendobj\n"
    body = b"%PDF-1.5\n1 0 obj\n" + CATALOGUE + b"\nendobj\n"
    return body + table + b"startxref\n%d\n%%%%EOF\n" % len(body)


def deep(levels: int = 200_000) -> bytes:
    """Arrays in arrays."""
    return written(CATALOGUE, PAGES, PAGE, b"[" * levels + b"]" * levels)


def endless_pages() -> bytes:
    """A tree of pages that bites its tail."""
    return written(CATALOGUE, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>", PAGE)
