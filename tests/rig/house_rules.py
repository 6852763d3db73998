#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The house rules a program can see: one line for each breach, exit 1 if there is any.

Sizes, includes that point the wrong way, clocks and randomness outside their one place,
formats read outside their one home, notes that nothing emits or no test expects, and formatting.
"""
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDERS = ["core", "sim", "conformance", "captures", "vms", "tests"]
MAY_INCLUDE = {  # arrows point one way: tests -> captures -> conformance -> sim -> core, vms -> sim
    "core": {"core"},
    "sim": {"core", "sim"},
    "conformance": {"core", "sim", "conformance"},
    "captures": {"core", "sim", "conformance", "captures"},
    "vms": {"core", "sim", "vms"},
    "tests": set(FOLDERS),
}
FILE_LINES_MAX, FUNCTION_LINES_MAX, COLUMNS_MAX = 900, 70, 100
# where real time and real randomness come in, and nowhere else
CLOCK_FILES = {"sim/net/loop.c"}
CLOCK = re.compile(r"\b(time|gettimeofday|clock_gettime|localtime|gmtime|rand|random|srand|getrandom)\(")
# What tells that octets of a format are walked, and where that may stand. Tests may: they know
# the formats by themselves.
FORMATS = [(re.compile(pattern), home, what) for pattern, home, what in [
    (r"\bbr_get_sub\(&?\w+, *br_get_", "core/formats/", "a length is read out of octets"),
    (r"\+= *[^;]*\[\w+ \+ 1\]", "core/formats/", "a length is stepped over by hand"),
    (r"\[1\] *[!=]= *BR_TFTP_", "core/formats/", "a TFTP opcode is read by hand"),
    (r"\b54[67]\b|0x63825363", "core/formats/", "a number of DHCP"),
    (r"\b0x(?:0806|86dd|8100|88a8)\b", "sim/net/ethernet.h", "an Ethernet type"),
    (r"UINT32_MAX << \(32 - ", "core/base/text.c", "a netmask is made of a prefix"),
]]

breaches = []


def breach(path, line, text):
    breaches.append(f"{path.relative_to(ROOT)}:{line}: {text}")


def columns(line):
    return len(line.expandtabs(8))


def strip_comments(text):
    keep_lines = lambda m: re.sub(r"[^\n]", " ", m.group())
    return re.sub(r"/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"", keep_lines, text, flags=re.S)


def check_functions(path, lines):
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            if number - start - 1 > FUNCTION_LINES_MAX:
                breach(path, start, f"function of {number - start - 1} lines, at most {FUNCTION_LINES_MAX}")
            start = None


def check_file(path):
    text = path.read_text()
    lines = text.split("\n")
    folder = path.relative_to(ROOT).parts[0]
    if not text.startswith("/* SPDX-License-Identifier: BSD-2-Clause */\n"):
        breach(path, 1, "no SPDX line")
    if len(lines) - 1 > FILE_LINES_MAX:
        breach(path, len(lines), f"{len(lines) - 1} lines, at most {FILE_LINES_MAX}: one job a file")
    for number, line in enumerate(lines, 1):
        # a row of an X-macro table stays one line, so that a table can be sorted and read
        if columns(line) > COLUMNS_MAX and not line.startswith("\tX("):
            breach(path, number, f"{columns(line)} columns, at most {COLUMNS_MAX}")
        include = re.match(r'#include "([a-z_]+)/', line)
        if include and include.group(1) not in MAY_INCLUDE.get(folder, set(FOLDERS)):
            breach(path, number, f"{folder} must not include {include.group(1)}")
    check_functions(path, lines)
    if folder in ("core", "sim") and str(path.relative_to(ROOT)) not in CLOCK_FILES:
        for number, line in enumerate(strip_comments(text).split("\n"), 1):
            if CLOCK.search(line):
                breach(path, number, "a clock or randomness outside sim/net/loop.c")


def check_formats(path):
    place = str(path.relative_to(ROOT))
    if place.startswith("tests/"):
        return
    for number, line in enumerate(strip_comments(path.read_text()).split("\n"), 1):
        for pattern, home, what in FORMATS:
            if pattern.search(line) and not place.startswith(home):
                breach(path, number, f"{what} outside its home, {home}")


def check_names(sources):
    """A tag or an include guard means one thing in the whole tree, so that grep finds that thing."""
    homes = {}
    for path in sources:
        text = strip_comments(path.read_text())
        for match in re.finditer(r"^(?:(?:static |const )*(?:struct|enum|union) (\w+)|#ifndef (BR_\w+)\n#define \2)(?: \{|\n)",
                                 text, flags=re.M):
            name = match.group(1) or match.group(2)
            line = text.count("\n", 0, match.start()) + 1
            if name in homes:
                breach(path, line, f"{name} stands in {homes[name]} already")
            homes.setdefault(name, path.relative_to(ROOT))


# a line that says a note must not come is no test of it
ABSENT = re.compile(r"assert_false|, 0\);|== 0\b")


def check_notes():
    header = ROOT / "core/notes.h"
    rows = re.findall(r"^\tX\((\w+),\s*\"([a-z0-9_.]+)\"", header.read_text(), flags=re.M)
    read = lambda folder, ending: [strip_comments(p.read_text()) for p in (ROOT / folder).rglob(ending)]
    made = set(re.findall(r"\bBR_NOTE_(\w+)", "\n".join(read("core", "*.c"))))
    lines = "\n".join(read("tests", "*.c")).split("\n")
    for script in (ROOT / "conformance").rglob("*.wire"):
        lines += [line.partition("#")[0] for line in script.read_text().split("\n")]
    words = set()
    for line in lines:
        if not ABSENT.search(line):
            words.update(re.findall(r"\bBR_NOTE_(\w+)", line))
            words.update(re.findall(r"^check\s+\w+\.note (\S+)", line))
    if not rows:
        breach(header, 1, "no rows found")
    for name, text in rows:
        if name not in made:
            breach(header, 1, f"nothing emits BR_NOTE_{name}")
        if name not in words and text not in words:
            breach(header, 1, f"no test expects BR_NOTE_{name}")


def check_unwatched():
    """Every requirement is judged by watching, or conformance/unwatched.tsv says why it is not."""
    rows = lambda path: [line.split("\t") for line in path.read_text().splitlines()
                         if line and not line.startswith("#")]
    path = ROOT / "conformance/unwatched.tsv"
    required = {row[0] for row in rows(ROOT / "conformance/requirements.tsv")[1:]}
    code = "\n".join(strip_comments(p.read_text()) for p in (ROOT / "conformance/rules").rglob("*.c"))
    judged = {name.replace("_", "-") for name in re.findall(r"\bBR_RULE_([A-Z0-9_]+)", code)}
    seen = set()
    for number, row in enumerate(path.read_text().splitlines(), 1):
        if row.startswith("#"):
            continue
        name, _, why = row.partition("\t")
        if name in judged or name in seen or name not in required:
            breach(path, number, f"{name} has a judge, stands here twice, or is no requirement")
        if len(why) < 10:
            breach(path, number, f"{name} is not watched, and nothing says why")
        seen.add(name)
    for name in sorted(required - judged - seen):
        breach(path, 1, f"{name} has neither a judge below conformance/rules nor a line here")


def check_sources():
    """What a script comes from can be looked up: an RFC or a requirement; else it names whose source it is."""
    rows = (ROOT / "conformance/requirements.tsv").read_text().splitlines()
    known = {row.partition("\t")[0] for row in rows}
    for path in sorted(p for f in ("conformance", "vms") for p in (ROOT / f).rglob("*.wire")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            spec = re.match(r"source +spec (.*)", line)
            if spec and not re.match(r"RFC \d+\b", spec[1]) and spec[1] not in known:
                breach(path, number, f"{spec[1]} is neither an RFC nor a requirement")


def check_rules_memory():
    """A hostile capture gets no more memory out of the rules than br_rules_new() took."""
    for path in sorted((ROOT / "conformance/rules").rglob("*.c")):
        function = ""
        for number, line in enumerate(strip_comments(path.read_text()).split("\n"), 1):
            begin = re.match(r"[a-z].*?(\w+)\(", line)
            function = begin.group(1) if begin else function
            if re.search(r"\b(malloc|calloc|realloc\w*|strn?dup|alloca)\(", line) and not function.endswith("_new"):
                breach(path, number, f"{function}() takes memory: only ..._new() may")


def check_limits():
    """meson gives up a test after 30 s, which a busy machine may need: each says its limit."""
    path = ROOT / "tests/meson.build"
    text = re.sub(r"'[^'\n]*'", lambda m: "'" * len(m.group()), path.read_text())
    for test in re.finditer(r"^ *test\(", text, flags=re.M):
        depth, end = 1, test.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        if "timeout : " not in text[test.end():end]:
            breach(path, text.count("\n", 0, test.start()) + 1, "a test without timeout : limit_s")


def check_left_overs():
    """What a run left behind is ignored, and yet was once added by force or before it was ignored."""
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "--cached", "--ignored", "--exclude-standard"],
                            capture_output=True, text=True, check=False)
    for name in listed.stdout.splitlines():  # none outside a git tree
        breach(ROOT / name, 1, "git is to ignore this, and has it")


def check_format(sources):
    if not shutil.which("clang-format"):
        print("no clang-format here: formatting was not looked at")
        return
    result = subprocess.run(["clang-format", "--dry-run", "-Werror", *map(str, sources)],
                            capture_output=True, text=True)
    for line in result.stderr.splitlines():
        if "error:" in line:
            breaches.append(line.replace(str(ROOT) + "/", ""))


sources = sorted(p for f in FOLDERS for p in (ROOT / f).rglob("*.[ch]")) + [ROOT / "bootrig.c"]
for source in sources:
    check_file(source)
    check_formats(source)
check_names(sources)
check_notes()
check_unwatched()
check_sources()
check_rules_memory()
check_limits()
check_left_overs()
check_format(sources)
for line in breaches[:60]:
    print(line)
print(f"{len(sources)} files, {len(breaches)} breaches")
sys.exit(1 if breaches or len(sources) < 10 else 0)
