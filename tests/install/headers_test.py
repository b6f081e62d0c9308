"""The public headers, each by itself, as strict projects compile them."""

import concurrent.futures
import pathlib
import shutil
import tempfile
import unittest

import installed
from drive import places
from drive.runner import Claims, main

STRICT = ["-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror", "-fsyntax-only", "-x", "c++"]
STANDINS = places.SOURCE_DIR / "tests" / "bridges" / "standins"
ONE_USE = """#include <waybill/waybill.hpp>
int work(const waybill::metadata& received) {
  waybill::metadata sent;
  waybill::inject_trace_context(sent);
  return waybill::with_task_logging(received, "deployment", "deploy", [](waybill::task& task) {
    task.event.set({{"id", 7}, {"name", "x"}});
    auto span = waybill::start_span("inside");
    return 1;
  });
}
"""


class Headers(Claims):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="waybill-install-")
        cls.addClassCleanup(folder.cleanup)
        cls.include = installed.install(pathlib.Path(folder.name) / "usr") / "include"
        cls.headers = sorted(cls.include.glob("waybill/**/*.hpp"))

    def check_all(self, compiler):
        self.assertGreater(len(self.headers), 50)

        def check(header):
            try:
                # Included, not compiled itself: there, "#pragma once in main file" is a warning.
                file = self.home / (header.name + ".cpp")
                file.write_text(f"#include <{header.relative_to(self.include)}>\n")
                sdk = ["-isystem", STANDINS] if "bridges" in header.parts else []
                installed.run(compiler, *STRICT, "-fno-rtti", "-I", self.include, *sdk, file)
            except AssertionError as wrong:
                return f"{header.relative_to(self.include)}: {wrong}"
            return None

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            self.assertEqual([], [wrong for wrong in pool.map(check, self.headers) if wrong])

    def check_one_use(self, compiler):
        for flags in ([], ["-fno-exceptions"], ["-fno-rtti"], ["-fno-exceptions", "-fno-rtti"], ["-std=c++2b"]):
            file = self.home / "use.cpp"
            file.write_text(ONE_USE)
            installed.run(compiler, *STRICT, *flags, "-I", self.include, file)

    def clang(self):
        for name in ("clang++-14", "clang++"):
            if shutil.which(name):
                return name
        raise unittest.SkipTest("there is no clang++ (Debian: clang-14)")

    def test_gcc(self):
        """Every public header compiles alone with g++, all warnings on, without RTTI."""
        self.check_all("g++")

    def test_clang(self):
        """Every public header compiles alone with clang++."""
        self.check_all(self.clang())

    def test_missing_sdk(self):
        """A bridge's header says what is missing where its SDK is not there."""
        file = self.home / "use.cpp"
        for bridge, needs in (("opentelemetry", "opentelemetry-cpp's API"), ("sentry_native", "sentry-native's sentry.h")):
            file.write_text(f"#include <waybill/bridges/{bridge}/{bridge}_backend.hpp>\n")
            said = installed.run("g++", *STRICT, "-I", self.include, file, fails=True)
            self.assertIn(f"this header needs {needs}", said)

    def test_one_use(self):
        """A task compiles without exceptions, without RTTI, and as the next standard, with both compilers."""
        self.check_one_use("g++")
        self.check_one_use(self.clang())


if __name__ == "__main__":
    main()
