#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What `bootrig run` promises machines: exit codes, and files any parser takes

Goal: 0, 1, 2, 3 and 77 mean what the manual says; --junit, --json and --tap are well formed
whatever texts scripts carry; --seed and --pcap give the same octets again. Says TAP.
"""
import fcntl
import json
import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import termios
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


def one_bad_script(folder, paths):
    """A script that nobody can read is one failed entry, and the others run."""
    code, said, errors = run("--out", folder / "out", "--junit", folder / "b.xml", "--json", folder / "b.json",
                             paths["good"].parent, paths["wrong"].parent, paths["gap"].parent)
    suite = xml.etree.ElementTree.parse(folder / "b.xml").getroot()
    rows = json.loads((folder / "b.json").read_text())
    tap.claim(code == 1 and said.splitlines()[-1] == "1 passed, 1 failed, 1 skipped", "a script with a mistake fails alone",
              f"{code}\n{said}{errors}")
    tap.claim([len(suite.findall(f"testcase/{kind}")) for kind in ("error", "skipped")] == [1, 1] and
              re.search(r"a\.wire:\d+:\d+: expected", suite.find("testcase/error").text), "JUnit says of it where and what",
              suite.find("testcase/error").text)
    tap.claim(sorted(row["result"] for row in rows) == ["broken", "pass", "unsupported"], "and so does JSON", rows)


def only_what_failed_last(folder, paths):
    out = ("--out", folder / "last")
    names = [paths["good"], paths["bad"], paths["gap"]]
    code, said, errors = run("--lf", *out, *names)
    tap.claim(code == 3 and "nothing of that failed last" in errors, "--lf: nothing ran before", f"{code}{said}{errors}")
    run(*out, *names)
    code, said, _ = run("--lf", *out, *names)
    tap.claim(code == 1 and said.splitlines()[0] == "1..1" and "nasty/bad" in said, "--lf: only what failed runs", said)
    code, said, _ = run("--lf", *out)
    tap.claim(code == 1 and said.splitlines()[0] == "1..1" and "nasty/bad" in said, "--lf: with no name, too", said)
    code, said, _ = run("--lf", *out, paths["bad"].parent / ".." / paths["bad"].parent.name)
    tap.claim(code == 1 and said.splitlines()[0] == "1..1", "--lf: by whatever way it is named", said)
    tap.claim(run(*out)[0] == 2, "without --lf a name is needed")
    paths["bad"].write_text(paths["bad"].read_text().replace("error 2", "error 1"))
    code, said, _ = run("--lf", *out, *names)
    tap.claim(code == 0 and said.splitlines()[0] == "1..1", "--lf: it is mended", said)
    tap.claim(run("--lf", *out, *names)[0] == 3, "--lf: then nothing is left")
    paths["bad"].write_text(paths["bad"].read_text().replace("error 1", "error 2"))


def short_and_side_by_side(folder, paths):
    names = [paths[name] for name in ("good", "bad", "gap", "stale", "idle")]
    code, said, _ = run("-q", "--out", folder / "out", *names)
    lines = [line for line in said.splitlines() if re.match("(not )?ok|1[.][.]", line)]
    tap.claim(code == 1 and [line[:8] for line in lines] == ["not ok 2", "not ok 4", "not ok 5"] and
              said.splitlines()[-1] == "1 passed, 3 failed, 1 skipped", "-q: only what is not right, and the counts", said)
    failed = said[said.index("\nfailed:\n"):]
    tap.claim(all(name in failed for name in ("nasty/bad", "nasty/stale", "nasty/idle")) and "nasty/good" not in failed,
              "what failed is listed again at the end", failed)
    told = {}
    for jobs in ("1", "2", "3", "64"):
        _, said, _ = run("-j", jobs, "--out", folder / "out", "--json", folder / "j.json", *names)
        told[jobs] = (re.sub(r"[\d.]+ [mu]s", "", said), re.sub(r'"cpu_ns": \d+', "", (folder / "j.json").read_text()))
    tap.claim(len(set(told.values())) == 1, "-j N says and writes the same, in the same order", told)


def on_a_terminal(columns, *words, **environment):
    main, terminal = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen([BOOTRIG, "run", *map(str, words)], stdout=terminal, stderr=subprocess.DEVNULL,
                          env={**os.environ, "TERM": "xterm", **environment}) as process:
        os.close(terminal)
        said = b""
        while part := read_or_end(main):
            said += part
        process.wait(tap.LIMIT_S)
    os.close(main)
    return said.decode().replace("\r\n", "\n")


def read_or_end(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says EIO when nobody writes any more
        return b""


def fits_the_terminal(folder):
    path = folder / "wide.wire"
    octets = ",".join(map(str, range(1, 60)))
    path.write_text(f"""wire 1
