"""What including waybill costs to compile, against <string> and <map>, which every user has already."""

import resource
import statistics
import subprocess

from drive import places
from drive.runner import Claims, main

LIMIT = 1.4
PLAIN = "#include <map>\n#include <string>\n"
ROUNDS = 9


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compile_seconds(file):
    before = cpu_seconds()
    subprocess.run(["g++", "-std=c++20", "-fsyntax-only", "-I", places.SOURCE_DIR / "src", "-I", places.BINARY_DIR / "generated", file],
                   check=True)
    return cpu_seconds() - before


class Cost(Claims):
    def ratios(self, **sources):
        """Medians of several turns, taken in turn, so that a busy machine disturbs all alike: a single quick turn decides nothing."""
        files = {}
        for name, text in {"plain": PLAIN, **sources}.items():
            files[name] = self.home / f"{name}.cpp"
            files[name].write_text(text)
        turns = {name: [] for name in files}
        for _ in range(ROUNDS):
            for name, file in files.items():
                turns[name].append(compile_seconds(file))
        plain = statistics.median(turns["plain"])
        return {name: statistics.median(seconds) / plain for name, seconds in turns.items()}

    def test_light_header(self):
        """<waybill/waybill.hpp> compiles in at most 1.4 times the time of <string> and <map>."""
        ratios = self.ratios(waybill="#include <waybill/waybill.hpp>\n", start="#include <waybill/start.hpp>\n",
                             extract="#include <waybill/propagation/extract.hpp>\n",
                             inject="#include <waybill/propagation/inject.hpp>\n",
                             memory=PLAIN + "#include <memory>\n")
        print(", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items()))
        self.assertLess(ratios["waybill"], LIMIT, ratios)
        self.assertGreater(ratios["memory"], LIMIT, "this test could not tell a light header from a heavy one")


if __name__ == "__main__":
    main()
