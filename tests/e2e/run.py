#!/usr/bin/env python3
"""Runs test files with the SDKs of tools/e2e-env: tests/e2e/run.py test_http.py [more arguments of pytest].

MERIDIAN_BIN names the program under test; unset, it is build/asan/meridian.
"""

import os
import pathlib
import sys

here = pathlib.Path(__file__).resolve().parent
environment = here.parents[1] / "build/e2e-venv"
python = environment / "bin/python"

# The mark is the last thing that tools/e2e-env writes.
if not (environment / ".lock").is_file() or not (here.parents[1] / "build/e2e-node/.lock").is_file():
    sys.exit("e2e: the SDKs are not installed; run tools/e2e-env first (./test does)")

files = [str(here / argument) if argument.endswith(".py") else argument for argument in sys.argv[1:]]
# Nothing is written beside the sources.
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
os.chdir(here)
os.execv(python, [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(files or [str(here)])])
