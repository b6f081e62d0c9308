"""The manual page and the completions, against what the program says of itself."""

import re
import shutil
import subprocess
import unittest

from drive import places
from drive.collector import waybill
from drive.runner import Claims, main

REFERENCE = places.BINARY_DIR / "reference"
OPTION = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")


class Reference(Claims):
    def helps(self):
        """Verb ("" for the program itself) to the option names that its help has."""
        program = waybill(self.home, "--help").stdout
        verbs = re.findall(r"^  ([a-z]+) ", program.split("Subcommands:")[1], re.MULTILINE)
        self.assertIn("serve", verbs)
        texts = {"": program, **{verb: waybill(self.home, verb, "--help").stdout for verb in verbs}}
        return {verb: set(OPTION.findall("\n".join(re.findall(r"^  (-\S+)", text, re.MULTILINE))))
                for verb, text in texts.items()}

    def test_man_is_complete(self):
        """Every verb and option of the help stands in the manual page, and nothing else."""
        page = (REFERENCE / "man" / "waybill.1").read_text().replace("\\-", "-").replace("\\fR", "")
        sections = {"": page.split(".SH OPTIONS")[1].split(".SS")[0]}
        for section in page.split(".SS waybill ")[1:]:
            sections[section.split("\n")[0]] = section.split(".SH")[0]
        found = {verb: set(OPTION.findall("\n".join(re.findall(r"^\\fB(.*)$", text, re.MULTILINE)).replace("\\fB", "")))
                 for verb, text in sections.items()}
        self.assertEqual(self.helps(), found)
        self.assertNotIn("/home/", page)

    def test_man_is_clean(self):
        """man has nothing to complain of in the page."""
        if not shutil.which("man") or not shutil.which("groff"):
            raise unittest.SkipTest("there is no man, or no groff")
        done = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", REFERENCE / "man" / "waybill.1"],
                              capture_output=True, text=True, check=True)
        self.assertEqual("", done.stderr)

    def completed(self, *words):
        """What bash offers for the last word."""
        line = " ".join(f"'{word}'" for word in words)
        script = (f"source {REFERENCE / 'bash' / 'waybill'}; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; "
                  "$(complete -p waybill | sed 's/.*-F \\([^ ]*\\).*/\\1/'); printf '%s\\n' \"${COMPREPLY[@]}\"")
        done = subprocess.run(["bash", "--norc", "-c", script], capture_output=True, text=True, check=True, cwd=self.home)
        return set(done.stdout.split())

    def test_bash(self):
        """bash completes verbs, options and their values."""
        for verb, options in self.helps().items():
            self.assertEqual(options, {word for word in self.completed("waybill", *([verb] if verb else []), "-")})
        self.assertEqual({"serve"}, self.completed("waybill", "se"))
        self.assertEqual({"auto", "always", "never"}, self.completed("waybill", "show", "--color", ""))
        self.assertEqual({"never"}, self.completed("waybill", "list", "--color", "n"))
        (self.home / "a-store").mkdir()
        self.assertEqual({"a-store"}, self.completed("waybill", "serve", "--store", "a-"))
        self.assertEqual(set(), self.completed("waybill", "show", "--width", ""))

    def test_zsh_and_fish(self):
        """The completions of zsh and fish have every verb and option, and are read without complaint where the shell is there."""
        zsh, fish = (REFERENCE / "zsh" / "_waybill"), (REFERENCE / "fish" / "waybill.fish")
        for verb, options in self.helps().items():
            for option in options:
                self.assertIn(f"'{option}[", zsh.read_text())
                self.assertIn(f" -l {option[2:]}" if option.startswith("--") else f" -s {option[1:]}", fish.read_text())
            self.assertIn(f"{verb}:" if verb else "", zsh.read_text())
            self.assertIn(f"-a {verb} " if verb else "", fish.read_text())
        for shell, file in (("zsh", zsh), ("fish", fish)):
            if shutil.which(shell):
                subprocess.run([shell, "-n", file], check=True)


if __name__ == "__main__":
    main()
