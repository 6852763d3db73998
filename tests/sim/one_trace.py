#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""One trace hash from gcc -O0, gcc -O3 and clang -O3, twice each, and nothing uninitialised.

Of whole boots and of every conformance script. Builds tests/trace_of_boots and bootrig with each
compiler into a temporary folder. TAP on stdout.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LIMIT_S = 6 * tap.LIMIT_S  # a whole build
BUILDS = [("gcc", "0"), ("gcc", "3"), ("clang", "3")]


def run(command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=LIMIT_S, **more).stdout


def build(folder, compiler, level):
    environment = dict(os.environ, CC=compiler)
    run(["meson", "setup", folder, ROOT, f"-Doptimization={level}"], env=environment)
    run(["ninja", "-C", folder, "tests/trace_of_boots", "bootrig-bin"])
    return pathlib.Path(folder) / "tests/trace_of_boots", pathlib.Path(folder) / "bootrig-bin"


def traces_of_scripts(bootrig, folder):
    """{scenario: what a run of it says}, but for what it cost."""
    rows = pathlib.Path(folder) / "rows.json"
    done = subprocess.run([bootrig, "run", "--out", f"{folder}/out", "--json", rows, ROOT / "conformance" / "scripts"],
                          capture_output=True, text=True, timeout=LIMIT_S)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stdout + done.stderr)
    return {row["scenario"]: {k: v for k, v in row.items() if k not in ("cpu_ns", "file")}
            for row in json.loads(rows.read_text())}


def differences(scripts):
    """A line for each script that is not the same everywhere."""
    names = list(scripts)
    return [f"{scenario}: " + ", ".join(f"{name} {scripts[name].get(scenario, {}).get('trace')}" for name in names)
            for scenario in sorted(set().union(*scripts.values()))
            if any(scripts[name].get(scenario) != scripts[names[0]].get(scenario) for name in names[1:])]


def main():
    traces, scripts = {}, {}
    with tempfile.TemporaryDirectory() as temporary:
        for compiler, level in BUILDS:
            if not shutil.which(compiler):
                tap.skip(f"{compiler} -O{level}: two runs, one trace", f"no {compiler}")
                continue
            program, bootrig = build(f"{temporary}/{compiler}{level}", compiler, level)
            first, again = run([program]), run([program])
            tap.claim(first == again, f"{compiler} -O{level}: two runs, one trace")
            traces[f"{compiler} -O{level}"] = first
            scripts[f"{compiler} -O{level}"] = traces_of_scripts(bootrig, temporary)
        lines = {trace for trace in traces.values()}
        tap.claim(len(lines) == 1 and all("booted" in t for t in lines), "one trace from " + ", ".join(traces),
                  "\n".join(f"{name}: {line}" for name, trace in traces.items() for line in trace.splitlines()))
        differ = differences(scripts)
        count = min(map(len, scripts.values()))
        tap.claim(not differ and count > 90, f"{count} scripts: the same trace, checks and times from each",
                  "\n".join(differ))
        six = {scenario for scenario in set().union(*scripts.values())
               if scenario.startswith(("dhcp6/", "pxe6/", "http6/", "cve/"))}
        tap.claim(len(six) > 60, f"{len(six)} of them are of IPv6", sorted(six))
        if shutil.which("valgrind"):
            checked = subprocess.run(["valgrind", "-q", "--error-exitcode=9", "--leak-check=full",
                                      f"{temporary}/gcc0/tests/trace_of_boots"],
                                     capture_output=True, text=True, timeout=LIMIT_S)
            tap.claim(checked.returncode == 0, "valgrind finds nothing uninitialised and no leak", checked.stderr)
        else:
            tap.skip("valgrind finds nothing uninitialised and no leak", "no valgrind")
    return tap.end()


sys.exit(main())
