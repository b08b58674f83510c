"""The outside world on loopback: a mail server and the robots' servers, which answer as a test tells them to."""

import json
import socketserver
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Mailbox:
    """What a mail server of the test took, and how it shall answer. ``port`` is where it listens."""

    def __init__(self):
        self.mails = []  # email.message.EmailMessage, each with .to
        self.refusals = {}  # address → "550 no such user"
        self.hang_up_on = set()  # addresses after whose RCPT the line is cut
        self.silent_for = set()  # addresses after whose RCPT nothing is answered any more
        self.connections = 0
        self.on_mail = None
        self.closing = threading.Event()


class _Line(socketserver.StreamRequestHandler):
    def handle(self):
        box = self.server.box
        box.connections += 1
        self._say("220 test")
        to = []
        while line := self.rfile.readline():
            word = line.decode().strip()
            command = word.upper()
            if command.startswith("RCPT"):
                address = word.split("<")[1].split(">")[0]
                if address in box.hang_up_on:
                    return
                if address in box.silent_for:
                    box.closing.wait(60)
                    return
                if refusal := box.refusals.get(address):
                    self._say(refusal)
                    continue
                to.append(address)
                self._say("250 ok")
            elif command == "DATA":
                self._say("354 go on")
                mail = message_from_bytes(self._body(), policy=policy.default)
                mail.to = list(to)
                box.mails.append(mail)
                if box.on_mail:
                    box.on_mail(mail)
                self._say("250 ok")
            elif command == "QUIT":
                self._say("221 bye")
                return
            else:
                if command.startswith(("RSET", "MAIL")):
                    to = []
                self._say("250 ok")

    def _say(self, line):
        self.wfile.write(f"{line}\r\n".encode())

    def _body(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def mail_server():
    box = Mailbox()
    with _Server(("127.0.0.1", 0), _Line) as server:
        server.box = box
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield box
        finally:
            box.closing.set()
            server.shutdown()


class Groups:
    """What the robots' servers heard: ``said`` is [(path, body)]; ``answer`` is what they reply, by status and body."""

    def __init__(self):
        self.said = []
        self.answer = (200, {"errcode": 0, "errmsg": "ok"})

    def texts(self):
        return [
            (body.get("text") or body["content"]).get("content") or body["content"]["text"]
            for _, body in self.said
        ]


@contextmanager
def robot_server():
    groups = Groups()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            groups.said.append((self.path, body))
            status, answer = groups.answer
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        groups.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield groups
        finally:
            server.shutdown()
