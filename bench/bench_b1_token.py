"""b1: a new mutual-TLS connection that ends in a signed token, behind nginx, against a static file.

Both sides are one nginx on the loopback address, one new connection and one full handshake per request. The reference
serves a file of the same size with an RSA certificate; ours has a P-256 certificate beside the RSA one, passes the
client's certificate in an overwritten header over a unix socket and runs the portal under gunicorn. What counts is work
per CPU second of the servers (nginx, gunicorn and PostgreSQL together), so the client's own cost is left out.

Where it goes, in ms of CPU a call, on two busy cores (Python by samples of py-spy, the rest by /proc):

    static file: nginx                                        1.97
    token: nginx                                              1.98   P-256 is cheaper, the unix socket costs the same
           gunicorn's own                                     0.92   0.64 under a bare application; 0.23 is parsing
           the look-up, the switch to PostgreSQL included     0.29
           the signature                                      0.14
           the rest of the answer, edge and access log        0.35
           the log of calls (thread, one batch a second)      0.16
           PostgreSQL                                         0.29

The goal is two static files, 3.94: a bare application under this gunicorn would stand at 0.79, and what misses the goal
is some 0.2 ms. The log's batch has a fixed cost, so a slower machine, with fewer calls a second, shows a lower ratio.
Most of what is gunicorn's is the kernel's: waiting, waking nginx with each of two writes, closing. A bare application
called without TLS, one call after the other, costs it 0.19 ms: the rest seems to be what a handshake between two calls
puts out of the processor's caches, which was not measured. Fifteen runs of a day gave 0.46 to 0.52, in the middle 0.48.

Tried without gain: a parser in C, the uwsgi protocol, an older gunicorn, kept connections to a threaded worker, a
frozen garbage collector, head and body in one write, workers that load the application by themselves, memory in large
pages, larger buffers in nginx, and a server in Rust (granian: 0.44 where gunicorn had 0.45 to 0.47 in the same hour).
uWSGI 2.0.30, in C, gave 0.50 to 0.54 in seven runs of that day; its authors only maintain it, and gunicorn stays.
"""

import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import support
from config.paths import BASE_DIR

GOAL = 0.50
AIM = 0.60
CALLS = 400 if support.FULL else 80
WAIT_SECONDS = 20.0
GUNICORN = BASE_DIR / "deploy" / "gunicorn.conf.py"

# What stands before the portal is what deploy/nginx.conf.template says of it.
NGINX = """\
daemon off; master_process on; worker_processes 1; user root; pid {folder}/nginx.pid; error_log stderr error;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  ssl_protocols TLSv1.2 TLSv1.3; ssl_session_tickets off; ssl_session_cache off;
  ssl_verify_client optional_no_ca; ssl_verify_depth 3; ssl_client_certificate {folder}/ca.pem;
  upstream portal {{ server unix:{folder}/app.sock fail_timeout=0; }}
  server {{
    listen 127.0.0.1:{token_port} ssl;
    ssl_certificate {folder}/ecdsa.pem; ssl_certificate_key {folder}/ecdsa.key;
    ssl_certificate {folder}/rsa.pem; ssl_certificate_key {folder}/rsa.key;
    location / {{
      proxy_pass http://portal; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $http_host; proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Forwarded-For ""; proxy_set_header X-Forwarded-Proto https;
      proxy_set_header X-SSL-Client-Cert $ssl_client_escaped_cert;
    }}
  }}
  server {{
    listen 127.0.0.1:{static_port} ssl;
    ssl_certificate {folder}/rsa.pem; ssl_certificate_key {folder}/rsa.key;
    root {folder}/www;
  }}
}}
"""


@dataclass(frozen=True)
class Bench:
    """Where the two sides listen, how to call them, and whose CPU time counts."""

    folder: Path
    token_port: int
    static_port: int
    client: ssl.SSLContext
    servers: list[int]

    def rate(self, port: int, path: str, expected: bytes) -> float:
        """Requests per CPU second of all servers together."""
        before = cpu_seconds(self.servers)
        for _ in range(CALLS):
            answer = call(self.client, port, path)
            assert answer.startswith(b"HTTP/1.1 200"), answer[:300]
            assert expected in answer
        return CALLS / (cpu_seconds(self.servers) - before)


