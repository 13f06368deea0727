#!/usr/bin/env python3
"""Loads deploy/prometheus into Prometheus' own tools: configuration, alerts, queries.

Exits with 77 where promtool is not installed (Debian package prometheus); ctest reports that as skipped.
Run from anywhere: tests/prometheus/check.py
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
KIT = ROOT / "deploy/prometheus"
SKIPPED = 77

# The two queries of the seed that are PromQL, and the two that nothing can run.
SEED_VALID = [
    "sum by (region) (litellm_requests_total)",
    "histogram_quantile(0.95, sum by (region, le) (litellm_request_duration_seconds_bucket))",
]
SEED_INVALID = [
    "rate(litellm_errors_total[5m]) by (region)",
    'avg_over_time(up{job="litellm"}[5m]) by (region)',
]


def promtool(*arguments, cwd=KIT):
    done = subprocess.run(["promtool", *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def queries_in(text):
    """Queries stand apart by empty lines; lines that begin with # are for people."""
    for block in re.split(r"\n\s*\n", text):
        query = "\n".join(line for line in block.splitlines() if not line.startswith("#"))
        if query.strip():
            yield query


def is_promql(query, folder):
    """promtool reads an expression only inside a rule."""
    indented = "\n".join("          " + line for line in query.splitlines())
    rule = f"groups:\n  - name: q\n    rules:\n      - record: q\n        expr: |\n{indented}\n"
    (folder / "query.yml").write_text(rule)
    return promtool("check", "rules", str(folder / "query.yml"))


def check_queries(folder, problems):
    queries = list(queries_in((KIT / "queries.promql").read_text()))
    for query in queries:
        good, why = is_promql(query, folder)
        if not good:
            problems.append(f"queries.promql: not PromQL: {query}\n{why}")
    for query in SEED_VALID:
        if query not in queries:
            problems.append(f"queries.promql lacks the seed's query {query}")
    for query in SEED_INVALID:
        if is_promql(query, folder)[0]:
            problems.append(f"{query} is PromQL now: queries.promql says it is not")


def check_rules(folder, problems):
    for name in ("alerts-seed.yml", "alerts.yml", "prometheus.yml"):
        shutil.copy(KIT / name, folder)
    shutil.copy(ROOT / "tests/prometheus/rules_test.yml", folder)
    for step in (("check", "config", "prometheus.yml"), ("test", "rules", "rules_test.yml")):
        good, output = promtool(*step, cwd=folder)
        if not good:
            problems.append(f"promtool {' '.join(step)}:\n{output}")

    tests = (folder / "rules_test.yml").read_text()
    for name in ("alerts-seed.yml", "alerts.yml"):
        for alert in re.findall(r"- alert: (\w+)", (KIT / name).read_text()):
            if f"alertname: {alert}\n" not in tests:
                problems.append(f"{name}: no test fires {alert}")


def main():
    if shutil.which("promtool") is None:
        print("promtool is not installed (Debian package prometheus)")
        return SKIPPED
    problems = []
    with tempfile.TemporaryDirectory() as folder:
        check_queries(pathlib.Path(folder), problems)
        check_rules(pathlib.Path(folder), problems)
    print("\n".join(problems) or "deploy/prometheus: configuration, alerts and queries are good")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
