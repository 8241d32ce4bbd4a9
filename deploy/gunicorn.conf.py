"""gunicorn behind nginx: a unix socket only, so that nobody but nginx can set the certificate header."""

import multiprocessing
import os

bind = "unix:/run/ensaio/web.sock"
# nginx runs under another account; the folder of the socket is a volume that only the two of them mount.
umask = 0
worker_class = "sync"
workers = int(os.environ.get("WEB_WORKERS") or 2 * multiprocessing.cpu_count() + 1)
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
