#!/usr/bin/env python3
"""Runs clang-tidy on every unit that the compile commands name, or on those under PATH...

    tools/clang_tidy.py BUILD_FOLDER [PATH...]

A unit that was clean is not looked at again until something it depends on changes: itself, a
header of ours that it includes, a .clang-tidy, its compile command, or clang-tidy. The marks lie in
build/tidy-cache; MERIDIAN_TIDY_CACHE names another folder, for machines that clone afresh.
"""
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

root = pathlib.Path(__file__).resolve().parent.parent
build = pathlib.Path(sys.argv[1]).resolve()
only = [pathlib.Path(path).resolve() for path in sys.argv[2:]]
cache = pathlib.Path(os.environ.get("MERIDIAN_TIDY_CACHE") or root / "build" / "tidy-cache")

TIDY = root / "build/lint-venv/bin/clang-tidy"  # tools/check puts it there.
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
OURS = [root / folder for folder in ("src", "tests", "fuzz", "bench")]

version = subprocess.run([TIDY, "--version"], capture_output=True, text=True, check=True).stdout
# A x_test.cc beside the code is a test like those under tests/.
test_checks = re.search(r"^Checks: '(.*)'", (root / "tests/.clang-tidy").read_text(), re.M)[1]


@functools.cache
def includes_of(path):
    """Our headers that a file names: relative to itself, or to src/ or tests/."""
    found = []
    for name in INCLUDE.findall(path.read_text()):
        for folder in (path.parent, root / "src", root / "tests"):
            if (folder / name).is_file():
                found.append((folder / name).resolve())
                break
    return found


def with_headers(path):
    seen, todo = {path}, [path]
    while todo:
        for header in includes_of(todo.pop()):
            if header not in seen:
                seen.add(header)
                todo.append(header)
    return sorted(seen)


def fingerprint(path, command):
    digest = hashlib.sha256(version.encode())
    # A clone in another folder has the same marks.
    digest.update(command.replace(str(root), "").encode())
    rules = [folder / ".clang-tidy" for folder in path.parents if folder.is_relative_to(root)]
    for source in [*filter(pathlib.Path.exists, rules), *with_headers(path)]:
        digest.update(str(source.relative_to(root)).encode())
        digest.update(source.read_bytes())
    digest.update(test_checks.encode())
    return digest.hexdigest()


def lint(path):
    command = [TIDY, "--quiet", "--use-color" if sys.stdout.isatty() else "--use-color=0"]
    if path.stem.endswith("_test"):
        command.append(f"--checks={test_checks}")
    began = time.monotonic()
    done = subprocess.run([*command, "-p", build, path], capture_output=True, text=True)
    # stderr has little but "N warnings generated"; it matters when clang-tidy itself gives up.
    output = done.stdout + (done.stderr if done.returncode and not done.stdout else "")
    return done.returncode == 0, output, time.monotonic() - began


def main():
    todo = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"]).resolve()
        wanted = not only or any(path.is_relative_to(place) for place in only)
        if wanted and any(path.is_relative_to(folder) for folder in OURS):
            todo[path] = cache / fingerprint(path, entry["command"])
    units = len(todo)
    todo = {path: mark for path, mark in todo.items() if not mark.exists()}

    cache.mkdir(parents=True, exist_ok=True)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {pool.submit(lint, path): path for path in todo}
        for count, future in enumerate(concurrent.futures.as_completed(running), 1):
            path = running[future]
            clean, output, seconds = future.result()
            print(f"[{count}/{len(todo)}] {path.relative_to(root)} {seconds:.1f} s", flush=True)
            if clean:
                todo[path].touch()
            else:
                failed += 1
                print(output, flush=True)

    print(f"clang-tidy: {units} units, {units - len(todo)} known to be clean, {failed} with problems")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
