"""A mail server on this machine that does as it is told with each recipient."""

import socketserver
import threading
from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

HANG_UP = b""
TAKEN = b"250 OK"


class MailServer(socketserver.ThreadingTCPServer):
    """`answers` holds a reply to RCPT TO by address, else it takes the e-mail; `taken` has
    whose e-mails it took, `asked` whose it was asked to take. HANG_UP ends the connection.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.answers: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.taken: list[str] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say(b"220 here")
        address = ""
        for line in self.rfile:
            verb = line[:4].upper()
            if verb == b"RCPT":
                address = line.decode().partition("<")[2].partition(">")[0]
                self.server.asked.append(address)
                answer = self.server.answers.get(address, TAKEN)
                if answer == HANG_UP:
                    return
                self._say(answer)
            elif verb == b"DATA":
                self._take(address)
            elif verb == b"QUIT":
                self._say(b"221 bye")
                return
            else:
                self._say(TAKEN)

    def _take(self, address: str) -> None:
        self._say(b"354 go on")
        while self.rfile.readline() != b".\r\n":
            pass
        self.server.taken.append(address)
        self._say(TAKEN)

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


@pytest.fixture
def post_office(settings: Settings) -> Iterator[MailServer]:
    """The mail server of this installation."""
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_USE_TLS = False
        try:
            yield server
        finally:
            server.shutdown()
