"""Export requests with every field that the descriptors of opentelemetry-proto know, each with a value of its own, and which of
them something that came back no longer has.

    otlp_fields_peer.py write FOLDER                              the requests as files
    otlp_fields_peer.py send http/protobuf|http/json|grpc ADDRESS to a receiver
    otlp_fields_peer.py answer FILE                               protobuf's own JSON of them, as Tempo would answer it
    otlp_fields_peer.py compare FILE                              FILE: OTLP JSON of the trace that was sent
"""

import base64
import itertools
import json
import math
import pathlib
import struct
import sys
import urllib.request

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor as Field
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2
from opentelemetry.proto.common.v1 import common_pb2

TRACE = bytes.fromhex("4bf92f3577b34da6a3ce929d0e0e4736")
BIG = (Field.TYPE_INT64, Field.TYPE_UINT64, Field.TYPE_FIXED64)
COPIES = {"spans": 6, "log_records": 8}  # of a message: for each kind of span, and all together for each value as a body
AWKWARD = {  # beside a value like any other, what programs stumble over
    Field.TYPE_STRING: ["", "\0\x01\x7f \\\"/\n\r\t\u2028 \N{GRINNING FACE} e\u0301"],
    Field.TYPE_BOOL: [True, False],
    Field.TYPE_INT64: [0, -1, 2**63 - 1, -2**63],
    Field.TYPE_DOUBLE: [0.0, -0.0, 5e-324, 1.7976931348623157e308, math.nan, math.inf, -math.inf],
    Field.TYPE_BYTES: [b"", bytes(range(256))],
}
distinct = itertools.count(1).__next__


def value_of(field):
    number = distinct()
    if field.name in ("trace_id", "span_id", "parent_span_id"):
        of_trace = field.name == "trace_id"
        belongs = of_trace and field.containing_type.name in ("Span", "LogRecord")
        return TRACE if belongs else number.to_bytes(16 if of_trace else 8, "big")
    if field.type == Field.TYPE_ENUM:
        numbers = field.enum_type.values_by_number
        return sorted(numbers)[number % len(numbers)]
    if field.type == Field.TYPE_FIXED64:
        return 1_764_000_000_000_000_000 + number
    return {Field.TYPE_STRING: f"{field.name} {number}", Field.TYPE_BYTES: b"%s %d" % (field.name.encode(), number),
            Field.TYPE_BOOL: True, Field.TYPE_INT64: number << 32, Field.TYPE_INT32: number,
            Field.TYPE_UINT32: 0xFFFF0000 | number, Field.TYPE_FIXED32: 0xFFFF0000 | number,
            Field.TYPE_DOUBLE: number + 0.1}[field.type]


def values(depth=0):
    """An AnyValue of each kind that there is, lists and groups of all others included, and one of no kind."""
    for field in common_pb2.AnyValue.DESCRIPTOR.fields:
        if field.message_type is None:
            for value in [value_of(field), *AWKWARD.get(field.type, ())]:
                yield common_pb2.AnyValue(**{field.name: value})
        else:
            for full in (True, False) if depth < 1 else (False,):
                holder = common_pb2.AnyValue()
                nested = getattr(holder, field.name)
                nested.SetInParent()
                if full and field.message_type.name == "ArrayValue":
                    nested.values.extend(values(depth + 1))
                elif full:
                    fill_attributes(nested.values, depth + 1)
                yield holder
    yield common_pb2.AnyValue()


def fill_attributes(attributes, depth=0):
    for value in values(depth):
        one = attributes.add(value=value)
        for field in one.DESCRIPTOR.fields:
            if field.message_type is None:
                setattr(one, field.name, value_of(field))
    attributes.add(key=attributes[0].key, value=attributes[1].value)  # a key may come twice, or be no key at all
    attributes.add(value=attributes[0].value)


bodies = itertools.cycle(list(values()))
told_in_full = set()


def fill(message):
    for field in message.DESCRIPTOR.fields:
        held = getattr(message, field.name)
        if field.message_type is None and field.is_repeated:
            held.extend([value_of(field), value_of(field)])
        elif field.message_type is None:
            setattr(message, field.name, value_of(field))
        elif field.message_type.name == "AnyValue":
            held.CopyFrom(next(bodies))
        elif not field.is_repeated:
            fill(held)
        elif field.message_type.name == "KeyValue" and field.full_name in told_in_full:
            held.add(key=f"key {distinct()}", value=next(bodies))
        elif field.message_type.name == "KeyValue":
            told_in_full.add(field.full_name)
            fill_attributes(held)
        else:
            for _ in range(COPIES.get(field.name, 2)):
                fill(held.add())
    return message


traces = fill(trace_service_pb2.ExportTraceServiceRequest())
logs = fill(logs_service_pb2.ExportLogsServiceRequest())


def is_id(field):
    return field.type == Field.TYPE_BYTES and field.name.endswith("_id")


