#!/usr/bin/env python3
"""upstream.py LOG [CERTIFICATE KEY]: an HTTP interface that behaves well or badly, as asked.

Listens on 127.0.0.1 only: plain, again plain (another host, as ports go), and with TLS. Prints the
ports, and last one that refuses connections; ends when its standard input does. Each request is a
line of LOG: port, method, target, Authorization, Cookie, body.
"""
import json
import socket
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

log = open(sys.argv[1], "w", buffering=1)
ports = []
failures = {}  # how often a customer's invoices failed
INVOICES = [
    {"id": "i1", "amount": 12.5, "status": "open"},
    {"id": "i2", "amount": 30, "status": "overdue"},
]


class Upstream(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body, **headers):
        text = json.dumps(body).replace("+", "\\u002B") if not isinstance(body, bytes) else ""
        data = body if isinstance(body, bytes) else text.replace("/", "\\/").encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def redirect(self, to):
        self.answer(302, {}, Location=to)

    def handle_one(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        port = self.server.server_address[1]
        said = [self.headers.get(name, "-") for name in ("Authorization", "Cookie", "Content-Type")]
        print(port, self.command, self.path, *said, body.decode(), sep="\t", file=log)
        url = urlsplit(self.path)
        parts = [unquote(part) for part in url.path.split("/")[1:]]
        if parts == ["v1", "customers"]:
            self.search(parse_qs(url.query)["email"][0].split("@")[0])
        elif parts[:2] == ["v1", "customers"] and parts[3:] == ["invoices"]:
            self.invoices(parts[2])
        elif parts[:2] == ["v1", "invoices"] and len(parts) == 3:
            self.answer(200, {"id": parts[2], "lines": 2})
        elif parts == ["v1", "reports"]:
            report = json.loads(body)
            total = sum(report["amounts"])
            echo = self.headers.get("Authorization", "")
            self.answer(201, {"id": "r1", "total": total, "echo": echo})
        else:
            self.answer(404, {"error": "no such path"})

    do_GET = do_POST = do_HEAD = handle_one

    def search(self, name):
        found = [] if name == "nobody" else [{"id": name, "name": name.title()}]
        self.answer(200, {"data": found})

    def invoices(self, customer):
        special = getattr(self, "customer_" + customer, None)
        if special:
            special()
        else:
            self.answer(200, {"data": INVOICES})

    def customer_missing(self):
        self.answer(404, b"<html>no such customer</html>")

    def customer_failing(self):
        self.answer(500, {"error": "out of order"})

    def customer_recovering(self):
        failures["recovering"] = failures.get("recovering", 0) + 1
        if failures["recovering"] % 3 == 0:
            self.answer(200, {"data": INVOICES})
        else:
            self.answer(503, {"error": "try again"})

    def customer_slow(self):
        time.sleep(3)
        self.answer(200, {"data": []})

    def customer_dripping(self):
        self.send_response(200)
        self.send_header("Content-Length", "100000")
        self.end_headers()
        for _ in range(30):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.1)

    def customer_huge(self):
        self.answer(200, {"data": [], "filler": "x" * 300000})

    def customer_endless(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for _ in range(100000):
            self.wfile.write(b"1000\r\n" + b" " * 4096 + b"\r\n")

    def customer_broken(self):
        self.answer(200, b'{"data":[{"id":"i1","amount":')

    def customer_cut(self):
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b'{"data":[]')
        self.close_connection = True

    def customer_empty(self):
        self.send_response(204)
        self.end_headers()

    def customer_many(self):
        self.answer(200, {"data": [INVOICES[0]] * 11})

    def customer_away(self):
        self.redirect(f"http://127.0.0.1:{ports[1]}/stolen")

    def customer_downgraded(self):
        self.redirect(f"http://localhost:{ports[0]}/stolen")

    def customer_here(self):
        self.redirect("/v1/customers/ada/invoices")

    def customer_round(self):
        self.redirect(self.path)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # who hangs up in the middle is what is tested


def serve(context=None):
    server = Server(("127.0.0.1", 0), Upstream)
    if context:
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    ports.append(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()


serve()
serve()
if len(sys.argv) > 3:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(sys.argv[2], sys.argv[3])
    serve(tls)
else:
    ports.append(0)
refusing = socket.socket()
refusing.bind(("127.0.0.1", 0))  # and nobody listens
ports.append(refusing.getsockname()[1])
print(*ports, flush=True)
sys.stdin.read()
