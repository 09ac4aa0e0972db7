"""A mail relay of few words for tests: it takes mail, or refuses it in the way it was told to."""

import socketserver
import threading
import time
from email import message_from_bytes, policy
from email.message import EmailMessage


class _Talk(socketserver.StreamRequestHandler):
    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self) -> None:
        relay = self.server
        if relay.silent:
            relay.woken.wait(30)
            return
        self.say("220 relay")
        while line := self.rfile.readline():
            relay.heard.append(line)
            word = line.split(maxsplit=1)[0].upper().decode() if line.strip() else ""
            if word in ("EHLO", "HELO"):
                self.say("250-relay")
                self.say("250-STARTTLS" if relay.offers_tls else "250-8BITMIME")
                self.say("250 SIZE 10000000")
            elif word == "STARTTLS":
                self.say("454 TLS not available")
            elif word == "MAIL":
                self.say(relay.to_sender)
            elif word == "RCPT":
                self.say(relay.to_recipient)
            elif word == "DATA":
                self.say("354 go on")
                lines = []
                while (part := self.rfile.readline()) not in (b".\r\n", b""):
                    lines.append(part.removeprefix(b".") if part.startswith(b"..") else part)
                if relay.to_data.startswith("250"):
                    relay.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
                self.say(relay.to_data)
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


class Relay(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine while it is entered."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, **answers: str | bool) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.to_sender = self.to_recipient = self.to_data = "250 ok"
        self.silent = self.offers_tls = False
        self.woken = threading.Event()
        self.heard: list[bytes] = []
        self.mails: list[EmailMessage] = []
        for name, answer in answers.items():
            setattr(self, name, answer)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server_address[1]

    def __enter__(self) -> "Relay":
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        time.sleep(0.05)
        return self

    def __exit__(self, *error: object) -> None:
        self.woken.set()
        self.shutdown()
        self.server_close()
