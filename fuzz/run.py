"""Behind ./dev fuzz: runs the fuzz targets, measures what their corpora reach, and proves that each can fail."""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CORPUS = ROOT / "fuzz/corpus"
PLANTED = ROOT / "fuzz/planted"
BUILD = ROOT / "build/fuzz"
COVERAGE = ROOT / "build/fuzz-coverage"
FOUND = ROOT / "build/fuzz-found"  # what runs have added to the corpora, and what made a target fail

# The readers of foreign bytes that each target is there for, under src/waybill. Folders stand for their .cpp files.
PARSERS = {
    "trace_context": ["formats/w3c_trace_context.cpp", "context/tracestate.cpp", "context/tracestate.hpp"],
    "baggage": ["context/baggage.cpp", "context/baggage_walk.hpp", "context/pair_window.hpp", "context/kept_text.hpp"],
    "sentry_trace": ["formats/sentry_trace.cpp", "formats/w3c_baggage.cpp"],
    "waybill_key": ["formats/waybill_key.cpp", "formats/decimal.hpp"],
    "b3": ["formats/b3.cpp", "formats/partial_sender.cpp", "formats/partial_sender.hpp"],
    "jaeger": ["formats/jaeger.cpp"],
    "datadog": ["formats/datadog.cpp"],
    "xray": ["formats/xray.cpp"],
    "decode": ["decode/message_text.cpp", "decode/message_walk.cpp", "decode/message_list.cpp", "decode/findings.cpp", "decode/json_value.cpp", "decode/header_lines.cpp",
               "decode/header_shape.cpp", "decode/literal.cpp", "decode/quoted_text.cpp", "decode/plain_value.cpp",
               "decode/redis_reply.cpp", "decode/pickle_text.cpp", "decode/explanation.cpp",
               "decode/header_explanation.cpp", "decode/time_words.cpp", "carrier/context_places.cpp"],
    "propagation": ["propagation/extracted.cpp", "propagation/outgoing_message.cpp", "propagation/restamp.cpp",
                    "carrier/list_carrier.hpp", "carrier/received_headers.hpp"],
    "json_carrier": ["carrier/json_object_carrier.cpp", "carrier/json_object_members.cpp"],
    "text": ["base/percent_encoding.cpp", "base/utf8.cpp", "base/hex.hpp", "base/json_writer.cpp", "wire/base64.cpp"],
    "address": ["http/address.cpp", "http/url.cpp", "http/access.cpp", "export/retry_after.cpp", "propagation/propagator.cpp"],
    "gzip": ["wire/gzip.cpp"],
    "otlp_protobuf": ["wire/otlp_protobuf_decode.cpp", "wire/otlp_protobuf_values.cpp", "wire/otlp_protobuf_spans.cpp",
                      "wire/otlp_protobuf_logs.cpp", "wire/otlp_protobuf_answer.cpp", "wire/record_builder.hpp"],
    "otlp_json": ["wire/otlp_json_decode.cpp", "wire/otlp_json_values.cpp", "wire/otlp_json_spans.cpp",
                  "wire/otlp_json_logs.cpp", "wire/json_values.hpp", "wire/event_json.cpp"],
    "jaeger_json": ["wire/jaeger_json.cpp", "wire/jaeger_spans.cpp", "wire/tempo_search.cpp"],
    "sentry_envelope": ["wire/sentry_envelope.cpp", "wire/sentry_decode.cpp", "wire/sentry_transaction.cpp",
                        "wire/sentry_items.cpp", "wire/sentry_span.cpp", "wire/sentry_process.cpp",
                        "wire/sentry_values.cpp", "wire/sentry_time.cpp", "wire/json_text.cpp"],
    "chunk": ["store/chunk.cpp", "store/byte_column.hpp"],
    "slice": ["store/task_row.cpp", "store/key_run.cpp", "store/key_run.hpp", "store/chunk_dictionary.cpp",
              "store/wait_statistics.cpp"],
    "answers": ["wire/read_answers.cpp"],
    "http": ["http/request_parser.cpp", "receive/intake.cpp", "receive/otlp_http.cpp", "receive/read_api.cpp", "receive/router.cpp"],
}
LONGEST = {"http": 2000, "baggage": 800, "propagation": 1500}  # longer inputs find no more, and take their time
ENOUGH = 90  # per cent of a parser's lines that its corpus has to reach


