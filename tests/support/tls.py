"""TLS before a PostgreSQL server that has none, with a certificate of the test's own."""

import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

SSL_REQUEST = (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big")


def certificate(folder: Path, address: str) -> Path:
    """A self-signed certificate of an address, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "database")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + datetime.timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{address}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@contextlib.contextmanager
def tls_before(port: int, pem: Path) -> Iterator[int]:
    """A port that speaks TLS as a PostgreSQL server does, and passes what it hears on to one without."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while heard := source.recv(65536):
                sink.sendall(heard)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)

    def serve(client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            assert client.recv(8) == SSL_REQUEST
            client.sendall(b"S")
            with (
                context.wrap_socket(client, server_side=True) as outer,
                socket.create_connection(("127.0.0.1", port)) as inner,
            ):
                back = threading.Thread(target=pump, args=(inner, outer))
                back.start()
                pump(outer, inner)
                back.join()

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=accept, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
