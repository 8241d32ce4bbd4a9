"""f4: 5,000 mutated transmission files, each answered with an F-code or judged: the slowest, and the memory."""

import random
import resource
from datetime import UTC, datetime

from bench import support
from bench.mutation import mutated
from declarations.engine import packing, records, report, samples
from declarations.engine.faults import MESSAGES
from tests.declarations.packages import files_of, repacked

FILES = 5_000
SECONDS, MEGABYTES = 2, 64
WRITTEN_AT = datetime(2026, 3, 20, tzinfo=UTC)


def main() -> int:
    chance = random.Random(20_260_320)
    original = packing.write(samples.completed(samples.example(2)), generated_at=WRITTEN_AT)
    files = files_of(original)
    names = sorted(files.keys() - {records.MANIFEST})
    taken, unanswered = [], 0
    for number in range(FILES):
        # One in four is broken as a package; of the others one file is, in a package that is true of it.
        name = chance.choice(names)
        whole = number % 4 == 0
        data = mutated(original, chance) if whole else repacked(files | {name: mutated(files[name], chance)})
        with support.stopwatch() as seconds:
            found = report.examine(data)
        taken.append(seconds())
        codes = {fault.code for fault in found.faults}
        unanswered += not codes <= MESSAGES.keys() or not (codes or found.case)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    absolute = f"{FILES} arquivos, {support.milliseconds('um', taken)}"
    return support.finish(
        support.Goal.at_most("f4 o mais lento (s)", max(taken), SECONDS, absolute),
        support.Goal.at_most("f4 sem resposta", unanswered, 0, absolute),
        support.Goal.at_most("f4 memória do processo (MB)", memory, MEGABYTES, absolute),
    )


if __name__ == "__main__":
    support.run(main)
