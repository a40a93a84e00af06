"""What servers get wrong: each behaviour answers one request in place of a good answer.

`request.number` counts the misbehaved requests from 1. A behaviour returns "close" where the connection ends with it.
"""

import socket

from server import DATE, proper

TAGS = {"ETag": '"one"', "Last_Modified": DATE}


def whole(connection, request, **headers):
    connection.head("200 OK", Content_Length=len(request.content), **{**TAGS, **headers})
    connection.send(request.content)


def begin(connection, request, **changes):
    """The head of a proper answer, with changes: 206 where a range was asked for, otherwise 200."""
    headers = {"Content_Length": len(request.part()), **TAGS}
    if request.ranged:
        headers["Content_Range"] = f"bytes {request.first}-{request.last}/{len(request.content)}"
    connection.head("206 Partial Content" if request.ranged else "200 OK", **{**headers, **changes})


def partial(connection, request, body=None, first=None, last=None, total=None, **headers):
    """A proper answer with one or another part of it changed; a range only where one was asked for."""
    body = request.part() if body is None else body
    first = request.first if first is None else first
    last = request.last if last is None else last
    total = len(request.content) if total is None else total
    span = f"bytes {first}-{last}/{total}" if request.ranged else None
    begin(connection, request, **{"Content_Length": len(body), "Content_Range": span, **headers})
    connection.send(body)


def status(code, **headers):
    def answer(connection, request):
        connection.head(code, Content_Length=4, **headers)
        connection.send(b"sorry"[:4])
    return answer


def at_first(behaviour, times=1):
    """Misbehaves so many times only."""
    return lambda connection, request: behaviour(connection, request) if request.number <= times else \
        proper(connection, request)


def silence(connection, request):
    connection.sleep(300)
    return "close"


def silence_in_headers(connection, request):
    connection.send(b"HTTP/1.1 206 Partial Content\r\nETag: ")
    return silence(connection, request)


def silence_in_body(connection, request):
    begin(connection, request)
    connection.send(request.part()[:len(request.part()) // 2])
    return silence(connection, request)


def drip(count, seconds, headers_too=False):
    """So many bytes at a time, with a pause after each."""
    def answer(connection, request):
        body = request.part()
        if headers_too:
            body = b"HTTP/1.1 206 Partial Content\r\nContent-Length: 1\r\n\r\n" + body
        else:
            begin(connection, request)
        for start in range(0, len(body), count):
            connection.send(body[start:start + count])
            connection.sleep(seconds)
    return answer


def cut_body(share):
    def answer(connection, request):
        begin(connection, request)
        connection.send(request.part()[:int(len(request.part()) * share)])
        return "close"
    return answer


def reset_in_body(connection, request):
    begin(connection, request)
    connection.send(request.part()[:len(request.part()) // 2])
    connection.reset()


def raw(data):
    def answer(connection, request):
        connection.send(data(request) if callable(data) else data)
        return "close"
    return answer


def chunked(ending=b"0\r\n\r\n", size=None):
    def answer(connection, request):
        begin(connection, request, Content_Length=None, Transfer_Encoding="chunked")
        body = request.part()
        for start in range(0, len(body), 10000):
            part = body[start:start + 10000]
            connection.send((size or f"{len(part):x}").encode() + b"\r\n" + part + b"\r\n")
        connection.send(ending)
        return None if ending else "close"
    return answer


def encoded(name, pack):
    def answer(connection, request):
        partial(connection, request, pack(request.part()), Content_Encoding=name)
    return answer


def wrong_length(change):
    def answer(connection, request):
        begin(connection, request, Content_Length=change(len(request.part())))
        connection.send(request.part())
        return "close"
    return answer


def redirect(target, code="302 Found"):
    def answer(connection, request):
        place = target(request) if callable(target) else target
        connection.head(code, Location=place, Content_Length=0)
    return answer


def shorter(connection, request):
    """A legal 206 that ends before what was asked for."""
    if not request.ranged:
        return proper(connection, request)
    last = request.first + (request.last - request.first) // 2
    return partial(connection, request, request.content[request.first:last + 1], last=last)


def no_range(connection, request):
    """A part without a word on which."""
    connection.head("206 Partial Content", Content_Length=len(request.part()))
    connection.send(request.part())


def two_lengths(request):
    return b"HTTP/1.1 206 Partial Content\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\n" + request.part()


def reset(connection, request):
    connection.reset()


def hanging_port():
    """A port on which connections are never made, for its queue is full; with the sockets that fill it."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    holders = []
    for _ in range(3):
        holder = socket.socket()
        holder.setblocking(False)
        holder.connect_ex(listener.getsockname())
        holders.append(holder)
    return listener.getsockname()[1], [listener, *holders]


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
