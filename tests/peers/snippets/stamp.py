import time


def stamp(metadata, queue, due_ms=None, attempt=None):
    """The last thing before a message is sent, when the SDK has written its own headers into metadata."""
    ids = metadata.get("traceparent", "").split("-")[1:] or metadata.get("sentry-trace", "").split("-")
    fields = [f"s={time.time_ns() // 1_000_000}"]
    if len(ids) > 1:
        fields.append(f"p={ids[1]}")
    hash = 2166136261
    for byte in queue.encode():
        hash = (hash ^ byte) * 16777619 & 0xFFFFFFFF
    fields.append(f"q={hash:08x}")
    if due_ms:  # held back on purpose until then, ms since 1970
        fields.append(f"d={due_ms}")
    if attempt:  # 1 for the first
        fields.append(f"n={attempt}")
    metadata["waybill"] = ";".join(fields)
