"""One call that brings a migrated database to the seeded state, or leaves a seeded one as it is."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from config.seed.retirement import retire_demonstration
from config.seed.siops import plant_media
from config.seed.sisrede import plant_sisrede
from config.seed.world import Planted, plant
from gerencia.services.catalogue import ensure_offers
from pki.services import ensure_authorities
from rnds.services.terms import ensure_terms_text
from territory.services import ReferenceData, load_reference_data


class Seeded(NamedTuple):
    territory: ReferenceData
    authorities: int
    terms_version: str
    offers: int
    planted: Planted
    media: int
    citizens: int
    retired: int


@transaction.atomic
def seed(*, at: datetime) -> Seeded:
    """Territory, authorities, termo and people; what exists already stays as people left it."""
    return Seeded(
        territory=load_reference_data(),
        authorities=len(ensure_authorities(at=at)),
        terms_version=ensure_terms_text(at=at).version,
        offers=ensure_offers(at=at),
        planted=plant(at=at),
        media=plant_media(at=at),
        citizens=plant_sisrede(at=at),
        retired=retire_demonstration(at=at),
    )


def report(seeded: Seeded) -> str:
    """What a person reads after `seed` and `reset`."""
    planted = seeded.planted
    lines = [
        f"Território: {seeded.territory.ufs} UFs e {seeded.territory.municipalities} municípios.",
        f"Autoridades simuladas: {seeded.authorities}. Termo: versão {seeded.terms_version}.",
    ]
    if seeded.retired:
        lines.append(
            f"Este banco foi de uma demonstração: {seeded.retired} senhas e certificados publicados foram retirados, e "
            "as sessões, encerradas."
        )
    if not any((*planted, seeded.offers, seeded.media, seeded.citizens)):
        lines.append("Mundo sintético: já estava completo; nada mudou.")
        return "\n".join(lines)
    lines.append(
        f"Mundo sintético: {planted.entities} entes, {planted.establishments} estabelecimentos, {planted.funds} fundos,"
        f" {planted.people} pessoas, {planted.memberships} perfis, {planted.professional_links} vínculos,"
        f" {planted.pec_installations} instalações do PEC e {planted.staff} contas da equipe."
    )
    lines.append(
        f"SIOPS: {planted.health_managers} gestores, {planted.technicians} responsáveis pelo envio,"
        f" {planted.service_points} postos de certificadoras, {seeded.media} certificados em mídia,"
        f" {planted.periods} bimestres no calendário e {planted.declarations} declarações já enviadas."
    )
    lines.append(f"Gerencia APS: {seeded.offers} edições de oferta.")
    lines.append(
        f"CADSUS e SISRede: {planted.postings} lotações, {planted.areas} áreas e microáreas,"
        f" {planted.operators} operadores com acesso e {seeded.citizens} usuários; no cadastro nacional,"
        f" {planted.room_people} pessoas da sala, com os casos especiais."
    )
    return "\n".join(lines)
