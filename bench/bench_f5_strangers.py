"""f5: 2,000 mutated copies of each file that strangers bring and only a reader of its own opens: none unanswered."""

import io
import random
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from bench import support
from bench.mutation import mutated
from bench.signed_paper import sheet, signed, stripe

FILES = 2_000
# The longest that a reader may take, an A1 of rounds without end, and one second.
SECONDS = 16
PASSWORD = "f5-so-da-medicao"  # noqa: S105 -- of a certificate that ends with the bench


def main() -> int:
    support.start_portal()
    goals = []
    for kind, (original, read) in kinds().items():
        chance = random.Random(kind)
        taken, answers = list[float](), Counter[str]()
        for number in range(FILES):
            # One in four is broken as a file; the others are whole outside and wrong at one place within.
            data = mutated(original, chance) if number % 4 == 0 else changed_within(original, chance)
            with support.stopwatch() as seconds:
                answers[answer(read, data)] += 1
            taken.append(seconds())
        absolute = f"{dict(answers)}, {support.milliseconds('um', taken)}"
        goals.append(support.Goal.at_most(f"f5 {kind}: o mais lento (s)", max(taken), SECONDS, absolute))
        goals.append(support.Goal.at_most(f"f5 {kind}: sem resposta", answers["sem resposta"], 0, absolute))
        # A bench whose copies are all whole, or none of them a file any more, would show nothing.
        goals.append(support.Goal.at_least(f"f5 {kind}: recusas", answers["recusado"], FILES // 10, absolute))
    return support.finish(*goals)


def changed_within(original: bytes, chance: random.Random) -> bytes:
    """Another byte at one place; of a package, one of its members mutated."""
    if original.startswith(b"PK"):
        file = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(original)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
            changed = chance.choice(old.namelist())
            for name in old.namelist():
                new.writestr(name, mutated(old.read(name), chance) if name == changed else old.read(name))
        return file.getvalue()
    place = chance.randrange(len(original))
    return original[:place] + bytes([original[place] ^ chance.randrange(1, 256)]) + original[place + 1 :]


def answer(read: Callable[[bytes], object], data: bytes) -> str:
    """Accepted, refused in words, or the error that must not be."""
    from common.exceptions import RuleBroken

    try:
        read(data)
    except RuleBroken:
        return "recusado"
    except Exception as error:
        sys.stderr.write(f"{error!r}\n")
        return "sem resposta"
    return "aceito"


def kinds() -> dict[str, tuple[bytes, Callable[[bytes], object]]]:
    """A file of each kind, and what reads it at the door."""
    # Models only exist after the portal started.
    from common import clock
    from declarations.spreadsheets import reading
    from documents.services import checking
    from pki import services as pki
    from pki.services.seals import current_seal

    now = clock.now()
    pki.ensure_authorities(at=now)
    paper = signed(sheet(), seal=current_seal(at=now), stripe=stripe(now), attached=b"{}" * 400)
    return {
        "A1": (
            certificate(now),
            lambda data: pki.inspect_pkcs12(content=data, filename="a.pfx", password=PASSWORD, at=now),
        ),
        "XLSX": (workbook(), lambda data: reading.read("planilha.xlsx", data)),
        "PDF assinado": (paper, lambda data: checking.check_file(content=data)),
    }


def certificate(now: datetime) -> bytes:
    from pki import services as pki

    person = pki.PersonHolder(name="Pessoa de Ensaio", cpf="52998224725", birth_date=now.date())
    _, file = pki.issue_certificate(holder=person, authority_slug="icp", password=PASSWORD, form="moderno", at=now)
    return file.content


def workbook() -> bytes:
    import openpyxl

    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Receita", "Orçado", "Realizada até o bimestre (b)"])
    for number in range(40):
        book.active.append([f"Receita {number}", number * 100, "=SUM(B2:B9)" if number % 9 == 0 else f"{number},50"])
    book.save(file)
    return file.getvalue()


if __name__ == "__main__":
    support.run(main)
