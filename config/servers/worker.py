"""The Celery worker of `make run`, with the scheduler inside. Ends by itself when its supervisor is gone."""

import os
import signal
import threading
import time
from typing import Any

import billiard
import django
from celery.signals import worker_ready

from config.celery import app
from config.garbage import importing
from config.paths import data_dir
from config.servers.supervised import follow_supervisor

CONCURRENCY = 2
WATCH_SECONDS = 1.0


def main() -> None:
    follow_supervisor()
    # Celery would ask Django's checks, which load every page, and not look at the answers.
    os.environ["CELERY_SKIP_CHECKS"] = "1"
    with importing():
        django.setup()
        app.loader.import_default_modules()
    port = os.environ.get("PORT", "8000")
    schedule = data_dir() / f"schedule-{port}"
    app.worker_main(
        [
            "worker",
            "--beat",
            f"--schedule={schedule}",
            f"--hostname=ensaio-{port}@%h",
            "--pool=threads",
            f"--concurrency={CONCURRENCY}",
            "--loglevel=INFO",
            "--without-gossip",
            "--without-mingle",
        ]
    )


@worker_ready.connect
def follow_scheduler(**_: Any) -> None:
    """End this process once the scheduler, its only child, has died: the supervisor starts both anew."""

    def wait() -> None:
        while any(child.is_alive() for child in billiard.active_children()):
            time.sleep(WATCH_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="scheduler", daemon=True).start()


if __name__ == "__main__":
    main()
