"""Loads a fresh waybill serve with each kind of request and in each sync mode, and prints what it cost. ./dev bench store.

Server and load share the machine's cores. CPU, memory and bytes are the server's alone, as the system counts them; what is
counted as accepted was answered with 200, so it is committed. Afterwards random acknowledged traces are read by id, and each
span of them is looked for.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

ROWS = (  # what, sync, batch, connections, requests between the halves of a trace, further options
    ("1000 spans a request", "normal", 1000, 4, 0),
    ("1000, traces in two halves", "normal", 1000, 4, 100),
    ("100 spans a request", "normal", 100, 4, 0),
    ("1000 spans a request", "full", 1000, 4, 0),
    ("100 spans a request", "full", 100, 4, 0),
    ("4 spans a Sentry envelope", "normal", 4, 8, 1, "--sentry", 1),
)


class Server:
    def __init__(self, programs, store, sync):
        options = ["--sync-full"] if sync == "full" else []
        self.process = subprocess.Popen([programs / "waybill", "serve", "--store", store, "--listen", "127.0.0.1:0", *options],
                                        stdout=subprocess.PIPE, text=True)
        told = self.process.stdout.readline()
        if "listening on " not in told:
            sys.exit("waybill serve did not start.")
        self.url = told.split("listening on ")[1].split(" ")[0]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()


def load(programs, server, *options):
    command = [programs / "receive-load", "--url", server.url, *map(str, options)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def measure(programs, folder, row, spans, reads):
    _, sync, batch, connections, apart, *more = row
    store = pathlib.Path(folder) / "store"
    log = pathlib.Path(folder) / "acknowledged"
    with Server(programs, store, sync) as server:
        idle = resident(server)
        asked = ("--pid", server.process.pid, "--store", store, "--connections", connections, "--batch", batch, *more)
        written = load(programs, server, *asked, "--spans", spans, "--apart", apart * 1000 // batch,
                       "--acknowledged", log)
        read = load(programs, server, "--only-check", log, "--check", reads, "--connections", 1)
        time.sleep(1)  # then the log is emptied
        told = {"idle_bytes": idle, "store_bytes": sum(path.stat().st_size for path in store.iterdir())}
        told |= waits(server)
    return written | read | told


def resident(server):
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


def waits(server):
    """How long the percentiles of all tasks take, the quickest of five, and of how many."""
    took = []
    for _ in range(5):
        began = time.perf_counter()
        with urllib.request.urlopen(server.url + "/api/waits") as answer:
            queues = json.load(answer)["queues"]
        took.append(time.perf_counter() - began)
    return {"waits_ms": min(took) * 1e3, "tasks": sum(queue["tasks"] for queue in queues)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, default="build/bench/bin", help="where waybill and receive-load are")
    parser.add_argument("--spans", type=int, default=1_000_000, help="sent for each row")
    parser.add_argument("--reads", type=int, default=1000, help="traces read back for each row")
    given = parser.parse_args()
    print(f"{'':28}{'':7}{'spans/s':>9}{'CPU-s per':>11}{'peak RSS':>10}{'bytes on':>10}{'answer p50':>12}{'p99':>7}"
          f"{'read p50':>10}{'p99':>7}{'waits':>7}  found")
    print(f"{'load':28}{'sync':7}{'committed':>9}{'M spans':>11}{'MiB':>10}{'disk/span':>10}{'ms':>12}{'ms':>7}"
          f"{'ms':>10}{'ms':>7}{'ms/M':>7}  whole")
    lost = 0
    for row in ROWS:
        with tempfile.TemporaryDirectory(prefix="waybill-bench-") as folder:
            told = measure(given.programs, folder, row, given.spans, given.reads)
        refused = told["requests"] - told["status_200"]
        print(f"{row[0]:28}{row[1]:7}{told['spans_per_second']:>9,.0f}{told['cpu_seconds_per_million']:>11.2f}"
              f"{told['peak_resident_bytes'] / 2**20:>10.0f}{told['store_bytes'] / told['spans']:>10.1f}"
              f"{told['p50_ms']:>12.1f}{told['p99_ms']:>7.1f}{told['read_p50_ms']:>10.2f}{told['read_p99_ms']:>7.1f}"
              f"{told['waits_ms'] * 1e6 / max(1, told['tasks']):>7.1f}  {told['whole']}/{told['asked']}" + (f"  ({refused} requests refused)" if refused else ""), flush=True)
        lost += told["asked"] - told["whole"]
        if told["first_problem"]:
            print(f"  {told['first_problem']}")
    print(f"An idle server takes {told['idle_bytes'] / 2**20:.1f} MiB. waits: percentiles of all tasks, for a million of them.")
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
