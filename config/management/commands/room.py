"""`manage.py room`: open, list, change, reset and close rooms, for trainers and for continuous integration."""

import json
import re
import secrets
import tempfile
from argparse import ArgumentParser
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.actors import on_behalf_of
from common import clock, switches
from common.exceptions import Refusal
from common.legal_time import BRASILIA
from common.switches import written
from config.checks import AT_START
from pki.models import Pkcs12File
from rnds.management.commands.credential import write_private
from rnds.services import credentialing, credentials
from rooms import clockwork, describe, services, switchboard, worlds
from rooms.models import Room

KEYS = "salas"


class Command(BaseCommand):
    help = "Abre, lista, reinicia e encerra salas. Cada sala é um simulador inteiro, com endereços próprios."
    requires_system_checks = AT_START

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="open|list|reset|close|clock|switch")
        opening = verbs.add_parser("open", help="abre uma sala")
        opening.add_argument("--title", default="Sala de teste", help="título da sala")
        opening.add_argument("--purpose", default="", help="para que serve")
        opening.add_argument("--days", type=int, default=7, help="dias até encerrar (1 a 90)")
        opening.add_argument("--cnes", help="já com uma credencial deste estabelecimento")
        verbs.add_parser("list", help="lista as salas abertas")
        for verb, text in (("reset", "volta a sala ao começo"), ("close", "encerra a sala")):
            acting = verbs.add_parser(verb, help=text)
            acting.add_argument("code", help="código da sala")
            acting.add_argument("--key", help="chave da sala; sem ela vale a guardada nesta máquina")
        clocking = verbs.add_parser("clock", help="mostra ou avança o relógio da sala")
        clocking.add_argument("code", help="código da sala")
        clocking.add_argument("--key", help="chave da sala; sem ela vale a guardada nesta máquina")
        way = clocking.add_mutually_exclusive_group()
        way.add_argument("--advance", metavar="1d|2h|30m", help="quanto avançar")
        way.add_argument("--to", metavar="AAAA-MM-DDTHH:MM", help="até quando (horário de Brasília)")
        clocking.add_argument("--preview", action="store_true", help="só mostra o que vai acontecer")
        clocking.add_argument("--keep-people", action="store_true", help="mantém ativas as pessoas da demonstração")
        switching = verbs.add_parser("switch", help="mostra ou muda os interruptores da sala")
        switching.add_argument("code", help="código da sala")
        switching.add_argument("name", nargs="?", help="interruptor (docs/interruptores.md); sem ele, mostra todos")
        switching.add_argument("value", nargs="?", help="o novo valor")
        switching.add_argument("--default", action="store_true", help="volta ao da instalação; sem interruptor, todos")
        switching.add_argument("--key", help="chave da sala; sem ela vale a guardada nesta máquina")
        for each in verbs.choices.values():
            each.add_argument("--json", action="store_true", help="escreve JSON")

    def handle(self, **options: Any) -> None:
        try:
            answer, text = getattr(self, f"_{options['verb']}")(options)
        except Refusal as refusal:
            raise CommandError(refusal.message) from None
        except worlds.NotPrepared:
            raise CommandError(
                "As salas ainda não foram preparadas. Inicie o portal com `make run` e repita."
            ) from None
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) if options["json"] else text)

    def _open(self, options: dict[str, Any]) -> tuple[Any, str]:
        opened = services.open_room(
            title=options["title"], purpose=options["purpose"], days=options["days"], at=clock.real_now()
        )
        room = opened.room
        keep_key(room.code, opened.key)
        answer = describe.facts(room) | {"pin": opened.pin, "key": opened.key, "personas": describe.personas()}
        lines = [
            f"Sala {room.code} aberta: {describe.invitation_url(room)}",
            f"PIN {opened.pin}",
            f"Chave {opened.key}",
        ]
        if options["cnes"]:
            answer["credential"] = credential = obtain(room, options["cnes"])
            lines.append(f"Credencial nº {credential['requester_id']}: {credential['pfx']}")
        return answer, "\n".join(lines)

    def _list(self, _: dict[str, Any]) -> tuple[Any, str]:
        with worlds.control():
            rooms = list(Room.objects.open().rehearsals().order_by("created_at", "pk"))
        text = "\n".join(f"{room.code}  até {room.expires_at:%d/%m/%Y}  {room.title}" for room in rooms)
        return [describe.facts(room) for room in rooms], text or "Só a sala aberta."

    def _reset(self, options: dict[str, Any]) -> tuple[Any, str]:
        room = services.reset_room(**own(options), at=clock.real_now())
        return describe.facts(room), f"A sala {room.code} voltou ao começo."

    def _close(self, options: dict[str, Any]) -> tuple[Any, str]:
        room = services.close_room(**own(options), at=clock.real_now())
        key_file(room.code).unlink(missing_ok=True)
        return {"code": room.code, "status": room.status}, f"A sala {room.code} foi encerrada."

    def _clock(self, options: dict[str, Any]) -> tuple[Any, str]:
        at, owner = clock.real_now(), own(options)
        room = services.prove_key(**owner, at=at)
        to = target_of(options, room.time.at(at))
        if to is None:
            return told(room), f"A sala {room.code} está em {legal(room.time.at(at))}."
        if options["preview"]:
            shown = clockwork.preview(room=room, until=to, at=at)
            lines = [f"{legal(due.at)}  {due.what}  ({due.told}: {due.effect})" for due in shown.due]
            due = [{"at": each.at.isoformat(), "what": each.what, "told": each.told} for each in shown.due]
            return {"until": to.isoformat(), "due": due}, "\n".join(lines) or "Nada vence até lá."
        room = clockwork.advance(
            code=owner["code"], key=owner["key"], to=to, spares_people=options["keep_people"], at=at
        )
        return told(room), f"A sala {room.code} está em {legal(room.time.at(clock.real_now()))}."

    def _switch(self, options: dict[str, Any]) -> tuple[Any, str]:
        at, owner = clock.real_now(), own(options)
        given = given_switches(options)
        room = (
            switchboard.change(code=owner["code"], key=owner["key"], given=given, at=at)
            if given
            else services.prove_key(**owner, at=at)
        )
        rows = describe.switchboard_of(room)
        marks = {True: "  (da sala)", False: ""}
        lines = [f"{row['name']}={written(row['value'])}{marks[row['value'] != row['default']]}" for row in rows]
        return {"code": room.code, "switches": rows}, "\n".join(lines)


