"""The Celery worker of `make run`, with the scheduler inside. Ends by itself when its supervisor is gone."""

import os

from config.celery import app
from config.paths import data_dir
from config.servers.supervised import follow_supervisor


def main() -> None:
    follow_supervisor()
    port = os.environ.get("PORT", "8000")
    schedule = data_dir() / f"schedule-{port}"
    app.worker_main(
        [
            "worker",
            "--beat",
            f"--schedule={schedule}",
            f"--hostname=ensaio-{port}@%h",
            "--pool=threads",
            "--concurrency=2",
            "--loglevel=INFO",
            "--without-gossip",
            "--without-mingle",
        ]
    )


if __name__ == "__main__":
    main()
