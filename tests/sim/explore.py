#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A planted race is found by exploring seeds, and made small

Goal: corpus/explore/late-duplicate.wire passes with seed 0 and fails for about one seed in
several hundred, when the net brings a packet twice at a bad moment. --explore finds such a seed,
and leaves a script of fewer than ten lines that fails by itself, with the same two packets, and
passes once the fault is taken out of it. Says TAP.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

BOOTRIG = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/bootrig-bin").resolve()
PLANTED = pathlib.Path(__file__).resolve().parent.parent / "corpus" / "explore" / "late-duplicate.wire"


def run(*words, cwd=None):
    done = subprocess.run([BOOTRIG, "run", *map(str, words)], cwd=cwd, capture_output=True, text=True,
                          timeout=tap.LIMIT_S)
    return done.returncode, done.stdout + done.stderr


def reason(said):
    """Why it failed, without what a seed draws: ports and times."""
    lines = {word: re.search(rf"^ *{word} +(.*)$", said, re.M) for word in ("why", "want", "got")}
    return [re.sub(r":\d+|\+[\d.]+|boot/\S+", "", found[1]).split() if found else None
            for found in lines.values()]


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        code, said = run("--out", folder / "none", PLANTED)
        tap.claim(code == 0, "with seed 0 it passes", said)
        code, said = run("--explore", 2000, "--out", folder / "out", PLANTED)
        seed = re.search(r"--seed (\d+)", said)
        runs = re.search(r" in (\d+) runs", said)
        tap.claim(code == 1 and seed and int(seed[1]) > 0, "--explore 2000 finds a seed that fails", said)
        tap.claim(runs and int(runs[1]) == int(seed[1]) + 1, "and stops there", said)
        print(f"# seed {seed and seed[1]}")
        small = re.search(r"^ *small +(\S+) +(\d+) of (\d+) lines", said, re.M)
        if not tap.claim(small, "the report names the smaller script", said):
            return
        text = pathlib.Path(small[1]).read_text()
        print("\n".join(f"#   {line}" for line in text.splitlines()))
        tap.claim(len(text.splitlines()) < 10 and int(small[2]) == len(text.splitlines()),
              "it has fewer than 10 lines", text)
        code, again = run("--out", folder / "again", small[1])
        tap.claim(code == 1, "it fails by itself, without a seed", again)
        tap.claim(reason(again) == reason(said) and None not in reason(said), "for the same reason",
              f"{reason(said)}\n{reason(again)}")
        calm = folder / "calm.wire"
        calm.write_text("".join(line for line in text.splitlines(True) if not line.startswith("fault")))
        code, again = run("--out", folder / "calm", calm)
        tap.claim("fault" in text and code == 0, "without its fault it passes", text + again)
        code, again = run("--seed", seed[1], "--out", folder / "seed", PLANTED)
        tap.claim(code == 1 and reason(again) == reason(said), "the seed alone repeats the failure", again)


main()
sys.exit(tap.end())
