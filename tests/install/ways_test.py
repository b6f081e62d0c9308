"""The ways into another project, each taken."""

import pathlib
import shutil
import tempfile
import unittest

import installed
from drive import places
from drive.runner import Claims, main

CORE_ONLY = {"libstdc++.so.6", "libm.so.6", "libgcc_s.so.1", "libc.so.6", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
HIDDEN = [f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON" for name in ("CURL", "ZLIB", "SQLite3", "simdjson", "Boost", "zstd")]


class Ways(Claims):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="waybill-install-")
        cls.addClassCleanup(folder.cleanup)
        cls.prefix = installed.install(pathlib.Path(folder.name) / "usr")

    def test_find_package(self):
        """find_package finds the components that are asked for, and what they stand on."""
        source = installed.project("find_package", self.home)
        installed.configure(source, self.home / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}")
        installed.build(self.home / "build")
        installed.check_deployments(self.home / "build" / "deployments", self.home)

    def test_bridge(self):
        """A bridge is found like any component, and compiles with the SDK that the project brings."""
        source = installed.project("bridge", self.home)
        standins = places.SOURCE_DIR / "tests" / "bridges" / "standins"
        installed.configure(source, self.home / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DSDK_HEADERS={standins}", *HIDDEN)
        installed.build(self.home / "build")
        self.assertRegex(installed.run(self.home / "build" / "bridged"), r"^traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-")

    def test_core_only(self):
        """The core and tracing need no other library, neither to be built with nor to run."""
        source = installed.project("core_only", self.home)
        installed.configure(source, self.home / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}", *HIDDEN)
        installed.build(self.home / "build")
        installed.check_journey(self.home / "build" / "journey")
        self.assertLessEqual(installed.needed(self.home / "build" / "journey"), CORE_ONLY)

    def test_wrong_component(self):
        """A component that does not exist is named, with those that do; a version that is too new is refused."""
        source = installed.project("find_package", self.home)
        file = source / "CMakeLists.txt"
        right = file.read_text()
        file.write_text(right.replace("COMPONENTS export", "COMPONENTS exprot"))
        said = installed.configure(source, self.home / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}", fails=True)
        self.assertIn('waybill has no component "exprot"; it has core,', " ".join(said.split()))
        file.write_text(right.replace("waybill 0.1", "waybill 0.99"))
        said = installed.configure(source, self.home / "other", f"-DCMAKE_PREFIX_PATH={self.prefix}", fails=True)
        self.assertIn("0.99", said)

    def test_missing_library(self):
        """What a component stands on and is not there is named."""
        source = installed.project("find_package", self.home)
        said = installed.configure(source, self.home / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}",
                                   "-DCMAKE_DISABLE_FIND_PACKAGE_ZLIB=ON", fails=True)
        self.assertIn("ZLIB", said)

    def test_pkg_config(self):
        """pkg-config says all that a plain compiler call needs."""
        if not shutil.which("pkg-config"):
            raise unittest.SkipTest("there is no pkg-config")
        where = {"PKG_CONFIG_PATH": str(next(self.prefix.glob("lib*/**/pkgconfig")))}
        for name, components in (("deployments", ["waybill-export", "waybill-sqlite_queue"]), ("journey", ["waybill-tracing"])):
            flags = installed.run("pkg-config", "--cflags", "--libs", *components, **where).split()
            self.assertEqual(name == "deployments", "-lz" in flags)
            installed.run("g++", "-std=c++20", installed.SOURCES / f"{name}.cpp", "-o", self.home / name, *flags)
        installed.check_deployments(self.home / "deployments", self.home)
        installed.check_journey(self.home / "journey")

    def test_fetch_content(self):
        """FetchContent builds what is linked, and asks for nothing that other components would need."""
        source = installed.project("fetch_content", self.home)
        build = installed.SCRATCH / "fetch_content"
        shutil.rmtree(build, ignore_errors=True)
        said = installed.configure(source, build, f"-DFETCHCONTENT_SOURCE_DIR_WAYBILL={places.SOURCE_DIR}", *HIDDEN)
        self.assertIn("the component export is not there, since these were not found: ", said)
        installed.build(build, "journey")
        installed.check_journey(build / "journey")
        shutil.rmtree(build)

    def test_shared(self):
        """Shared libraries work too, know their version, and stay when they are closed."""
        build, prefix = installed.SCRATCH / "shared", self.home / "usr"
        installed.configure(places.SOURCE_DIR, build, "-DBUILD_SHARED_LIBS=ON", "-DWAYBILL_TESTS=OFF", "-DWAYBILL_PROGRAM=OFF")
        installed.build(build, "waybill-export", "waybill-sqlite_queue")
        installed.install(prefix, build)
        core = next(prefix.glob("lib*/**/libwaybill-core.so"))
        said = installed.run("readelf", "-d", core)
        self.assertIn("[libwaybill-core.so.0.1]", said)
        self.assertIn("NODELETE", said)
        self.assertNotIn("STATIC_TLS", said)
        self.assertLessEqual(installed.needed(core), CORE_ONLY)
        self.assertRegex(installed.run("readelf", "-Ws", core), r"TLS +UNIQUE +DEFAULT .*current_node")

        source = installed.project("find_package", self.home)
        installed.configure(source, self.home / "build", f"-DCMAKE_PREFIX_PATH={prefix}")
        installed.build(self.home / "build")
        installed.check_deployments(self.home / "build" / "deployments", self.home)

    def test_debian_packages(self):
        """The Debian packages hold the program and the library, and ask only for packages that running needs."""
        if not shutil.which("dpkg-shlibdeps") or not shutil.which("dpkg-deb"):
            raise unittest.SkipTest("there are no Debian tools (dpkg-dev)")
        packages, root = self.home / "packages", self.home / "root"
        installed.run("cpack", "--config", places.BINARY_DIR / "CPackConfig.cmake", "-B", packages, cwd=self.home)
        files = {file.name.split("_")[0]: file for file in packages.glob("*.deb")}
        self.assertEqual({"waybill", "libwaybill-dev"}, set(files))
        depends = installed.run("dpkg-deb", "-f", files["waybill"], "Depends")
        self.assertIn("libc6", depends)
        self.assertNotIn("-dev", depends)
        for file in files.values():
            installed.run("dpkg-deb", "-x", file, root)
        self.assertIn("waybill 0.", installed.run(root / "usr/bin/waybill", "--version"))
        self.assertTrue((root / "usr/share/man/man1/waybill.1.gz").exists())
        self.assertTrue((root / "usr/share/doc/libwaybill-dev/copyright").exists())
        source = installed.project("find_package", self.home)
        installed.configure(source, self.home / "build", f"-DCMAKE_PREFIX_PATH={root}/usr")
        installed.build(self.home / "build")
        installed.check_deployments(self.home / "build" / "deployments", self.home)

    def test_program_needs(self):
        """The program runs without any development package: what it loads is there, and what can be inside it is."""
        program = self.prefix / "bin" / "waybill"
        self.assertNotIn("not found", installed.run("ldd", program))
        for library in installed.needed(program):
            for inside in ("sqlite", "zstd", "libz.", "boost", "curl"):
                self.assertNotIn(inside, library)
            self.assertRegex(library, r"\.so\.[0-9]+", "a name without a version is a development package's")
        shutil.copy(program, self.home / "waybill")
        installed.run("strip", self.home / "waybill")
        print(f"stripped: {(self.home / 'waybill').stat().st_size} bytes, needs {sorted(installed.needed(program))}")

    def test_no_internals(self):
        """Of the program's own rooms nothing is installed."""
        rooms = {path.name for path in (self.prefix / "include" / "waybill").iterdir() if path.is_dir()}
        self.assertTrue(rooms.isdisjoint({"store", "receive", "analysis", "views", "cli"}), rooms)
        libraries = {path.name for path in self.prefix.glob("lib*/**/libwaybill-*")}
        self.assertEqual({f"libwaybill-{name}.a" for name in
                          ("core", "http", "tracing", "wire", "sqlite", "sqlite_queue", "export")}, libraries)


if __name__ == "__main__":
    main()
