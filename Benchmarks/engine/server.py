"""A small web server for the files of one folder, with ranges, on the loopback address."""

import http.server
import os
import re
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Small answers must not wait for acknowledgements.
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.answer(sends=False)

    def do_GET(self):
        self.answer(sends=True)

    def answer(self, sends):
        server = self.server
        path = f"{server.folder}/{os.path.basename(self.path)}"
        try:
            file = open(path, "rb")
        except OSError:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        with file:
            state = os.fstat(file.fileno())
            start, end = 0, state.st_size
            wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
            if wanted:
                start = int(wanted[1])
                end = min(end, int(wanted[2]) + 1) if wanted[2] else end
            if start >= end:
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{state.st_size}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206 if wanted else 200)
            if wanted:
                self.send_header("Content-Range", f"bytes {start}-{end - 1}/{state.st_size}")
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("ETag", f'"{state.st_mtime_ns:x}-{state.st_size:x}"')
            self.send_header("Content-Type", "application/x-tar")
            self.send_header("Content-Length", str(end - start))
            self.end_headers()
            self.wfile.flush()
            sent = 0
            while sends and start + sent < end:
                sent += os.sendfile(self.connection.fileno(), file.fileno(), start + sent, end - start - sent)
        with server.lock:
            server.requests += 1
            server.bytes += sent


class RangeServer(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.lock = threading.Lock()
        self.requests = self.bytes = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        """A client that leaves in the middle of an answer is none of ours."""

    def counted(self):
        """Requests and bytes since the last call."""
        with self.lock:
            counts = (self.requests, self.bytes)
            self.requests = self.bytes = 0
        return counts
