"""What the database server lets this installation do, said in words when it is less than the rooms need."""

from collections.abc import Iterator

from django.conf import settings

from rooms import stock
from rooms.worlds import control

ONE_ROOM = (
    "Há só a sala aberta: a conta do banco de dados não pode criar outros bancos. Para ter salas, dê-lhe esse direito "
    "(ALTER ROLE {role} CREATEDB) e inicie de novo."
)
TOO_FEW = (
    "O servidor do banco de dados aceita {taken} conexões, e este portal pode pedir {wanted}: {threads} em uso e "
    "{resting} em repouso em {processes} processos. Aumente max_connections no servidor, ou diminua SALAS_CONEXOES ou "
    "o número de processos; senão, na hora cheia, algumas páginas dirão «indisponível»."
)
FOR_US = """
    SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true)::int, 0), current_user
"""


def problems(*, threads: int, processes: int) -> Iterator[str]:
    """Sentences for whoever starts the portal: `processes` of it, which together answer with `threads` threads.

    A thread uses one connection at a time; a process keeps up to SALAS_CONEXOES more for the next.
    """
    with control() as connection, connection.cursor() as cursor:
        cursor.execute(FOR_US)
        taken, role = cursor.fetchone()
    resting = processes * settings.ROOM_CONNECTIONS_IDLE
    if threads + resting > taken:
        yield TOO_FEW.format(
            taken=taken, wanted=threads + resting, threads=threads, resting=resting, processes=processes
        )
    if settings.ROOMS_MOST and not stock.may_create():
        yield ONE_ROOM.format(role=role)
