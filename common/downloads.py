"""Files that a page gives to keep."""

from collections.abc import Iterable
from typing import cast

from django.http import HttpResponse, StreamingHttpResponse


def pdf_download(content: bytes, filename: str) -> HttpResponse:
    """A paper. Kept and not opened in place of the page, whose reload would then issue another one."""
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def csv_download(lines: Iterable[str], filename: str) -> HttpResponse:
    """A CSV (common.sheets), sent line by line."""
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    stream = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
    return cast("HttpResponse", stream)
