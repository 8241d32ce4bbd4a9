"""What static files the portal publishes from its asset wheels, and how production names them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files import File
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Public name → (package, file inside it). Nothing else of these wheels is served, least of all the gov.br trademark.
PUBLISHED = {
    "dsgovbr/core-lite.min.css": ("dsgovbr", "static/vendors/serpro/core-lite.min.css"),
    "fonts/raleway.ttf": ("fontpkg_raleway", "files/Raleway[wght].ttf"),
    "fonts/raleway-italic.ttf": ("fontpkg_raleway", "files/Raleway-Italic[wght].ttf"),
    "fontawesome/css/fontawesome.min.css": ("xstatic.pkg.font_awesome", "data/css/fontawesome.min.css"),
    "fontawesome/css/solid.min.css": ("xstatic.pkg.font_awesome", "data/css/solid.min.css"),
    "fontawesome/webfonts/fa-solid-900.woff2": ("xstatic.pkg.font_awesome", "data/webfonts/fa-solid-900.woff2"),
    "fontawesome/webfonts/fa-solid-900.ttf": ("xstatic.pkg.font_awesome", "data/webfonts/fa-solid-900.ttf"),
}


def _located(package: str, inside: str) -> Path:
    """Where a file of an installed package is, without importing the package itself."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return Path(inside)
    return Path(next(iter(spec.submodule_search_locations))) / inside


class WheelStorage(Storage):
    """Read-only view of the published files of the asset wheels."""

    prefix = ""

    def path(self, name: str) -> str:
        if name not in PUBLISHED:
            raise FileNotFoundError(name)
        return str(_located(*PUBLISHED[name]))

    def exists(self, name: str) -> bool:
        return name in PUBLISHED

    def get_modified_time(self, name: str) -> datetime:
        return datetime.fromtimestamp(Path(self.path(name)).stat().st_mtime, tz=UTC)

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        return File(Path(self.path(name)).open("rb"), name)


class WheelFinder(BaseFinder):
    """Find the allow-listed files of the asset wheels."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        self.storage = WheelStorage()

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        return [
            Error(f"O pacote não traz o arquivo {name}.", id="config.E001")
            for name in PUBLISHED
            if not Path(self.storage.path(name)).is_file()
        ]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [self.storage.path(path)] if path in PUBLISHED else []
        return found if find_all else next(iter(found), [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for name in PUBLISHED:
            yield name, self.storage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Hashed and compressed names for production, with our ES modules rewritten to the hashed ones.

    Scripts and source maps of other packages are not ours to rewrite: they mention files that were not shipped.
    """

    support_js_module_import_aggregation = True

    def url_converter(
        self, name: str, hashed_files: dict[str, str], template: str | None = None
    ) -> Callable[[re.Match[str]], str]:
        convert: Callable[[re.Match[str]], str] = super().url_converter(name, hashed_files, template)
        foreign = name.endswith(".js") and not name.startswith("js/")

        def convert_ours(match: re.Match[str]) -> str:
            return match.group(0) if foreign or "sourceMappingURL" in match.group(0) else convert(match)

        return convert_ours
