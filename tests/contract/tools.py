"""The tools of other houses that the contract tests call, and which of them are here."""

import shutil
from pathlib import Path

from config.paths import BASE_DIR

CLIENTS = Path(__file__).parent / "clients"
NODE_MODULES = BASE_DIR / ".cache" / "contract" / "node_modules"
COMMANDS = ("curl", "openssl", "certtool", "node", "java", "keytool", "pdfsig", "certutil")
NODE_FORGE = "node-forge"
TOOLS = (*COMMANDS, NODE_FORGE)


def is_here(tool: str) -> bool:
    if tool == NODE_FORGE:
        return (NODE_MODULES / NODE_FORGE).is_dir()
    return shutil.which(tool) is not None


def missing() -> list[str]:
    return [tool for tool in TOOLS if not is_here(tool)]