def program(target, build=BUILD):
    return build / "fuzz" / f"fuzz-{target}"


def play(target, seconds, build=BUILD, *, found=FOUND):
    """One run of libFuzzer over the corpus and what earlier runs found; its output, and the inputs that made it fail."""
    kept, failed = found / "corpus" / target, found / "failed" / target
    kept.mkdir(parents=True, exist_ok=True)
    failed.mkdir(parents=True, exist_ok=True)
    before = set(failed.iterdir())
    done = subprocess.run(
        [program(target, build), f"-max_total_time={seconds}", f"-max_len={LONGEST.get(target, 3000)}", "-timeout=20",
         "-rss_limit_mb=1500", "-keep_seed=1", "-print_final_stats=1", f"-artifact_prefix={failed}/",
         kept, CORPUS / target],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    return done, done.stdout.decode(errors="replace"), sorted(set(failed.iterdir()) - before)


def complaint(output):
    """What a target or a sanitizer said when it ended, in one line."""
    for pattern in (r"^claim: (.*)$", r"^.*(runtime error: .*)$", r"^.*ERROR: (.*?)(?: on address.*)?$"):
        if match := re.search(pattern, output, re.MULTILINE):
            return match[1]
    return output.strip().split("\n")[-1]


def fuzz(targets, seconds):
    wrong = 0
    print(f"{'target':15}{'runs':>12}{'runs/s':>9}{'coverage':>10}{'new inputs':>12}")
    for target in targets:
        done, output, failed = play(target, seconds)
        stat = lambda name: int((re.findall(rf"stat::{name}:\s+(\d+)", output) or [0])[-1])  # noqa: E731
        covered = (re.findall(r" cov: (\d+)", output) or ["-"])[-1]
        print(f"{target:15}{stat('number_of_executed_units'):12}{stat('average_exec_per_sec'):9}{covered:>10}"
              f"{stat('new_units_added'):12}", flush=True)
        if done.returncode != 0:
            wrong += 1
            print(f"  failed: {complaint(output)}")
            for path in failed:
                print(f"  again with {program(target)} {path}")
    return 1 if wrong else 0


def merge(targets):
    """Adds to the corpora those of the inputs found that reach new code, as far as they are small."""
    for target in targets:
        corpus, kept = CORPUS / target, FOUND / "corpus" / target
        before = set(corpus.iterdir())
        subprocess.run([program(target), "-merge=1", "-use_counters=0", "-max_len=600", corpus, kept],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        for path in set(corpus.iterdir()) - before:
            path.rename(corpus / path.name[:12])
        print(f"{target:15}{len(before):6} → {len(list(corpus.iterdir()))} inputs,"
              f" {sum(path.stat().st_size for path in corpus.iterdir())} bytes")
    return 0


def coverage(targets):
    """All targets together reach a line; each parser stands with the target that is there for it."""
    raw = COVERAGE / "raw"
    shutil.rmtree(raw, ignore_errors=True)
    for target in PARSERS:
        subprocess.run([program(target, COVERAGE), CORPUS / target], env={"LLVM_PROFILE_FILE": str(raw / f"{target}.profraw")},
                       stderr=subprocess.DEVNULL, check=True)
    subprocess.run(["llvm-profdata-14", "merge", "-o", raw / "all", *raw.glob("*.profraw")], check=True)
    first, *others = (program(target, COVERAGE) for target in PARSERS)
    told = subprocess.run(["llvm-cov-14", "export", "-summary-only", f"-instr-profile={raw / 'all'}", first,
                           *(f"-object={other}" for other in others)], stdout=subprocess.PIPE, check=True)
    reached = {os.path.normpath(file["filename"]): file["summary"]["lines"] for file in json.loads(told.stdout)["data"][0]["files"]}
    low = 0
    for target in targets:
        print(target)
        for path in PARSERS[target]:
            lines = reached.get(str(ROOT / "src/waybill" / path))
            if lines is None:
                low += 1
                print(f"  {path:40} is not there, or not compiled into the target")
                continue
            enough = lines["percent"] >= ENOUGH
            low += not enough
            print(f"  {path:40}{lines['covered']:5} of {lines['count']:4} lines{lines['percent']:7.1f} %{'' if enough else '  too little'}")
    return 1 if low else 0


def planted(targets, seconds):
    """Builds each target from a copy of the sources with one mistake in it, which it has to find."""
    copy = ROOT / "build/fuzz-planted"
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        source, to = ROOT / name, copy / name
        if source.is_file() and not (to.exists() and to.read_bytes() == source.read_bytes()):
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, to)
    shutil.rmtree(copy / "found", ignore_errors=True)  # what counts is what the corpus finds
    with open(ROOT / "build/fuzz-planted.log", "wb") as log:
        run = lambda *command: subprocess.run(command, cwd=copy, stdout=log, stderr=log, check=True)  # noqa: E731
        run("cmake", "--preset", "fuzz")
        wrong = 0
        for target in targets:
            where, what, change = (PLANTED / target).read_text().rstrip("\n").split("\n")
            sources = [path for path in copy.glob(where) if "build" not in path.relative_to(copy).parts]
            before = {path: path.read_text() for path in sources}
            subprocess.run(["sed", "-E", "-i", change, *sources], check=True)
            if all(path.read_text() == text for path, text in before.items()):
                print(f"{target:15}does not fit any more: {where} has nothing that {change} would change")
                wrong += 1
                continue
            try:
                run("cmake", "--build", "build/fuzz", "--target", f"fuzz-{target}")
                done, output, _ = play(target, seconds, copy / "build/fuzz", found=copy / "found")
            finally:
                for path, text in before.items():
                    if path.read_text() != text:
                        path.write_text(text)
            wrong += done.returncode == 0
            print(f"{target:15}{'NOT found' if done.returncode == 0 else 'found'}: {what}\n"
                  f"{'':15}{complaint(output)}", flush=True)
    return 1 if wrong else 0


def main():
    options = argparse.ArgumentParser(prog="./dev fuzz", description=__doc__)
    options.add_argument("targets", nargs="*", metavar="target", help=", ".join(PARSERS))
    options.add_argument("--seconds", type=int, default=60, help="for each target (60)")
    options.add_argument("--check", action="store_true", help=argparse.SUPPRESS)  # only whether all of this makes sense
    task = options.add_mutually_exclusive_group()
    for name, what in (("coverage", "lines of each parser that its corpus reaches"),
                       ("merge", "adds what was found to the corpora"),
                       ("planted", "each target has to find a mistake that is built in")):
        task.add_argument(f"--{name}", action="store_true", help=what)
    chosen = options.parse_args()
    for target in chosen.targets:
        if target not in PARSERS:
            options.error(f'there is no target "{target}"; there are {", ".join(PARSERS)}')
    if chosen.seconds < 1:
        options.error("--seconds has to be 1 or more")
    targets = chosen.targets or list(PARSERS)
    if chosen.check:
        return 0
    if chosen.coverage:
        return coverage(targets)
    if chosen.merge:
        return merge(targets)
    if chosen.planted:
        return planted(targets, chosen.seconds)
    return fuzz(targets, chosen.seconds)


if __name__ == "__main__":
    sys.exit(main())
