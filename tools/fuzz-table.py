#!/usr/bin/env python3
"""What the last `make fuzz` did, from the logs it keeps: executions, executions per second, inputs in the corpus.

  tools/fuzz-table.py [LOGS [PAGE]]

With a PAGE, the table is put between that page's marks (docs/fuzzing.md).
"""
import pathlib
import re
import sys

START, END = "<!-- runs: written by tools/fuzz-table.py -->", "<!-- end of runs -->"


def number(text, pattern):
    found = re.findall(pattern, text)
    return f"{int(found[-1]):,}" if found else "–"


def row(log):
    text = log.read_text(errors="replace")
    ran = number(text, r"stat::number_of_executed_units:\s+(\d+)")
    speed = number(text, r"stat::average_exec_per_sec:\s+(\d+)")
    kept = number(text, r"corp: (\d+)/")
    # libFuzzer's last words where an oracle stopped the target.
    end = "stopped" if "SUMMARY: libFuzzer" in text or "ERROR: libFuzzer" in text else "nothing found"
    return f"| `{log.stem}` | {ran} | {speed} | {kept} | {end} |"


def main():
    logs = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "fuzz/logs")
    head = ["| target | executions | executions per second | inputs kept | ended |", "| --- | ---: | ---: | ---: | --- |"]
    table = "\n".join(head + [row(log) for log in sorted(logs.glob("*.log"))])
    print(table)
    if len(sys.argv) > 2:
        page = pathlib.Path(sys.argv[2])
        before, rest = page.read_text().split(START)
        page.write_text(f"{before}{START}\n\n{table}\n\n{END}{rest.split(END)[1]}")


main()
