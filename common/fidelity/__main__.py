"""Write docs/fidelity.md: `python -m common.fidelity`."""

from pathlib import Path

from common.fidelity import as_markdown

Path("docs/fidelity.md").write_text(as_markdown())
