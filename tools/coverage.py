#!/usr/bin/env python3
"""Which lines the fuzz targets reach.

  tools/coverage.py FUZZ PROGRAMS LLVM [--missing FILE] [--write PAGE] [--only TARGET…]

FUZZ is the folder of the targets, with corpus/ and seeds/; PROGRAMS the targets built with `-C instrument-coverage`;
LLVM the programs llvm-profdata and llvm-cov of rustc's own LLVM. Each target reads its seeds and its corpus once. Lines are
those that carry code; tests are not compiled into a target and so do not count. --missing lists the lines that no target
reaches; --write puts the tables between the marks of a page. How fast they run: tools/fuzz-table.py.
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

AREAS = {
    "`sanitizer-core/src/formats/`": "sanitizer-core/src/formats/",
    "`sanitizer-core/src/syntax/`": "sanitizer-core/src/syntax/",
    "`sanitizer-verify/src/`": "sanitizer-verify/src/",
}
START, END = "<!-- lines: written by `make coverage WRITE=1` -->", "<!-- end of lines -->"


def run(program, fuzz, raw):
    """Every input once."""
    corpus = [str(path) for path in (fuzz / "corpus" / program.name, fuzz / "seeds") if path.is_dir()]
    env = {**os.environ, "LLVM_PROFILE_FILE": str(raw)}
    flags = ["-runs=0", "-timeout=60", "-rss_limit_mb=8192", f"-artifact_prefix={raw.parent}/"]
    done = subprocess.run([str(program), *flags, *corpus], env=env, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{program.name} stopped:\n{done.stderr[-3000:]}")


def lines(program, raw, llvm, root):
    """{file: {line: whether it was reached}} below the areas."""
    data = raw.with_suffix(".profdata")
    subprocess.run([llvm / "llvm-profdata", "merge", "-sparse", raw, "-o", data], check=True)
    sources = [str(root / area) for area in AREAS.values()]
    export = [llvm / "llvm-cov", "export", "-format=lcov", f"-instr-profile={data}", program, "-sources", *sources]
    text = subprocess.run(export, check=True, capture_output=True, text=True).stdout
    found, file = {}, None
    for line in text.splitlines():
        kind, _, rest = line.partition(":")
        if kind == "SF":
            file = found.setdefault(os.path.relpath(rest, root), {})
        elif kind == "DA":
            number, count = rest.split(",")[:2]
            file[int(number)] = file.get(int(number), False) or int(count) > 0
    return {file: reached for file, reached in found.items() if not is_test(file)}


def is_test(file):
    return file.endswith("tests.rs") or "/tests/" in file


def joined(all_of_them):
    union = {}
    for found in all_of_them:
        for file, reached in found.items():
            into = union.setdefault(file, {})
            for line, hit in reached.items():
                into[line] = into.get(line, False) or hit
    return union


def count(found, prefix=""):
    reached = [hit for file, of in found.items() if file.startswith(prefix) for hit in of.values()]
    return sum(reached), len(reached)


def report(by_target):
    out = ["| target | lines reached |", "| --- | ---: |"]
    for target, found in sorted(by_target.items()):
        out.append(f"| `{target}` | {count(found)[0]:,} |")
    union = joined(by_target.values())
    out += ["", "| where | lines | reached | share |", "| --- | ---: | ---: | ---: |"]
    for name, prefix in [*AREAS.items(), ("together", "")]:
        hit, total = count(union, prefix)
        out.append(f"| {name} | {total:,} | {hit:,} | {100 * hit / max(total, 1):.1f} % |")
    return "\n".join(out), union


def missing(union, root):
    """The lines nothing reaches, file by file, those with most first."""
    out = []
    for file, reached in sorted(union.items(), key=lambda item: -sum(not hit for hit in item[1].values())):
        text = (root / file).read_text().splitlines()
        left = [line for line, hit in sorted(reached.items()) if not hit]
        if left:
            out.append(f"{file}: {len(left)} of {len(reached)}")
            out += [f"  {line}: {text[line - 1]}" for line in left]
    return "\n".join(out) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("fuzz", "programs", "llvm"):
        parser.add_argument(name, type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--missing", type=pathlib.Path)
    parser.add_argument("--write", type=pathlib.Path)
    parser.add_argument("--only", nargs="*")
    asked = parser.parse_args()
    root = asked.fuzz.parent
    targets = sorted(path.stem for path in (asked.fuzz / "fuzz_targets").glob("*.rs"))
    by_target = {}
    with tempfile.TemporaryDirectory() as folder:
        for target in asked.only or targets:
            print(f"coverage: {target}", file=sys.stderr)
            raw = pathlib.Path(folder) / f"{target}.profraw"
            run(asked.programs / target, asked.fuzz, raw)
            by_target[target] = lines(asked.programs / target, raw, asked.llvm, root)
    tables, union = report(by_target)
    print(tables)
    if asked.missing:
        asked.missing.write_text(missing(union, root))
    if asked.write:
        before, rest = asked.write.read_text().split(START)
        asked.write.write_text(f"{before}{START}\n\n{tables}\n\n{END}{rest.split(END)[1]}")


main()
