"""gunicorn behind nginx: a unix socket only, so that nobody but nginx can set the certificate header."""

import gc
import multiprocessing
import os
from contextlib import suppress
from typing import Any

bind = "unix:/run/ensaio/web.sock"
# nginx runs under another account; the folder of the socket is a volume that only the two of them mount.
umask = 0
# Who holds gunicorn's own control socket, which it would make in the home folder, stops the portal or starts workers.
control_socket_disable = True
worker_class = "sync"
workers = int(os.environ.get("WEB_WORKERS") or 2 * multiprocessing.cpu_count() + 1)
# Each worker says that it lives by touching a file at every call: in memory, and not on the layers of a container.
worker_tmp_dir = "/dev/shm"  # noqa: S108 -- gunicorn makes the file there without a name
timeout = 30
graceful_timeout = 20
max_requests = 5000
max_requests_jitter = 500
preload_app = True
# The application writes its own access log, without query strings or personal numbers.
accesslog = None
errorlog = "-"
# nginx overwrites these; on a unix socket every peer is nginx.
forwarded_allow_ips = "*"
limit_request_field_size = 16380


def when_ready(server: Any) -> None:
    """Say at the start, once for all workers, what the database server will not give them; then they are made."""
    from django.db import DatabaseError  # noqa: PLC0415 -- the application is loaded by now

    from config import garbage  # noqa: PLC0415
    from documents import signing  # noqa: F401, PLC0415 -- loaded once for all workers, not by each at its first paper
    from rooms import capacity  # noqa: PLC0415
    from rooms.pool import pool  # noqa: PLC0415

    with suppress(DatabaseError):
        for sentence in capacity.problems(threads=workers, processes=workers):
            server.log.warning(sentence)
    # No worker inherits a connection.
    pool.forget()
    # What the application is made of stays until its end: no worker's garbage collector goes through it.
    gc.collect()
    garbage.keep_all_until_now()
