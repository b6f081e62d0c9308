"""An installed waybill, and projects outside the tree that use it."""

import json
import os
import shutil
import subprocess

from drive import places
from drive.processes import plain_environment

SOURCES = places.SOURCE_DIR / "tests" / "install"
# What building again may reuse lies here; only the first run is slow.
SCRATCH = places.BINARY_DIR / "tests" / "install" / "outside"


def run(*command, cwd=None, fails=False, **environment):
    """Runs a command to its end; what it says, on both ways."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(("CCACHE", "WAYBILL_COMPILER"))}
    home = environment.pop("HOME", os.environ.get("HOME", "/"))
    done = subprocess.run([str(part) for part in command], cwd=cwd, text=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                          stderr=subprocess.STDOUT, env={**plain_environment(home), **kept, **environment})
    assert (done.returncode != 0) == fails, f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}"
    return done.stdout


def install(prefix, build=places.BINARY_DIR):
    run("cmake", "--install", build, "--prefix", prefix)
    return prefix


def project(name, home):
    """A copy of one of the projects beside this file, outside the tree."""
    if not (home / "deployments.cpp").exists():
        for source in SOURCES.glob("*.cpp"):
            shutil.copy(source, home)
    shutil.copytree(SOURCES / name, home / name)
    return home / name


def configure(source, build, *options, **expected):
    launcher = [f"-DCMAKE_CXX_COMPILER_LAUNCHER={os.environ['WAYBILL_COMPILER_LAUNCHER']}"] if os.environ.get(
        "WAYBILL_COMPILER_LAUNCHER") else []
    return run("cmake", "-S", source, "-B", build, "-G", "Ninja", *launcher, *options, **expected)


def build(build, *targets):
    run("cmake", "--build", build, *(["--target", *targets] if targets else []), "--parallel", "2")


def needed(program):
    """The shared libraries that a program names."""
    lines = run("readelf", "-d", program, LC_ALL="C").splitlines()
    return {line.split("[")[1].rstrip("]") for line in lines if "(NEEDED)" in line}


def check_deployments(program, home, **environment):
    """One trace from the request to what the task did, in the file."""
    lines, queue = home / "lines.jsonl", home / "queue.db"
    for old in home.glob("lines.jsonl"), home.glob("queue.db*"):
        for file in old:
            file.unlink()
    run(program, lines, queue, HOME=str(home), OTEL_TRACES_EXPORTER="none", OTEL_LOGS_EXPORTER="none", **environment)
    records = [json.loads(line) for line in lines.read_text().splitlines()]
    text = lines.read_text()
    for name in ("POST /api/deploy", "task:deployment/deploy", "k8s.apply: deployment", "dep_4711"):
        assert name in text, text
    traces = {record.get("trace_id") or record.get("trace") for record in records}
    assert len(traces) == 1 and None not in traces, text


def check_journey(program, **environment):
    """All spans are of one trace."""
    lines = [line.split(" ", 1) for line in run(program, **environment).splitlines()]
    assert {name for _, name in lines} >= {"request", "inside", "task:deployment/deploy"}, lines
    assert len({trace for trace, _ in lines}) == 1, lines
