"""The matrix of SDKs in docs/compatibility.md, from the rows that the tests have written down.

    matrix.py --check|--write [BUILD_FOLDER]

--check: says which cells are no longer as the paper has them. --write: makes the paper say what was seen. Rows of peers that
could not be tried here, because their language is missing, stay as they are.
"""

import argparse
import json
import os
import pathlib
import sys

SOURCE_DIR = pathlib.Path(__file__).resolve().parent.parent.parent
PAPER = SOURCE_DIR / "docs" / "compatibility.md"
BEGIN = "<!-- matrix: written by tests/peers/matrix.py --write -->\n"
END = "<!-- end of matrix -->\n"
CELLS = {"peer": "SDK", "version": "version", "direction": "direction", "protocol": "its exporter", "continued": "continued",
         "sampled": "sampled kept", "baggage": "baggage kept", "tracestate": "tracestate kept", "notes": "notes"}
KEY = ("peer", "direction", "protocol")


def folder(build):
    return pathlib.Path(build) / "tests" / "peers" / "matrix"


def own_folder():
    return folder(os.environ["WAYBILL_BINARY_DIR"])


def forget(peer):
    """What an earlier run has seen of a peer is no longer known."""
    for file in own_folder().glob("*.json"):
        if json.loads(file.read_text())["peer"] == peer:
            file.unlink()


def record(row):
    """A row that says "tried": False stays in the paper as it is."""
    own_folder().mkdir(parents=True, exist_ok=True)
    name = " ".join(row[part] for part in KEY).replace("/", "-").replace(" ", "_")
    (own_folder() / f"{name}.json").write_text(json.dumps(row, ensure_ascii=False, indent=1) + "\n")


def key_of(row):
    return tuple(row[part] for part in KEY)


def seen_rows(build, written):
    """As text, cell by cell."""
    rows = {}
    for file in folder(build).glob("*.json"):
        row = json.loads(file.read_text())
        if row.get("tried", True):
            row["notes"] = "; ".join(row["notes"])
            rows[key_of(row)] = {name: row[name].replace("|", "\\|") for name in CELLS}
        elif key_of(row) in written:
            rows[key_of(row)] = written[key_of(row)]
    return rows


def split_paper():
    before, mark, rest = PAPER.read_text().partition(BEGIN)
    table, end_mark, after = rest.partition(END)
    if not (mark and end_mark):
        sys.exit(f"{PAPER} has no place for the matrix, which is between {BEGIN.strip()} and {END.strip()}")
    return before, table, after


def written_rows(table):
    rows = {}
    for line in table.splitlines()[2:]:
        cells = [cell.strip() for cell in line.replace("\\|", "\0").strip("|").split("|")]
        row = dict(zip(CELLS, (cell.replace("\0", "\\|") for cell in cells), strict=True))
        rows[key_of(row)] = row
    return rows


def merged(written, seen):
    """A peer that was tried has the rows that were seen now, and no others."""
    tried = {peer for peer, *_ in seen}
    kept = {key: row for key, row in written.items() if key[0] not in tried}
    return dict(sorted({**kept, **seen}.items()))


def table_of(rows):
    lines = [CELLS.values(), ["---"] * len(CELLS), *(row.values() for row in rows.values())]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)


def differences(written, wanted):
    for key in sorted({*written, *wanted}):
        name = ", ".join(key)
        if key not in written:
            yield f"{name}: a row that the paper does not have"
        elif key not in wanted:
            yield f"{name}: a row that is no longer tried"
        else:
            for cell, title in CELLS.items():
                if written[key][cell] != wanted[key][cell]:
                    yield f"{name}: \"{title}\" was \"{written[key][cell]}\", is \"{wanted[key][cell]}\""


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = options.add_mutually_exclusive_group(required=True)
    what.add_argument("--check", action="store_true")
    what.add_argument("--write", action="store_true")
    options.add_argument("build", nargs="?", metavar="BUILD_FOLDER", help="where the tests ran; build/release if not given",
                         default=os.environ.get("WAYBILL_BINARY_DIR", SOURCE_DIR / "build" / "release"))
    chosen = options.parse_args()
    before, table, after = split_paper()
    written = written_rows(table)
    seen = seen_rows(chosen.build, written)
    if not seen:
        print(f"skipped: no test of tests/peers has left a row in {folder(chosen.build)}")
        return 77
    wanted = merged(written, seen)
    for peer in sorted({peer for peer, *_ in wanted} - {peer for peer, *_ in seen}):
        print(f"not tried here, its rows stay: {peer}")
    changes = list(differences(written, wanted))
    print(*changes, sep="\n")
    if chosen.write:
        PAPER.write_text(before + BEGIN + table_of(wanted) + END + after)
    elif changes:
        print(f"If that is as it should be: python3 tests/peers/matrix.py --write {chosen.build}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
