#!/usr/bin/env python3
"""House checks that no compiler makes. Prints file:line: problem; exits 1 if there is any."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
src = root / "src"
order = [s for s in map(str.strip, (src / "LAYERS").read_text().splitlines()) if s and s[0] != "#"]
rank = {module: i for i, module in enumerate(order)}
pure = set(order[: order.index("sim") + 1])  # They are told the time and handed the dice.

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"/]+)/')
IMPURE = re.compile(
    r"::now\(\)|\bclock_gettime\(|\bgettimeofday\(|(?<![\w.>])time\((nullptr|NULL|0)\)"
    r"|\brandom_device\b|(?<![\w.>])s?rand\("
    r"|\bgetenv\(|<boost/(asio|beast)|<thread>|\bsleep_(for|until)\("
    r"|<sys/(socket|epoll|un)\.h>|<(netdb|poll|ares)\.h>|(?<!\w)::(socket|connect|bind|send|recv)\("
)
FILES = re.compile(r"\b[io]?fstream\b|<filesystem>|\bfopen\(|(?<!\w)::open\(|<(fcntl|unistd)\.h>")
BRACED = re.compile(r"co_await\b[^;{}]*?[(,?:]\s*(?:[A-Z]\w*)?\{")  # g++ 12 frees it twice.
SWITCHED = re.compile(r"switch\s*\(\s*co_await\b")  # In a loop g++ 12 makes an illegal instruction of it.
EMPTY_WORDS = {"manager", "managers", "helper", "helpers", "util", "utils"}
COMMENT_OR_TEXT = re.compile(
    r"""R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])'|//[^\n]*|/\*.*?\*/""", re.DOTALL
)

problems = []


def say(path, line, text):
    problems.append(f"{path.relative_to(root)}:{line}: {text}")


def without_comments_and_text(code):
    """Blanks both, keeps the lines. Includes in quotes are read from the original."""
    return COMMENT_OR_TEXT.sub(lambda m: '""' + "\n" * m[0].count("\n"), code)


def check_layers(path, module, text):
    is_test = path.stem.endswith("_test")
    for number, line in enumerate(text.splitlines(), 1):
        found = INCLUDE.match(line)
        if found and found[1] == "support" and is_test:  # tests/support: what tests share.
            continue
        if found and rank.get(found[1], len(rank)) > rank.get(module, -1):
            say(path, number, f"{module} may not include {found[1]} (src/LAYERS)")


def check_purity(path, code):
    is_test = path.stem.endswith("_test")
    for number, line in enumerate(code.splitlines(), 1):
        if is_test and "<thread>" in line:  # What many threads may call is tried by many threads.
            continue
        # A test may read its fixture; nothing else in a pure module opens a file.
        if IMPURE.search(line) or (FILES.search(line) and not is_test):
            say(path, number, "pure module reaches for the outside world; pass it in")


def check_awaits(path, code):
    for found in BRACED.finditer(code):
        line = code.count("\n", 0, found.end()) + 1
        say(path, line, "name this aggregate before co_await (docs/dev/gcc12.md)")
    for found in SWITCHED.finditer(code):
        line = code.count("\n", 0, found.end()) + 1
        say(path, line, "name the result before the switch (docs/dev/gcc12.md)")


def check_listed(path):
    """Every source has to be named by the CMakeLists.txt of its module, or it is never built."""
    lists = src / path.relative_to(src).parts[0] / "CMakeLists.txt"
    name = str(path.relative_to(lists.parent))
    listed = re.split(r"[\s()]+", lists.read_text()) if lists.exists() else []
    if name not in listed:
        say(path, 1, f"not listed in {lists.relative_to(root)}")


def check_name(path):
    if EMPTY_WORDS & set(re.split(r"[_\-.]", path.name.lower())):
        say(path, 1, "the name says nothing about what it is for; use a word of the domain")
    if not re.fullmatch(r"[a-z0-9_]+\.(h|cc)", path.name):
        say(path, 1, "sources are snake_case.h or snake_case.cc")


def code_in(*folders):
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".h", ".hh", ".hpp", ".c", ".cc", ".cpp", ".cxx"}:
                yield path


for folder in sorted(src.iterdir()):
    if folder.is_dir() and folder.name not in rank:
        say(folder, 1, "not listed in src/LAYERS")

for path in code_in("src", "tests", "fuzz", "bench", "cmake"):
    if "node_modules" in path.parts:
        continue
    text = path.read_text()
    code = without_comments_and_text(text)
    check_name(path)
    check_awaits(path, code)
    if src in path.parents:
        module = path.relative_to(src).parts[0]
        check_layers(path, module, text)
        if module in pure:
            check_purity(path, code)
        if path.suffix == ".cc":
            check_listed(path)

print("\n".join(problems) or "tidy: ok")
sys.exit(bool(problems))
