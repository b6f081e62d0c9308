"""OTLP protobuf, written by hand: as many spans as wanted in one request."""

import os
import time


def varint(number):
    text = b""
    while number >= 0x80:
        text += bytes([number & 0x7F | 0x80])
        number >>= 7
    return text + bytes([number])


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def attribute(key, value):
    return field(9, field(1, key.encode()) + field(2, field(1, value.encode())))


def request(spans, trace=None):
    """An ExportTraceServiceRequest: spans of one trace, or of a new one each."""
    fixed = lambda number, value: bytes([number << 3 | 1]) + value.to_bytes(8, "little")  # noqa: E731
    now = time.time_ns()
    told = b"".join(
        field(2, field(1, trace or os.urandom(16)) + field(2, os.urandom(8)) + field(5, b"some work")
              + fixed(7, now - 1_000_000) + fixed(8, now) + attribute("some.key", "some value") + attribute("another.key", "x" * 40))
        for _ in range(spans))
    return field(1, field(1, field(1, field(1, b"service.name") + field(2, field(1, b"test")))) + field(2, told))
