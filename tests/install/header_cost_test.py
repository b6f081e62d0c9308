"""What including waybill costs to compile, against <string> and <map>, which every user has already.

Counted in the compiler's instructions: two counts of one machine differ by less than a hundredth, two times by a tenth.
"""

import re
import shutil
import subprocess
import unittest

from drive import places
from drive.runner import Claims, main

LIMIT = 1.4
PLAIN = "#include <map>\n#include <string>\n"


@unittest.skipUnless(shutil.which("valgrind") and shutil.which("g++"), "needs valgrind, to count, and g++, which is counted")
class Cost(Claims):
    def instructions(self, name, text):
        """Of the compiler proper; what the driver g++ does around it is the same for all."""
        file = self.home / f"{name}.cpp"
        file.write_text(text)
        include = ["-I", places.SOURCE_DIR / "src", "-I", places.BINARY_DIR / "generated"]
        plan = subprocess.run(["g++", "-###", "-std=c++20", "-fsyntax-only", *include, file], check=True, capture_output=True, text=True)
        compiler = next(line for line in plan.stderr.splitlines() if re.match(r"\s*\S*cc1plus\s", line))
        # A shell takes the line apart: it is quoted for one.
        counted = subprocess.run(f"valgrind --tool=callgrind --callgrind-out-file=/dev/null {compiler}",
                                 shell=True, check=True, capture_output=True, text=True)
        return int(re.search(r"Collected : (\d+)", counted.stderr).group(1))

    def test_light_header(self):
        """<waybill/waybill.hpp> compiles in at most 1.4 times the work of <string> and <map>."""
        plain = self.instructions("plain", PLAIN)
        ratios = {}
        for name, text in {"waybill": "#include <waybill/waybill.hpp>\n", "memory": PLAIN + "#include <memory>\n"}.items():
            ratios[name] = self.instructions(name, text) / plain
        print(", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items()))
        self.assertLess(ratios["waybill"], LIMIT, ratios)
        self.assertGreater(ratios["memory"], LIMIT, "this test could not tell a light header from a heavy one")


if __name__ == "__main__":
    main()