def main() -> int:
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if nginx is None:
        sys.stdout.write("FALHA b1: o nginx não está instalado; a medição atrás dele não foi feita\n")
        return 2
    folder = support.start_portal(CONFIAR_CABECALHO_TLS="1", AUTH_LIMITE_POR_MINUTO="1000000000", WEB_WORKERS="1")
    client = prepare(folder)
    token_port, static_port = free_port(), free_port()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, token_port=token_port, static_port=static_port))
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", str(GUNICORN), "config.wsgi:application"]
    with (
        running([*gunicorn, "--bind", f"unix:{folder}/app.sock"]) as application,
        running([nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")]) as proxy,
    ):
        wait_for(lambda: call(client, token_port, "/api/token").startswith(b"HTTP/1.1 200"))
        (folder / "www").mkdir()
        (folder / "www" / "token").write_bytes(call(client, token_port, "/api/token").partition(b"\r\n\r\n")[2])
        postgres = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
        bench = Bench(folder, token_port, static_port, client, [application, proxy, postgres])
        rates = support.interleave(
            token=lambda: bench.rate(token_port, "/api/token", b'"expires_in":1800000'),
            static=lambda: bench.rate(static_port, "/token", b'"expires_in":1800000'),
        )
    figure = support.ratio(rates["token"], rates["static"])
    absolute = ", ".join(support.figures(name, values, "/s de CPU") for name, values in rates.items())
    return support.finish(
        support.Goal.at_least(f"b1 token por TLS mútuo novo (alvo {AIM})", figure, GOAL, absolute),
    )


def prepare(folder: Path) -> ssl.SSLContext:
    """Authorities, server certificates and one client certificate on record; returns the client's TLS context."""
    # Models only exist after the portal started.
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from common import clock
    from pki import services as pki
    from rnds.services.key_files import open_key_file

    now, password = clock.now(), "b1"
    pki.ensure_authorities(at=now)
    pki.current_signing_key(at=now)
    person = pki.PersonHolder(name="Pessoa de Ensaio", cpf="52998224725", birth_date=now.date())
    certificate, file = pki.issue_certificate(
        holder=pki.OrganisationHolder(name="Fundo de Ensaio", cnpj="12ABC34501DE35", responsible=person),
        authority_slug="egestor",
        password=password,
        form="moderno",
        at=now,
    )
    pki.activate_certificate(certificate_id=certificate.pk, at=now)
    key = open_key_file(file.content, password).key
    server = pki.server_certificate(hosts=["127.0.0.1"], at=now)
    files = {
        "ca.pem": pki.trusted_bundle_pem(),
        "ecdsa.pem": server.ecdsa_chain,
        "ecdsa.key": server.ecdsa_key,
        "rsa.pem": server.rsa_chain,
        "rsa.key": server.rsa_key,
        "client.pem": certificate.pem.encode(),
        "client.key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    context.load_cert_chain(folder / "client.pem", folder / "client.key")
    return context


def call(client: ssl.SSLContext, port: int, path: str) -> bytes:
    """One request over a new connection; the whole answer."""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        client.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
    ):
        secure.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        parts = []
        while part := secure.recv(65536):
            parts.append(part)
        return b"".join(parts)


def cpu_seconds(roots: list[int]) -> float:
    """CPU time so far of these processes and everything below them."""
    return sum(_own_cpu_seconds(pid) for root in roots for pid in (root, *_descendants(root)))


def _own_cpu_seconds(pid: int) -> float:
    """Nanoseconds on the processor, of every thread."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def _descendants(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            yield int(child)
            yield from _descendants(int(child))


@contextmanager
def running(command: list[str]) -> Iterator[int]:
    """A server for the time of the block; gives its process id."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


def wait_for(ready: Callable[[], bool]) -> None:
    """Ask until the answer is yes; raises TimeoutError."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            if ready():
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError("os servidores da medição não responderam")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
