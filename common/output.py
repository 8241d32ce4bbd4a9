"""Where commands write their files: what cannot be written to is refused in words, before anything is done."""

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError

_WHY = {
    errno.EACCES: "sem permissão de escrita",
    errno.EPERM: "sem permissão de escrita",
    errno.EROFS: "o disco é só de leitura",
    errno.ENOSPC: "o disco está cheio",
    errno.ENOTDIR: "há um arquivo no lugar de uma pasta",
    errno.EEXIST: "há um arquivo no lugar de uma pasta",
    errno.EISDIR: "há uma pasta no lugar de um arquivo",
}


@contextmanager
def written_to(folder: Path) -> Iterator[None]:
    """Do the work whose files go to `folder` (made by who writes). Raises CommandError when they cannot be written."""
    try:
        _try(folder)
        yield
    except OSError as problem:
        why = _WHY.get(problem.errno or 0, "o lugar não aceita arquivos")
        raise CommandError(f"Não foi possível gravar em {folder}: {why}.") from None


def _try(folder: Path) -> None:
    """Write and forget a file in the folder, or in the nearest one above it that exists."""
    nearest = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    if not nearest.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "", str(nearest))
    with tempfile.TemporaryFile(dir=nearest):
        pass
