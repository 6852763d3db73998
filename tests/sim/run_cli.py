#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What `bootrig run` promises machines: exit codes, and files any parser takes

Goal: 0, 1, 2, 3 and 77 mean what the manual says; --junit, --json and --tap are well formed
whatever texts scripts carry; --seed and --pcap give the same octets again. Says TAP.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

BOOTRIG = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/bootrig-bin").resolve()
HEAD = """wire 1
scenario nasty/{name}
{more}net lan 10.77.0.0/24
node boot sut lan=10.77.0.2 role=tftp
node fw client lan=10.77.0.9
fw:$p -> boot:69 tftp rrq "<no>&\\"\\xff\\x01" octet
<=1s boot -> fw:$p tftp error {code}
"""


def run(*words):
    done = subprocess.run([BOOTRIG, "run", *map(str, words)], capture_output=True,
                          timeout=tap.LIMIT_S)
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def script(folder, name, code=1, more=""):
    path = folder / name / "a.wire"
    path.parent.mkdir()
    path.write_text(HEAD.format(name=name, code=code, more=more))
    return path


def exit_codes(folder, paths):
    out = ("--out", folder / "out")
    for words, want, what in [
            ((paths["good"],), 0, "all pass"), ((paths["bad"],), 1, "one fails"),
            ((paths["good"], paths["bad"], paths["gap"]), 1, "one of three fails"),
            ((paths["stale"],), 1, "one is stale"), ((paths["idle"],), 1, "one checks nothing"),
            ((paths["wrong"],), 2, "a script has a mistake"), ((folder / "none.wire",), 2, "a file is not there"),
            (("--pcap", folder / "x", paths["good"], paths["bad"]), 2, "--pcap with two scripts"),
            (("--json", folder / "no" / "such" / "x", paths["good"]), 2, "a result cannot be written"),
            (("--seed", "x", paths["good"]), 2, "--seed is no number"), ((), 2, "nothing is named"),
            (("no/such/scenario",), 3, "a name means no script"), ((folder / "empty",), 3, "a folder holds no script"),
            ((paths["gap"],), 77, "all are skipped")]:
        code, said, errors = run(*out, *words) if words else run()
        tap.claim(code == want, f"exit code {want}: {what}", f"{code}\n{said}{errors}")


def results(folder, paths):
    five = [paths[name] for name in ("good", "bad", "gap", "stale", "idle")]
    code, said, _ = run("--out", folder / "out", "--tap", "--junit", folder / "j.xml", "--json", folder / "r.json", *five)
    lines = said.splitlines()
    rows = [re.match(r"(ok|not ok) (\d+) - ", line) for line in lines]
    tap.claim(lines[0] == "1..5" and [row[2] for row in rows if row] == list("12345") and
          all(row or line.startswith("#") for row, line in zip(rows[1:], lines[1:])), "--tap is TAP", said)
    tap.claim([row[1] for row in rows if row] == ["ok", "not ok", "ok", "not ok", "not ok"] and
          "# SKIP <gap> & \"more\"" in said, "with a verdict a script", said)
    tap.claim(lines[-1] == "# 1 passed, 3 failed, 1 skipped" and re.match(
        r"# 5 scripts in 5 runs: \d+ checks, .* simulated; a script took .* at least, .* in the median, "
        r".* for 90 %, .* at most$", lines[-2]), "and what it all cost at the end", said)
    suite = xml.etree.ElementTree.parse(folder / "j.xml").getroot()
    kinds = [[child.tag for child in case] for case in suite.findall("testcase")]
    tap.claim(kinds == [[], ["failure"], ["skipped"], ["failure"], ["error"]], "--junit is XML with five cases", kinds)
    tap.claim([suite.get(key) for key in ("tests", "failures", "errors", "skipped")] == ["5", "2", "1", "1"] and
          suite.find("testcase/skipped").get("message") == '<gap> & "more"', "its sums and texts are right",
          suite.attrib)
    rows = json.loads((folder / "r.json").read_text())
    tap.claim([row["result"] for row in rows] == ["pass", "fail", "unsupported", "stale", "broken"],
          "--json is JSON with five rows", rows)
    tap.claim(all(row[key] is not None for row in rows for key in
              ("server", "firmware", "scenario", "run", "checks", "trace", "file", "requirements")) and
          rows[1]["line"] == 7 and rows[2]["reason"] == '<gap> & "more"', "its fields are right", rows)


def the_same_again(folder):
    path = script(folder, "chance", more="vary loss 0..40%\nvary rtt 1ms..90ms\n").rename(folder / "chance.wire")
    path.write_text(path.read_text().replace("<=1s boot", "wait 1s\n<=1s boot").replace("fw:$p", "+1ms fw:$p", 1))
    octets, traces = {}, {}
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        run("--out", folder / "out", "--seed", seed, "--pcap", folder / name, "--json", folder / "s.json", path)
        octets[name] = (folder / name).read_bytes()
        row = json.loads((folder / "s.json").read_text())[0]
        traces[name] = (row["run"], row["trace"], row["result"])
    tap.claim(traces["a"] == traces["b"] and octets["a"] == octets["b"], "--seed gives the same octets again", traces)
    tap.claim(traces["a"] != traces["c"] and octets["a"] != octets["c"], "another seed gives others", traces)
    tap.claim(octets["a"][:4] == b"\x0a\x0d\x0d\x0a", "--pcap writes pcapng", octets["a"][:16])


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        (folder / "empty").mkdir()
        gap = 'unsupported "<gap> & \\"more\\""\n'
        paths = {"good": script(folder, "good"), "bad": script(folder, "bad", code=2),
                 "gap": script(folder, "gap", code=2, more=gap), "stale": script(folder, "stale", more=gap),
                 "idle": script(folder, "idle", more="loose\n"), "wrong": script(folder, "wrong", code="x")}
        paths["idle"].write_text(paths["idle"].read_text().rpartition("<=1s")[0])
        exit_codes(folder, paths)
        results(folder, paths)
        the_same_again(folder)


main()
sys.exit(tap.end())
