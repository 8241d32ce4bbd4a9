"""The bytes of a connection as they arrive, cut into whole requests, so that no thread waits for a slow client.

Only as much of HTTP is understood here as is needed to know where a request ends. Whatever is malformed counts as whole
at once: the server that reads it then says what is wrong.
"""

import re
from tempfile import SpooledTemporaryFile

IN_MEMORY = 64 * 1024
# A chunked body is longer than what it carries.
FRAMING = 64 * 1024
SIZE_LINE = 1024

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_REQUEST_LINE = re.compile(rb"(?:\r\n)?[A-Za-z]+ [^\n]* HTTP/1\.[01]\r\n")
_BEGINNING = re.compile(rb"(?:\r\n|\r)?(?:[A-Za-z]|$)")
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*([0-9]+)[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
_CHUNKED = re.compile(rb"^transfer-encoding[ \t]*:[ \t]*chunked[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
_EXPECTS = re.compile(rb"^expect[ \t]*:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE | re.MULTILINE)
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\n]*)?\r?\n")


class Incoming:
    """Feed it what arrives; once `is_whole`, `take` the request. Bytes beyond it begin the next one."""

    def __init__(self, *, max_head: int, max_body: int) -> None:
        self._max_head, self._max_body = max_head, max_body
        self._early = bytearray()
        self._begin()

    def _begin(self) -> None:
        self.is_whole = False
        # The head has come and the body is awaited.
        self.awaits_body = False
        # The client waits for «100 Continue» before it sends the body; who reads this says it, and takes the flag down.
        self.awaits_continue = False
        self._request: SpooledTemporaryFile[bytes] | None = None
        self._missing = 0
        self._is_chunked = self._in_trailer = False

    @property
    def has_begun(self) -> bool:
        return bool(self._early) or self.awaits_body

    def feed(self, data: bytes) -> None:
        """Take in what has arrived."""
        self._early += data
        self._advance()

    def take(self) -> "SpooledTemporaryFile[bytes]":
        """The whole request, to be read from its beginning and closed; the next one may be whole already."""
        request = self._kept()
        request.seek(0)
        self._begin()
        self._advance()
        return request

    def close(self) -> None:
        """Forget what has come of a request that will not be whole."""
        if self._request is not None:
            self._request.close()

    def _kept(self) -> "SpooledTemporaryFile[bytes]":
        """What is known to belong to the present request."""
        if self._request is None:
            self._request = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 -- closed by who takes it, or by close()
        return self._request

    def _advance(self) -> None:
        if not self.awaits_body and self._early:
            self._look_for_head()
        if self.awaits_body and not self.is_whole:
            self._move_chunks() if self._is_chunked else self._move_missing()

    def _look_for_head(self) -> None:
        end = _END_OF_HEAD.search(self._early)
        if end is None:
            line, newline, _ = self._early.lstrip(b"\r\n").partition(b"\n")
            is_no_request = not _BEGINNING.match(self._early) or (newline and not _REQUEST_LINE.match(line + newline))
            if is_no_request or len(self._early) > self._max_head:
                self._finish(len(self._early))
            return
        head = bytes(self._early[: end.end()])
        length = int(found[1]) if (found := _LENGTH.search(head)) else 0
        self._is_chunked = _CHUNKED.search(head) is not None
        if not _REQUEST_LINE.match(head) or length > self._max_body or not (length or self._is_chunked):
            self._finish(end.end())
            return
        self.awaits_body, self._missing = True, 0 if self._is_chunked else length
        # The server would say it too, when nobody waits for it any more.
        head, expectations = _EXPECTS.subn(b"", head)
        self.awaits_continue = bool(expectations)
        self._kept().write(head)
        del self._early[: end.end()]

    def _finish(self, size: int) -> None:
        self._move(size)
        self.is_whole = True

    def _move(self, size: int) -> None:
        self._kept().write(self._early[:size])
        del self._early[:size]

    def _move_missing(self) -> None:
        here = min(self._missing, len(self._early))
        self._move(here)
        self._missing -= here
        self.is_whole = not self._missing

    def _move_chunks(self) -> None:
        while self._early and not self.is_whole:
            if self._missing:
                here = min(self._missing, len(self._early))
                self._move(here)
                self._missing -= here
            elif not self._move_line():
                break
        if self._kept().tell() > self._max_body + FRAMING:
            self.is_whole = True

    def _move_line(self) -> bool:
        """A line of framing: the size of a chunk, the end of one, the trailer. Tells whether one has come whole."""
        end = self._early.find(b"\n") + 1
        if not end:
            if len(self._early) > SIZE_LINE:
                self._finish(len(self._early))
            return False
        line = bytes(self._early[:end])
        self._move(end)
        is_empty = not line.strip()
        if self._in_trailer:
            self.is_whole = is_empty
        elif not is_empty:
            size = _CHUNK_SIZE.fullmatch(line)
            self.is_whole = size is None
            self._missing = int(size[1], 16) if size else 0
            self._in_trailer = size is not None and not self._missing
        return True


class RequestFile:
    """What the server reads a request from; it holds no more than has arrived, so that reading never waits."""

    def __init__(self) -> None:
        self._file: SpooledTemporaryFile[bytes] | None = None
        self.bytes_read = 0

    def open(self, request: "SpooledTemporaryFile[bytes]") -> None:
        self.close()
        self._file = request

    def read(self, size: int | None = -1) -> bytes:
        data = self._file.read(-1 if size is None else size) if self._file else b""
        self.bytes_read += len(data)
        return data

    def readline(self, size: int | None = -1) -> bytes:
        line = self._file.readline(-1 if size is None else size) if self._file else b""
        self.bytes_read += len(line)
        return line

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
