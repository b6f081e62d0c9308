"""The right answers beside each capture in tests/data/corpus, and how far a wait that waybill shows may be from them."""

import collections
import dataclasses
import json

SLACK = 0.05  # seconds on both sides of the honest interval


@dataclasses.dataclass(frozen=True)
class Attempt:
    """One try at one message, as the task itself saw it. Times in seconds."""

    name: str  # <message>#<attempt>
    trace: str
    span: str | None  # that worked on it; None: the one that starts nearest to the handler
    started: float
    wait: float
    wait_from_call: float  # the other end of the honest interval: from the start of the call that enqueued it
    scheduled: bool


def read_attempts(case):
    answer = json.loads((case / "answer.json").read_text())
    attempts = list(_from_messages(answer) if "messages" in answer else _from_stamps(answer))
    # One span given for several attempts is a batch's: which of its spans is whose, their starts tell.
    spans = collections.Counter(attempt.span for attempt in attempts)
    attempts = [dataclasses.replace(attempt, span=None) if spans[attempt.span] > 1 else attempt for attempt in attempts]
    return attempts, answer.get("worker_clock_offset_s") is not None


def _from_messages(answer):
    for message in answer["messages"]:
        if message.get("role") != "measured":
            continue
        for told in message.get("attempts", []):
            if not told.get("handler_trace_id"):
                continue
            seen = told.get("found_in_spans") or {}
            yield Attempt(f"{message['key']}#{told['attempt']}", told["handler_trace_id"],
                          seen.get("consumer_span_id") or told.get("handler_span_id"), told.get("started_unix"),
                          told["wait_s"], told.get("wait_s_if_counted_from_start_of_enqueue_call", told["wait_s"]),
                          bool(message.get("scheduled_delay_s")))


def _from_stamps(answer):
    at = {(stamp["ev"], stamp["task"], stamp["attempt"]): stamp["t"] for stamp in answer["stamps"] if "attempt" in stamp}
    for stamp in answer["stamps"]:
        if stamp["ev"] != "start":
            continue
        task, number = stamp["task"], stamp["attempt"]
        waits = answer["wait_s"].get(task) or []
        trace = stamp.get("cur_trace") or (stamp.get("traceparent") or "-").split("-")[1]
        if number > len(waits) or waits[number - 1] is None or not trace:
            continue
        wait = waits[number - 1]
        call, returned = at.get(("enqueue_call", task, number)), at.get(("enqueued", task, number))
        length = returned - call if call is not None and returned is not None else 0
        yield Attempt(f"{task}#{number}", trace, None, stamp["t"], wait, wait + length, bool(answer["scheduled_delay_s"]))


def find_wait(shown, attempt):
    """The wait that a trace's JSON shows for an attempt; None where it shows none."""
    if attempt.span:
        return next((wait for wait in shown["waits"] if wait["span_id"] == attempt.span), None)
    starts = {row["span_id"]: row["start_unix_nano"] / 1e9 for row in shown["rows"] if row["kind"] == "span"}
    near = [(abs(starts[wait["span_id"]] - attempt.started), number)
            for number, wait in enumerate(shown["waits"]) if wait["span_id"] in starts]
    distance, number = min(near, default=(1, 0))
    return shown["waits"][number] if distance < 1 else None


def judge(wait, attempt, clocks_differ):
    """right, unknown (allowed), or wrong: a figure, or bounds, that do not hold the truth."""
    least = min(attempt.wait, attempt.wait_from_call) - SLACK
    most = max(attempt.wait, attempt.wait_from_call) + SLACK
    if wait is None:
        return "unknown"
    if wait["duration_ns"] is not None:
        if clocks_differ and not wait["exact"]:
            return "unknown"  # said to rest on two clocks that nobody compared
        return "right" if least <= wait["duration_ns"] / 1e9 <= most else "wrong"
    above = wait["low_ns"] is not None and wait["low_ns"] / 1e9 > most
    below = wait["high_ns"] is not None and wait["high_ns"] / 1e9 < least
    return "wrong" if above or below else "unknown"
