"""f2: cold start of the offline validator against that of a bare Python, and the memory that it takes.

Seconds of processor are said beside those of the clock, which are also those of whatever else the machine does.
"""

import json
import resource
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench import support
from declarations.engine import packing, samples

SECONDS, MEGABYTES = 1.5, 64
# The largest that the validator's own memory was, in kB: what a parent measures counts the parent's before the start.
PEAK = """
import sys, declarations.validate
declarations.validate.main(sys.argv[1:])
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
WRITTEN_AT = datetime(2026, 3, 20, tzinfo=UTC)


def run(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True).stdout


def processor(*arguments: str) -> float:
    """Seconds of processor of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run(*arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        declaration = samples.apui()
        file = Path(folder) / packing.file_name(declaration.identity)
        file.write_bytes(packing.write(declaration, generated_at=WRITTEN_AT))
        command = ("-m", "declarations.validate", str(file), "--json")
        assert json.loads(run(*command))["pode_transmitir"]
        memory = int(run("-c", PEAK, str(file)).split()[-2]) / 1024
        times = support.interleave(
            validator=lambda: support.timed(lambda: run(*command)),
            bare=lambda: support.timed(lambda: run("-c", "import json")),
            processor=lambda: processor(*command),
        )
    absolute = ", ".join(support.figures(name, values) for name, values in times.items())
    return support.finish(
        support.Goal.at_most("f2 partida a frio (s)", max(times["validator"]), SECONDS, absolute),
        support.Goal.at_most("f2 memória (MB)", memory, MEGABYTES, absolute),
    )


if __name__ == "__main__":
    support.run(main)
