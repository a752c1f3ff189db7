"""Writes coverage/coverage-summary.json, the coverage of the library in total and a file, from coverage.json.

The form is that of Istanbul's json-summary, which dashboards read. Run after a test run with
`--cov --cov-report=json:coverage/coverage.json`.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

FOLDER = Path("coverage")
KINDS = ("lines", "statements", "functions", "branches")


def counts(total: int, covered: int) -> dict[str, float]:
    """How many there are, how many were covered, and the share, 0 to 100; nothing to cover is covered."""
    return {"total": total, "covered": covered, "skipped": 0, "pct": round(100 * covered / total, 2) if total else 100}


def of_file(file: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """The summary of one file; coverage.py counts statements by their first line, so lines and statements agree."""
    summary = file["summary"]
    statements = counts(summary["num_statements"], summary["covered_lines"])
    # What has no statements, such as the methods of a protocol, cannot be covered.
    bodies = [body["summary"] for name, body in file["functions"].items() if name]
    functions = [body["covered_lines"] for body in bodies if body["num_statements"]]
    return {
        "lines": statements,
        "statements": statements,
        "functions": counts(len(functions), sum(covered > 0 for covered in functions)),
        "branches": counts(summary["num_branches"], summary["covered_branches"]),
    }


def total_of(files: Iterable[Mapping[str, Mapping[str, float]]]) -> dict[str, dict[str, float]]:
    """The summary of all files."""
    every = list(files)
    return {
        kind: counts(int(sum(file[kind]["total"] for file in every)), int(sum(file[kind]["covered"] for file in every)))
        for kind in KINDS
    }


def main() -> None:
    report = json.loads((FOLDER / "coverage.json").read_text(encoding="utf-8"))
    files = {name: of_file(file) for name, file in sorted(report["files"].items())}
    summary = {"total": total_of(files.values()), **files}
    (FOLDER / "coverage-summary.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    print("coverage of lib/: " + ", ".join(f"{kind} {summary['total'][kind]['pct']} %" for kind in KINDS))


if __name__ == "__main__":
    main()
