"""Where the programs under test and the peers of other languages are."""

import os
import pathlib
import shutil
import subprocess
import unittest

BINARY_DIR = pathlib.Path(os.environ["WAYBILL_BINARY_DIR"])
SOURCE_DIR = pathlib.Path(os.environ["WAYBILL_SOURCE_DIR"])
PROGRAMS = BINARY_DIR / "bin"
WAYBILL = PROGRAMS / "waybill"
PEERS = SOURCE_DIR / "build" / "peers"  # prepared by ./dev test, shared by all builds
SANITIZED = os.environ.get("WAYBILL_SANITIZED") == "1"  # memory and time are not what they are for users
PEERS_REQUIRED = os.environ.get("WAYBILL_PEERS_REQUIRED") == "1"


def python_peer():
    """The interpreter that has the SDKs of tests/peers/requirements.txt; skips the test where it is not there."""
    python = PEERS / "python" / "bin" / "python"
    if not python.exists():
        raise unittest.SkipTest("the Python SDKs are not installed; ./dev test does it where python3-venv is")
    return python


def node_peer():
    """A Node that finds the packages of tests/peers/package-lock.json; skips the test where there is none."""
    if not (PEERS / "node" / "node_modules").is_dir():
        raise unittest.SkipTest("the Node SDKs are not installed; ./dev test does it where npm and node >= 20.19 are")
    try:
        subprocess.run(["node", "--version"], check=True, capture_output=True)
    except OSError:
        raise unittest.SkipTest("there is no node") from None
    return "node"


def go_peer(name):
    """A program of tests/peers/go; skips the test where it could not be built."""
    program = PEERS / "go" / name
    if not program.exists():
        raise unittest.SkipTest(f"the Go {name} is not built; ./dev test does it where go is")
    return program


def java_peer():
    """The command of tests/peers/java; skips the test where it could not be built."""
    folder = PEERS / "java"
    if not (folder / "Peer.class").exists() or not shutil.which("java"):
        raise unittest.SkipTest("the Java SDK is not installed; ./dev test does it where javac and mvn are")
    return ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{folder}:{folder}/lib/*", "Peer"]
