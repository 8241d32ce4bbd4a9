"""The title of a page, the first thing that a screen reader says."""

import re
from typing import Any


def title_of(answer: Any) -> str:
    found = re.search(r"<title>\s*(.*?)\s*</title>", answer.content.decode(), re.DOTALL)
    assert found
    return " ".join(found[1].split())