def given_switches(options: dict[str, Any]) -> dict[str, object]:
    """What is to change; nothing when the switches are only read."""
    name, value = options["name"], options["value"]
    if options["default"] and value is None:
        return {name: None} if name else dict.fromkeys(switches.BY_VARIABLE)
    if name and (value is None or options["default"]):
        raise CommandError("Use room switch CODIGO NOME VALOR, ou room switch CODIGO NOME --default.")
    return {name: value} if name else {}


def told(room: Room) -> dict[str, Any]:
    return describe.facts(room) | {"now": room.time.at(clock.real_now()).isoformat(), "stopped": bool(room.stopped_at)}


def target_of(options: dict[str, Any], now: datetime) -> datetime | None:
    """The instant asked for, or None when the clock is only read."""
    if options["advance"]:
        found = re.fullmatch(r"([0-9]{1,5})([dhm])", options["advance"])
        if not found:
            raise CommandError("Use --advance 1d, 2h ou 30m.")
        unit = {"d": "days", "h": "hours", "m": "minutes"}[found[2]]
        return now + timedelta(**{unit: int(found[1])})
    if options["to"]:
        try:
            given = datetime.fromisoformat(options["to"])
        except ValueError:
            raise CommandError("Use --to AAAA-MM-DDTHH:MM.") from None
        return given if given.tzinfo else given.replace(tzinfo=BRASILIA)
    return None


def legal(instant: datetime) -> str:
    return f"{instant.astimezone(BRASILIA):%d/%m/%Y %H:%M}"


def own(options: dict[str, Any]) -> dict[str, str]:
    """Code and key: the one given, or the one that this machine kept when it opened the room."""
    file, key = key_file(options["code"]), options["key"]
    if key is None:
        if not file.exists():
            raise CommandError("Informe a chave da sala: --key CHAVE.")
        key = file.read_text().strip()
    return {"code": options["code"], "key": key}


def key_file(code: str) -> Path:
    if not code.isalnum():
        raise CommandError(services.NO_ROOM)
    return Path(settings.DATA_DIR) / KEYS / f"{code}.chave"


def keep_key(code: str, key: str) -> None:
    """Whoever may read the data folder may look after the rooms opened from it."""
    file = key_file(code)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    write_private(file, f"{key}\n".encode())


def obtain(room: Room, cnes: str) -> dict[str, Any]:
    """A ready credential of that establishment in the room, with its `.pfx` in a folder of its own."""
    password = secrets.token_urlsafe(12)
    with worlds.entered(worlds.world_of(room)):
        at = clock.now()
        credential = credentialing.obtain(cnes=cnes, password=password, form=Pkcs12File.Form.MODERN, at=at)
        content = credentials.credential_file(
            credential_id=credential.pk, by=on_behalf_of(credential.request.requested_by, at=at), at=at
        ).content
        facts = {"requester_id": credential.requester_id, "cnes": cnes, "uf": credential.uf.acronym}
    file = Path(tempfile.mkdtemp(prefix=f"ensaio-{room.code}-")) / "client.pfx"
    write_private(file, content)
    return facts | {"pfx": str(file), "pfx_password": password}