def to_json(message):
    """As the specification of OTLP wants it, which is not quite protobuf's own way."""
    def scalar(field, value):
        if field.type == Field.TYPE_BYTES:
            return value.hex() if is_id(field) else base64.b64encode(value).decode()
        if field.type == Field.TYPE_DOUBLE and not math.isfinite(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        return str(value) if field.type in BIG else value

    convert = lambda field, value: to_json(value) if field.message_type else scalar(field, value)  # noqa: E731
    return {field.json_name: [convert(field, one) for one in value] if field.is_repeated else convert(field, value)
            for field, value in message.ListFields()}


def from_json(text, message):
    """Strictly: a name or a spelling that the specification does not have is a KeyError or ValueError."""
    def scalar(field, value):
        if field.type == Field.TYPE_BYTES:
            return bytes.fromhex(value) if is_id(field) else base64.b64decode(value, validate=True)
        return int(value) if field.type in BIG else float(value) if field.type == Field.TYPE_DOUBLE else value

    names = {field.json_name: field for field in message.DESCRIPTOR.fields}
    for name, value in text.items():
        field = names[name]
        held = getattr(message, field.name)
        if field.message_type and field.is_repeated:
            for one in value:
                from_json(one, held.add())
        elif field.message_type:
            held.SetInParent()
            from_json(value, held)
        elif field.is_repeated:
            held.extend(value)
        else:
            setattr(message, field.name, scalar(field, value))
    return message


def same(sent, came):
    return struct.pack("d", sent) == struct.pack("d", came) if isinstance(sent, float) else sent == came


def is_empty(field, value):
    """A message that stands there and says nothing says as much as none, but where it is the word for an empty list."""
    return field.message_type and not field.is_repeated and not field.containing_oneof and value.ByteSize() == 0


def compare(sent, came, differing, without=()):
    """Adds the full name of each field that is not the same in both."""
    for field in sent.DESCRIPTOR.fields:
        one, other = getattr(sent, field.name), getattr(came, field.name)
        if field.name in without or is_empty(field, one) and is_empty(field, other):
            continue
        if field.is_repeated and len(one) != len(other):
            differing.add(field.full_name)
        elif field.is_repeated and field.message_type is None:
            if list(one) != list(other):
                differing.add(field.full_name)
        elif field.is_repeated:
            for pair in zip(one, other):
                compare(*pair, differing)
        elif field.has_presence and sent.HasField(field.name) != came.HasField(field.name):
            differing.add(field.full_name)
        elif field.message_type is not None:
            compare(one, other, differing)
        elif not same(one, other):
            differing.add(field.full_name)


def records_of(request, resources, scopes, records):
    """Each record with what it lies in, by its span: in which order they come, and how often a resource is told, is free."""
    return {record.span_id: (group, scope, record) for group in getattr(request, resources)
            for scope in getattr(group, scopes) for record in getattr(scope, records)}


def differences(told):
    differing = set()
    for request, *names in ((traces, "resource_spans", "scope_spans", "spans"),
                            (logs, "resource_logs", "scope_logs", "log_records")):
        outer = request.DESCRIPTOR.fields_by_name[names[0]].json_name
        came = records_of(from_json({outer: told[outer]}, type(request)()), *names)
        sent = records_of(request, *names)
        if sent.keys() != came.keys():
            raise SystemExit(f"{len(sent)} {names[-1]} were sent, {len(came)} came")
        for span, (group, scope, record) in sent.items():
            compare(group, came[span][0], differing, names[1:2])
            compare(scope, came[span][1], differing, names[2:])
            compare(record, came[span][2], differing)
    return sorted(differing)


def send(protocol, address):
    for request, signal in ((traces, "traces"), (logs, "logs")):
        if protocol == "grpc":
            import grpc
            from opentelemetry.proto.collector.logs.v1.logs_service_pb2_grpc import LogsServiceStub
            from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub
            with grpc.insecure_channel(address) as channel:
                answer = (TraceServiceStub if signal == "traces" else LogsServiceStub)(channel).Export(request, timeout=20)
                assert not answer.HasField("partial_success"), answer
            continue
        as_json = protocol == "http/json"
        body = json.dumps(to_json(request)).encode() if as_json else request.SerializeToString()
        asked = urllib.request.Request(f"{address}/v1/{signal}", body, {
            "Content-Type": "application/json" if as_json else "application/x-protobuf"})
        with urllib.request.urlopen(asked, timeout=20) as answer:
            assert answer.read() in (b"", b"{}"), "nothing was rejected"


def main(what, *arguments):
    told = {"event": what, "trace": TRACE.hex()}
    if what == "write":
        for name, request in (("traces", traces), ("logs", logs)):
            pathlib.Path(arguments[0], f"every-field-{name}.pb").write_bytes(request.SerializeToString())
    elif what == "answer":
        answer = {"trace": json_format.MessageToDict(traces), **json_format.MessageToDict(logs)}
        pathlib.Path(arguments[0]).write_text(json.dumps(answer))
    elif what == "send":
        send(*arguments)
    else:
        told["differing"] = differences(json.loads(pathlib.Path(arguments[0]).read_text()))
    print(json.dumps(told, separators=(",", ":")))


if __name__ == "__main__":
    main(*sys.argv[1:])
