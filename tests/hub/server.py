"""A small model hub on loopback that speaks the part of the hub's HTTP interface which real clients
use, and can misbehave on demand.
"""

from __future__ import annotations

import hashlib
import json
import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """Serves the models in `folder` (folder/owner/name/files).

    `faults` maps a file's name to a list of misbehaviours, one a request.

    Misbehaviours: ("cut", share), ("status", number), ("status", number, seconds to wait),
    ("damage",), ("slow", seconds a block), ("gone",), ("no_range",).
    """

    def __init__(self, folder: Path, host: str = "127.0.0.1") -> None:
        self.folder, self.faults, self.requests, self.asked = folder, {}, [], b""
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_HEAD(self):
                hub.answer(self, body=False)

            def do_GET(self):
                hub.answer(self, body=True)

            def do_POST(self):
                hub.asked = self.rfile.read(int(self.headers.get("content-length", 0)))
                hub.answer(self, body=True)

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, *_):  # a client that does not believe the certificate hangs up
                pass

        self.server = Quiet((host, 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://{host}:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def speak_tls(self, certificate: Path, key: Path) -> None:
        """From now on only by HTTPS, with this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.address = self.address.replace("http:", "https:")

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def record(self, model: Path) -> dict:
        """The hub's description of a model, with sizes and sums."""
        siblings = []
        for path in sorted(model.rglob("*")):
            if path.is_file():
                data = path.read_bytes()
                entry = {
                    "rfilename": path.relative_to(model).as_posix(),
                    "size": len(data),
                    "blobId": hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest(),
                }
                if path.suffix == ".safetensors":
                    entry["lfs"] = {
                        "size": len(data),
                        "sha256": hashlib.sha256(data).hexdigest(),
                        "pointerSize": 100,
                    }
                siblings.append(entry)
        return {
            "id": f"{model.parent.name}/{model.name}",
            "modelId": f"{model.parent.name}/{model.name}",
            "sha": COMMIT,
            "private": False,
            "gated": False,
            "disabled": False,
            "tags": [],
            "cardData": {"license": "apache-2.0"},
            "siblings": siblings,
            "downloads": 0,
            "likes": 0,
        }

    def tree(self, model: Path) -> list[dict]:
        """The same as the hub's list of files, which newer clients read."""
        entries = []
        for entry in self.record(model)["siblings"]:
            large = (
                {"lfs": {"oid": entry["lfs"]["sha256"], "size": entry["size"], "pointerSize": 100}}
                if "lfs" in entry
                else {}
            )
            entries.append(
                {
                    "type": "file",
                    "path": entry["rfilename"],
                    "size": entry["size"],
                    "oid": entry["blobId"],
                    **large,
                }
            )
        return entries

    def answer(self, request: BaseHTTPRequestHandler, body: bool) -> None:
        path = unquote(urlsplit(request.path).path)
        self.requests.append(
            (
                request.command,
                path,
                request.headers.get("range", ""),
                request.headers.get("authorization", ""),
            )
        )
        parts = path.strip("/").split("/")
        if parts[:2] == ["api", "models"]:
            model = self.folder / parts[2] / parts[3]
            fault = self.next_fault("record")
            if fault and fault[0] == "status":
                return self.send(
                    request,
                    fault[1],
                    b"{}",
                    body,
                    {"retry-after": str(fault[2])} if len(fault) > 2 else {},
                )
            if fault and fault[0] == "page":
                return self.send(
                    request, 200, b"<html>Please log in</html>", body, {"content-type": "text/html"}
                )
            if not model.is_dir():
                return self.send(
                    request, 404, b'{"error": "not found"}', body, {"x-error-code": "RepoNotFound"}
                )
            if "paths-info" in parts:  # what a mirror asks about one file
                asked = self.asked.decode()
                names = (
                    json.loads(asked)["paths"]
                    if asked.startswith("{")
                    else parse_qs(asked).get("paths", [])
                )
                return self.send(
                    request,
                    200,
                    json.dumps(
                        [entry for entry in self.tree(model) if entry["path"] in names]
                    ).encode(),
                    body,
                    {"content-type": "application/json"},
                )
            if "tree" in parts:
                return self.send(
                    request,
                    200,
                    json.dumps(self.tree(model)).encode(),
                    body,
                    {"content-type": "application/json"},
                )
            return self.send(
                request,
                200,
                json.dumps(self.record(model)).encode(),
                body,
                {"content-type": "application/json"},
            )
        if len(parts) > 4 and parts[2] == "resolve":
            file = self.folder / parts[0] / parts[1] / "/".join(parts[4:])
            if not file.is_file():
                return self.send(request, 404, b"", body, {"x-error-code": "EntryNotFound"})
            return self.send_file(request, file, body)
        self.send(request, 404, b"", body)

    def next_fault(self, name: str) -> tuple | None:
        waiting = self.faults.get(name)
        return waiting.pop(0) if waiting else None

    def send_file(self, request, file: Path, body: bool) -> None:
        data = file.read_bytes()
        whole = len(data)
        headers = {
            "etag": f'"{hashlib.sha256(data).hexdigest()}"',
            "x-repo-commit": COMMIT,
            "accept-ranges": "bytes",
            "content-type": "application/octet-stream",
        }
        if file.suffix == ".safetensors":
            headers |= {"x-linked-size": str(whole), "x-linked-etag": headers["etag"]}
        fault = self.next_fault(file.name) if body else None
        if fault and fault[0] == "status":
            return self.send(
                request,
                fault[1],
                b"",
                body,
                {"retry-after": str(fault[2])} if len(fault) > 2 else {},
            )
        if fault and fault[0] == "gone":
            return self.hang_up(request)
        status, wanted = 200, request.headers.get("range", "")
        if wanted.startswith("bytes=") and not (fault and fault[0] == "no_range"):
            first, _, last = wanted[6:].partition("-")
            begin, end = int(first), int(last) if last else whole - 1
            if begin >= whole:
                return self.send(request, 416, b"", body, {"content-range": f"bytes */{whole}"})
            headers["content-range"] = f"bytes {begin}-{end}/{whole}"
            data, status = data[begin : end + 1], 206
        if fault and fault[0] == "damage":
            data = bytes(value ^ 255 for value in data)
        if fault and fault[0] == "cut":
            request.send_response(status)
            for name, value in {**headers, "content-length": str(len(data))}.items():
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(data[: int(len(data) * fault[1])])
            request.wfile.flush()
            return self.hang_up(request)
        if fault and fault[0] == "slow":
            request.send_response(status)
            for name, value in {**headers, "content-length": str(len(data))}.items():
                request.send_header(name, value)
            request.end_headers()
            try:
                for place in range(0, len(data), 1 << 18):
                    request.wfile.write(data[place : place + (1 << 18)])
                    request.wfile.flush()
                    time.sleep(fault[1])
            except OSError:
                pass
            return None
        self.send(request, status, data, body, headers)

    @staticmethod
    def hang_up(request) -> None:
        """Break the connection off, as a network does."""
        request.close_connection = True
        request.connection.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def send(request, status: int, data: bytes, body: bool, headers: dict | None = None) -> None:
        try:
            request.send_response(status)
            for name, value in {**(headers or {}), "content-length": str(len(data))}.items():
                request.send_header(name, value)
            request.end_headers()
            if body:
                request.wfile.write(data)
        except OSError:
            pass  # the client has gone
