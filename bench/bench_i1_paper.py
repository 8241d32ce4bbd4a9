"""i1: signing a paper (stripe, proof attached, PAdES) against pyHanko alone with the same held key, per CPU second."""

import io
import time
from concurrent.futures import ThreadPoolExecutor

from bench import support
from bench.signed_paper import sheet, signed, stripe

GOAL = 0.9


def main() -> int:
    support.start_portal()

    # Models only exist after the portal started.
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    from common import clock
    from documents import foot, signing
    from pki import services as pki
    from pki.services.seals import current_seal

    now = clock.now()
    pki.ensure_authorities(at=now)
    seal = current_seal(at=now)
    content, words = sheet(), stripe(now)
    proof = b"{}" * 4000
    count = 100 if support.FULL else 20

    def paper() -> bytes:
        return signed(content, seal=seal, stripe=words, attached=proof)

    def alone() -> bytes:
        metadata = PdfSignatureMetadata(field_name="Sig", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
        field = SigFieldSpec("Sig", on_page=-1, box=foot.stripe_box(0))
        signer = PdfSigner(metadata, signer=signing._signer(seal), new_field_spec=field)
        with ThreadPoolExecutor(max_workers=1) as apart:
            file = apart.submit(signer.sign_pdf, IncrementalPdfFileWriter(io.BytesIO(content))).result()
        return bytes(file.getbuffer())

    for made in (paper(), alone()):
        assert len(PdfFileReader(io.BytesIO(made)).embedded_regular_signatures) == 1

    def rate(make: object) -> float:
        started = time.process_time()
        for _ in range(count):
            make()  # type: ignore[operator] # one of the two above
        return count / (time.process_time() - started)

    rates = support.interleave(papers=lambda: rate(paper), alone=lambda: rate(alone))
    absolute = ", ".join(support.figures(name, values, "/s de CPU") for name, values in rates.items())
    figure = support.ratio(rates["papers"], rates["alone"])
    return support.finish(support.Goal.at_least("i1 papel assinado", figure, GOAL, absolute))


if __name__ == "__main__":
    support.run(main)
