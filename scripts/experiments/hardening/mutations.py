"""Ways to damage bytes and texts; each returns the new bytes and a word on what was done."""

import re

# Numbers that a program may not be ready for.
NUMBERS = ["1e400", "-1", "0", "99999999999999999999", "9223372036854775807", "4294967296", "1e-100", "1e100", "-0.0", "NaN",
           "0.5", "true", "null", '"x"']
LISTS = ["[]", "[1e-100, 1e100]", "[1e-30, 1e30]", "[0, 0]", "[1e308, 1e308]", "[1, 1, 1, 1]", "[5e-324, 5e-324]", "[-1, 1]"]
LONE_SURROGATES = [b"\\ud83d", b"\\udc00", b"caf\\u00e9 \\ud83d"]


def place(data, random):
    """A position; of large data every second one in its first 2 KiB, where headers are."""
    return random.randrange(min(len(data), 2048) if len(data) > 65536 and random.random() < 0.5 else len(data))


def span(data, random):
    """A range of the data, mostly a short one."""
    start = place(data, random)
    return start, min(len(data), start + random.choice([1, 8, 100, 512, 4096]))


def flip_bits(data, random):
    damaged, count = bytearray(data), random.choice([1, 1, 8, 64])
    positions = [place(data, random) for _ in range(count)]
    for position in positions:
        damaged[position] ^= 1 << random.randrange(8)
    return bytes(damaged), f"bits flipped at bytes {sorted(positions)[:8]}"


def truncate(data, random):
    end = place(data, random)
    return data[:end], f"cut at byte {end} of {len(data)}"


def duplicate(data, random):
    start, end = span(data, random)
    return data[:end] + data[start:], f"bytes {start}..<{end} twice"


def swap(data, random):
    size = random.choice([4, 64, 512])
    first, second = sorted(random.randrange(max(1, len(data) - size)) for _ in range(2))
    second = max(second, first + size)
    parts = data[:first], data[second:second + size], data[first + size:second], data[first:first + size]
    return b"".join(parts) + data[second + size:], f"{size} bytes at {first} and {second} swapped"


def zeros(data, random):
    start, end = span(data, random)
    return data[:start] + bytes(end - start) + data[end:], f"zeros in {start}..<{end}"


def insert(data, random):
    start, count = place(data, random), random.choice([1, 3, 512])
    return data[:start] + random.randbytes(count) + data[start:], f"{count} random bytes at {start}"


def huge_field(data, random):
    size = random.choice([2, 4, 8])
    start = place(data, random) // size * size
    field = random.choice([b"\xff" * size, b"\xff" * (size - 1) + b"\x7f", b"\x7f" + b"\xff" * (size - 1), b"7" * size])
    return data[:start] + field + data[start + size:], f"{field.hex()} at {start}"


def replace_match(data, random, pattern, make, word):
    """Replaces one random match of a pattern; None where there is none."""
    matches = list(re.finditer(pattern, data))
    if not matches:
        return None
    match = random.choice(matches)
    new = make(match)
    return data[:match.start()] + new + data[match.end():], f"{word}: {new[:60]!r} at {match.start()}"


def odd_number(data, random):
    number = random.choice(NUMBERS).encode()
    return replace_match(data, random, rb"(?<![\w.\"])-?\d+(\.\d+)?(e-?\d+)?(?![\w\"])", lambda _: number, "number")


def odd_list(data, random):
    text = random.choice(LISTS).encode()
    return replace_match(data, random, rb"\[[^\[\]{}\n]*\]", lambda _: text, "list")


def not_a_number(data, random):
    """NaN and infinities where Python's json module would write them."""
    word = random.choice([b"NaN", b"Infinity", b"-Infinity"])
    return replace_match(data, random, rb"(?<=: )-?\d+(\.\d+)?(?=[,}\n])", lambda _: word, "not a number")


def lone_surrogate(data, random):
    """Half of a surrogate pair at the end of a string value, as Python writes a cut text."""
    half = random.choice(LONE_SURROGATES)
    pattern = rb'(?<=: ")(?!pictures/)[^"\\]+(?=")'
    return replace_match(data, random, pattern, lambda match: match.group() + half, "lone surrogate")


def other_encoding(data, random):
    """The same text, with an accent, in an encoding that is not UTF-8."""
    name = random.choice(["cp1252", "latin-1", "utf-16", "utf-16-le", "utf-32", "shift_jis"])
    text = re.sub(rb"[a-z]{3}", lambda match: match.group() + "é".encode(), data, count=20).decode(errors="replace")
    return text.encode(name, errors="replace"), f"text as {name}"


def line_ends(data, random):
    end = random.choice([b"\r\n", b"\r", b"\n\n", b"\0\n", b"\xe2\x80\xa8"])
    return data.replace(b"\n", end), f"lines end in {end!r}"


def byte_order_mark(data, random):
    return b"\xef\xbb\xbf" + data, "a byte order mark"


def deep_nesting(data, random):
    depth = random.choice([600, 100_000])
    nested = b"[" * depth + b"]" * depth
    return replace_match(data, random, rb"(?<=: )[^,{}\n]+", lambda _: nested, "nesting") or (nested, "only nesting")


def long_text(data, random):
    text = random.choice([b"x", b"a b ", "é".encode(), b"\\u0000"]) * 300_000
    return replace_match(data, random, rb"[A-Za-z]{4,}", lambda _: text, "long text")


def lose_line(data, random):
    lines = data.splitlines(keepends=True)
    number = random.randrange(len(lines))
    again = random.choice([0, 2])
    return b"".join(lines[:number] + lines[number:number + 1] * again + lines[number + 1:]), f"line {number} × {again}"


BYTES = [flip_bits, truncate, duplicate, swap, zeros, insert, huge_field]
TEXT = BYTES + [other_encoding, line_ends, byte_order_mark, long_text, lose_line, odd_number, odd_number, odd_list]
JSON = TEXT + [not_a_number, not_a_number, lone_surrogate, lone_surrogate, deep_nesting]
VALUES = [odd_number, odd_list]
FAMILIES = {"bytes": BYTES, "text": TEXT, "json": JSON, "values": VALUES}


def mutate(data, family, random):
    """Damaged bytes, the name of the mutation, and what it did."""
    while True:
        mutation = random.choice(FAMILIES[family])
        result = mutation(data, random)
        if result is not None and result[0] != data:
            return result[0], mutation.__name__, result[1]