net lan 10.77.0.0/24
node boot sut lan=10.77.0.2 role=dhcp pool=10.77.0.100-10.77.0.110 boot={"x" * 60}
node fw client lan=10.77.0.9
fw:68 -> *:67 dhcp discover opt55=[{octets}] opt93=7
<=1s boot -> * dhcp offer yiaddr=10.77.0.101 file="{"y" * 60}"
""")
    out = ("--out", folder / "w")
    plain = run(*out, path)[1]
    tap.claim("\033" not in plain and "opt55=[1,2,3,4,5,... 54 more]" in plain and max(map(len, plain.splitlines())) > 100,
              "no terminal: plain, as long as it is, and option 55 shortened", plain)
    shown = on_a_terminal(80, *out, path)
    bare = re.sub(r"\033\[\d*m", "", shown)
    long = [line for line in bare.splitlines() if len(line) > 80 and not re.match(" +(again|small|wire) ", line)]
    tap.claim("\033[31mnot ok\033[0m" in shown and not long, "a terminal: in colour, and no line longer than it is", long)
    both = re.findall(r"^ +(?:want|got|)  +(.*)$", bare, re.M)
    tap.claim("y" * 20 in "".join(both) and "x" * 20 in "".join(both), "what was wanted and what came are folded, not cut", bare)
    for environment, wants in (({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)):
        shown = on_a_terminal(80, *out, path, **environment)
        tap.claim(("\033" in shown) == wants, f"colour with {environment}: {wants}", shown)


def can_be_pasted(folder):
    """The line `again` is what a shell runs, from where it was printed, whatever is in the name."""
    path = script(folder, "odd", code=2).rename(folder / "it's a $HOME.wire")
    _, said, _ = run("--out", folder / "p", path)
    line = re.search("again +(.*)", said)[1]
    done = subprocess.run(["sh", "-c", line.replace("bootrig", str(BOOTRIG), 1)], capture_output=True, check=False, cwd=folder)
    trace = re.search("# trace ([0-9a-f]{8})", line)[1]
    tap.claim(done.returncode == 1 and f"# trace {trace}" in done.stdout.decode(), "`again` can be pasted", f"{line} {done}")


def goes_wrong_as_the_command_line_says(folder, paths):
    """--fault acts as a line of the script would, and is judged as one."""
    out = ("--out", folder / "out")
    for fault, want, says in [
            ("lan drop boot -> fw tftp error once", 1, "tftp error"),
            ("lan delay 2s boot -> fw tftp error", 1, "tftp error"),
            ("lan dup boot -> fw tftp error", 1, "no line expects"),
            ("lan delay 500ms boot -> fw tftp error", 0, "1 passed"),
            ("lan drop boot -> fw tftp data", 1, "--fault:1"),
            ("lan drop boot -> fw tftp err", 2, "--fault:1:32: tftp has no message 'err'"),
            ("dmz drop", 2, "--fault:1:7: ")]:
        code, said, errors = run(*out, "--fault", fault, paths["good"])
        tap.claim(code == want and says in said + errors, f"--fault '{fault}'", f"{code}\n{said}{errors}")


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
        one_bad_script(folder, paths)
        only_what_failed_last(folder, paths)
        short_and_side_by_side(folder, paths)
        fits_the_terminal(folder)
        can_be_pasted(folder)
        goes_wrong_as_the_command_line_says(folder, paths)


main()
sys.exit(tap.end())
