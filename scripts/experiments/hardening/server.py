"""An HTTP server on the loopback that serves files properly until it is told to misbehave."""

import re
import socket
import threading
import time

DATE = "Thu, 01 Jan 2026 00:00:00 GMT"


class Closed(Exception):
    """The client is gone, or the connection is to end."""


class Request:
    """A request's head, and the file and range that it asks for."""

    def __init__(self, head, files):
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.target = (lines[0].split(" ") + ["", ""])[:2]
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        self.content = files.get(self.target)
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("range", ""))
        self.first = int(found[1]) if found else 0
        last = int(found[2]) if found and found[2] else (len(self.content or b"") - 1)
        self.last = min(last, len(self.content or b"") - 1)
        self.ranged = found is not None

    def part(self):
        return self.content[self.first:self.last + 1]


class Connection:
    """One connection: bytes are sent as they are."""

    def __init__(self, stream, server):
        self.stream, self.server = stream, server

    def send(self, data):
        try:
            self.stream.sendall(data)
        except OSError as error:
            raise Closed from error

    def head(self, status, **headers):
        """Sends a status line and headers; `_` in names stands for `-`."""
        lines = [f"HTTP/1.1 {status}", f"Date: {DATE}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if value is not None]
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

    def sleep(self, seconds):
        """Waits, but not longer than the server or the client lives."""
        if seconds < 0.1:
            time.sleep(seconds)
            return
        end = time.monotonic() + seconds
        self.stream.settimeout(0.1)
        while time.monotonic() < end and not self.server.stopped:
            try:
                if self.stream.recv(1, socket.MSG_PEEK) == b"":
                    raise Closed
                time.sleep(0.1)
            except TimeoutError:
                pass
            except OSError as error:
                raise Closed from error

    def reset(self):
        """Ends the connection with a reset in place of an end."""
        self.stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        raise Closed


def proper(connection, request):
    """What a good server answers."""
    if request.content is None:
        connection.head("404 Not Found", Content_Length=0)
        return
    headers = {"ETag": '"one"', "Last_Modified": DATE, "Accept_Ranges": "bytes"}
    body = request.part()
    if request.ranged:
        total = len(request.content)
        connection.head("206 Partial Content", Content_Length=len(body),
                        Content_Range=f"bytes {request.first}-{request.last}/{total}", **headers)
    else:
        connection.head("200 OK", Content_Length=len(body), **headers)
    if request.method != "HEAD":
        connection.send(body)


class Server:
    """Serves `files` by path; `behaviour` takes the place of `proper` from request `after` on."""

    def __init__(self, files):
        self.files, self.stopped = files, False
        self.lock = threading.Lock()
        self.use(proper)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def use(self, behaviour, after=0):
        with self.lock:
            self.behaviour, self.after = behaviour, after
            self.requests, self.misbehaved, self.first_misbehaviour = 0, 0, None

    def stop(self):
        self.stopped = True
        self.listener.close()

    def _accept(self):
        while not self.stopped:
            try:
                stream, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(stream,), daemon=True).start()

    def _next(self):
        """The behaviour for one more request."""
        with self.lock:
            self.requests += 1
            if self.behaviour is proper or self.requests <= self.after:
                return proper, 0
            self.misbehaved += 1
            self.first_misbehaviour = self.first_misbehaviour or time.monotonic()
            return self.behaviour, self.misbehaved

    def _serve(self, stream):
        connection, buffer = Connection(stream, self), b""
        try:
            while True:
                while b"\r\n\r\n" not in buffer:
                    more = stream.recv(65536)
                    if not more:
                        return
                    buffer += more
                head, _, buffer = buffer.partition(b"\r\n\r\n")
                request = Request(head, self.files)
                behaviour, number = self._next()
                request.number = number
                stream.settimeout(None)
                if behaviour(connection, request) == "close":
                    return
                stream.settimeout(None)
        except (Closed, OSError):
            pass
        finally:
            stream.close()
