"""Every behaviour of a server that is tried, by name."""

import gzip
import zlib

from behaviours import (TAGS, at_first, chunked, closed_port, cut_body, drip, encoded, no_range, partial, raw, redirect,
                        reset, reset_in_body, shorter, silence, silence_in_body, silence_in_headers, status, two_lengths,
                        whole, wrong_length)


def harmless(other_url):
    """Behaviours in spite of which a client can and should get the data."""
    return {
        "silence once": at_first(silence),
        "silence in the body once": at_first(silence_in_body),
        "4 KiB each 0.02 s": drip(4096, 0.02),
        "body cut at half once": at_first(cut_body(0.5)),
        "reset once": at_first(reset),
        "reset in the body once": at_first(reset_in_body),
        "a shorter 206": shorter,
        "200 for a range": whole,
        "503 once": at_first(status("503 Busy")),
        "429 once, Retry-After 1": at_first(status("429 Slow", Retry_After="1")),
        "503 once, Retry-After is no time": at_first(status("503 Busy", Retry_After="soon")),
        "chunked": chunked(),
        "redirect to another host": redirect(lambda r: other_url + r.target),
    }


def harmful(hanging):
    """Behaviours that may fail, in bounded time and with a message, but must never give other data."""
    return {
        "silence": silence,
        "silence in headers": silence_in_headers,
        "silence in the body": silence_in_body,
        "1 byte each 0.9 s": drip(1, 0.9),
        "1 byte each 0.9 s in headers": drip(1, 0.9, True),
        "100 bytes each 0.9 s": drip(100, 0.9),
        "body cut at half": cut_body(0.5),
        "empty body": cut_body(0),
        "reset at once": reset,
        "reset in the body": reset_in_body,
        "closed without answer": raw(b""),
        "garbage": raw(b"\x00\xff\xfegarbage\r\n\r\n"),
        "TLS on a plain port": raw(b"\x15\x03\x03\x00\x02\x02\x28"),
        "HTTP/0.9": raw(lambda request: request.part()),
        "HTTP/2 preface": raw(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        "a header of 10 MB": raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000_000),
        "100000 headers": raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000 + b"\r\n"),
        "1000 times 100 Continue": raw(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
        "Content-Length too large": wrong_length(lambda size: size + 1000),
        "Content-Length too small": wrong_length(lambda size: max(0, size - 1000)),
        "Content-Length negative": wrong_length(lambda size: -1),
        "Content-Length of 2^63": wrong_length(lambda size: 1 << 63),
        "Content-Length is no number": wrong_length(lambda size: "many"),
        "two Content-Lengths": raw(two_lengths),
        "another range": lambda c, r: partial(c, r, first=r.first + 1, last=r.last + 1),
        "a range from 0": lambda c, r: partial(c, r, r.content[:len(r.part())], 0, len(r.part()) - 1),
        "a range without end": lambda c, r: partial(c, r, last=""),
        "another total": lambda c, r: partial(c, r, total=len(r.content) + 512),
        "total unknown": lambda c, r: partial(c, r, total="*"),
        "206 without Content-Range": no_range,
        "200 of nothing": lambda c, r: c.head("200 OK", Content_Length=0, **TAGS),
        "416": status("416 Range Not Satisfiable", Content_Range="bytes */7"),
        "304": lambda c, r: c.head("304 Not Modified", **TAGS),
        "204": lambda c, r: c.head("204 No Content"),
        "another ETag": lambda c, r: partial(c, r, ETag='"two"'),
        "another ETag each time": lambda c, r: partial(c, r, ETag=f'"{r.number}"'),
        "no ETag any more": lambda c, r: partial(c, r, ETag=None),
        "404": status("404 Not Found"),
        "403": status("403 Forbidden"),
        "401": status("401 Unauthorized", WWW_Authenticate="Basic"),
        "500": status("500 Oops"),
        "503, Retry-After 1": status("503 Busy", Retry_After="1"),
        "status 999": status("999 Odd"),
        "gzip that was not asked for": encoded("gzip", gzip.compress),
        "deflate that was not asked for": encoded("deflate", zlib.compress),
        "says gzip and is not": encoded("gzip", bytes),
        "chunked without end": chunked(b""),
        "chunks of false size": chunked(size="fffffff"),
        "chunk size is no number": chunked(size="zz"),
        "redirect in a circle": redirect(lambda r: r.target),
        "redirect to a file": redirect("file:///etc/passwd"),
        "redirect to nowhere": redirect(""),
        "redirect to a closed port": redirect(lambda r: f"http://127.0.0.1:{closed_port()}/"),
        "redirect to a port that hangs": redirect(f"http://127.0.0.1:{hanging}/x.tar"),
    }
