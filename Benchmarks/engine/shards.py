"""Synthetic WebDataset shards: a PNG of 512 bytes, a caption and a JSON file with an address for each sample.

Every image is other noise of 12 x 12 pixels, stored without compression, so that it fills one tar block exactly.
"""

import multiprocessing
import os
import random
import struct
import zlib

SIDE = 12
BLOCK = 512
BYTES_PER_SAMPLE = 6 * BLOCK
END = bytes(2 * BLOCK)
WORDS = "small red blue green old round stone house river bird tree boat road field cloud lamp chair door hill coat".split()


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


PNG_START = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0))
PNG_END = chunk(b"IEND", b"")
ROWS = SIDE * (1 + 3 * SIDE)
STORED = b"\x78\x01\x01" + struct.pack("<HH", ROWS, ROWS ^ 0xFFFF)


def png(noise):
    """An image whose rows are `noise`, each behind a filter byte of 0."""
    width = 3 * SIDE
    rows = b"".join(b"\0" + noise[start:start + width] for start in range(0, SIDE * width, width))
    return PNG_START + chunk(b"IDAT", STORED + rows + struct.pack(">I", zlib.adler32(rows))) + PNG_END


HEADER_END = b"0" + bytes(100) + b"ustar\x0000" + bytes(247)
HEADER_MIDDLE = b"0000644\x000000000\x000000000\x00"


def member(name, content):
    head = name.ljust(100, b"\0") + HEADER_MIDDLE + b"%011o\x0015000000000\x00" % len(content)
    total = sum(head) + sum(HEADER_END) + 8 * 32
    return head + b"%06o\0 " % total + HEADER_END + content + bytes(-len(content) % BLOCK)


def write(job):
    path, first, count = job
    noise = random.Random(first)
    with open(path + ".part", "wb", buffering=1 << 20) as file:
        for number in range(first, first + count):
            key = b"%09d" % number
            caption = b"a %s %s by the %s %s" % tuple(noise.choice(WORDS).encode() for _ in range(4))
            file.write(member(key + b".png", png(noise.randbytes(3 * SIDE * SIDE))))
            file.write(member(key + b".txt", caption))
            file.write(member(key + b".json", b'{"url": "https://example.org/%s.png", "width": 12, "height": 12}' % key))
        file.write(END)
    os.replace(path + ".part", path)


def names(folder, count):
    return [f"{folder}/{number:05d}.tar" for number in range(count)]


def sizes(samples, shards):
    """How many samples each shard holds."""
    return [samples // shards + (number < samples % shards) for number in range(shards)]


def make(folder, samples, shards):
    """Writes the shards that are not there yet in their whole length; returns how many these were."""
    os.makedirs(folder, exist_ok=True)
    jobs, first = [], 0
    for path, count in zip(names(folder, shards), sizes(samples, shards)):
        expected = count * BYTES_PER_SAMPLE + len(END)
        if not (os.path.exists(path) and os.path.getsize(path) == expected):
            jobs.append((path, first, count))
        first += count
    if jobs:
        with multiprocessing.Pool() as pool:
            for _ in pool.imap_unordered(write, jobs):
                pass
    return len(jobs)
