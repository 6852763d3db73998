#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The verbs run, list and check as people and machines call them: exit codes, TAP, JUnit,
JSON, captures, the manual. Arguments: the command.
"""
import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

BOOTRIG = pathlib.Path(sys.argv[1]).resolve()
TOP = pathlib.Path(__file__).resolve().parent.parent.parent
SCRIPTS = TOP / "conformance" / "scripts"
CORPUS = TOP / "captures" / "corpus"
FOLLOWED = {
    "pxe4/two-server/aborted-size-probe": "ovmf-2022.11-dnsmasq-2.90-two-server",
    "tftp/options/blksize-acked-windowsize-not": "ovmf-2022.11-slirp-pxe",
    "http4/discovery/httpclient": "ovmf-2022.11-dnsmasq-http",
    "dhcp4/relay/one-hop-option82": "ovmf-2022.11-dhcrelay-two-sides",
}
HEAD = """wire 1
net lan 10.77.0.0/24
node boot sut lan=10.77.0.2 role=tftp
node fw client lan=10.77.0.9
"""
ASK = "fw:$p -> boot:69 tftp rrq none octet\n"
GOOD = HEAD + ASK + "<=1s boot -> fw:$p tftp error 1   @TFTP-ERR-01\n"
BAD = HEAD + ASK + "<=1s boot -> fw:$p tftp error 2   @TFTP-ERR-01\n"


def call(*words, cwd=TOP):
    done = subprocess.run([BOOTRIG, *map(str, words)], cwd=cwd, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def write(folder, name, text):
    path = pathlib.Path(folder) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def exit_codes_say_what_happened(folder):
    good, bad = write(folder, "a/good.wire", GOOD), write(folder, "b/bad.wire", BAD)
    wrong = write(folder, "c/wrong.wire", HEAD + "fx -> boot tftp ack 1\n")
    gap = write(folder, "d/gap.wire", BAD.replace("wire 1\n", 'wire 1\nunsupported "gap"\n'))
    out = ["--out", f"{folder}/out"]
    for words, want, tail in [
            ([good], 0, "1 passed, 0 failed, 0 skipped"),
            ([bad], 1, "0 passed, 1 failed, 0 skipped"),
            ([good, bad, gap], 1, "1 passed, 1 failed, 1 skipped"),
            ([wrong], 2, "0 passed, 1 failed, 0 skipped"),
            ([f"{folder}/none.wire"], 2, "0 passed, 1 failed, 0 skipped"),
            (["no-such-scenario"], 3, "0 passed, 0 failed, 0 skipped"),
            ([gap], 77, "0 passed, 0 failed, 1 skipped"),
            (["--seed"], 2, None), ([], 2, None), (["--frobnicate", "1"], 2, None)]:
        code, said, errors = call("run", *words, *(out if tail else []))
        assert code == want, (words, code, said, errors)
        assert tail is None or said.splitlines()[-1] == tail, said
    empty = pathlib.Path(folder) / "empty"
    empty.mkdir()
    assert call("run", empty)[0] == 3
    assert call("run")[0] == 2


def a_failure_leaves_a_capture_and_a_smaller_script(folder):
    bad = write(folder, "scripts/tftp/bad.wire", BAD.replace("wire 1\n", "wire 1\nruns 3\n"))
    code, said, _ = call("run", "--out", f"{folder}/out", bad)
    assert code == 1 and "rule   TFTP-ERR-01 (RFC 1350" in said and "~" in said, said
    assert (pathlib.Path(folder) / "out/bad/run.pcapng").stat().st_size > 200
    small = pathlib.Path(folder) / "out/bad/min.wire"
    assert len(small.read_text().splitlines()) < len(bad.read_text().splitlines())
    assert call("run", "--out", f"{folder}/again", small)[0] == 1
    again = re.search(r"again  bootrig (run .*?)    #", said)[1].split()
    code, repeated, _ = call(*again, "--out", f"{folder}/out")
    trace = re.compile(r"# trace ([0-9a-f]{8})")
    assert code == 1 and trace.search(said)[1] == trace.search(repeated)[1]


def machines_can_read_the_results(folder):
    write(folder, "s/good.wire", GOOD)
    write(folder, "s/bad.wire", BAD)
    write(folder, "s/gap.wire", BAD.replace("wire 1\n", 'wire 1\nunsupported "a <gap>"\n'))
    _, said, _ = call("run", "--tap", "--junit", f"{folder}/j.xml", "--json", f"{folder}/r.json",
                      "--out", f"{folder}/out", f"{folder}/s")
    lines = said.splitlines()
    assert lines[0] == "1..3"
    assert all(re.match(r"(not )?ok \d+ - |#", line) for line in lines[1:]), said
    assert sum("# SKIP a <gap>" in line for line in lines) == 1
    suite = xml.etree.ElementTree.parse(f"{folder}/j.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")
    assert "TFTP-ERR-01" in suite.find("testcase/failure").text
    rows = {row["scenario"].rpartition("/")[2]: row for row in json.load(open(f"{folder}/r.json"))}
    assert rows["good"]["result"] == "pass" and rows["gap"]["result"] == "unsupported"
    assert rows["bad"]["result"] == "fail" and rows["bad"]["requirements"] == ["TFTP-ERR-01"]
    assert rows["bad"]["line"] == 6 and len(rows["good"]["trace"]) == 16


def names_and_requirements_choose_scripts(folder):
    code, said, _ = call("list")
    assert code == 0 and "pxe4/two-server/aborted-size-probe" in said
    code, said, _ = call("list", "TFTP-TSZ-01")
    assert code == 0 and "aborted-size-probe" in said and "httpclient" not in said, said
    code, said, _ = call("run", "--tap", "--out", f"{folder}/out", "@RLS-01")
    assert code == 0 and "one-hop-option82" in said and "httpclient" not in said
    for name in ("dhcp4/relay", "dhcp4/relay/"):
        code, said, _ = call("run", "--tap", "--out", f"{folder}/out", name)
        assert code == 0 and "one-hop-option82" in said and "pxe4" not in said, said
    assert call("run", "--out", f"{folder}/out", "dhcp4/rel")[0] == 3  # the start of a name is none


def models_are_listed_with_what_was_measured_of_them(_):
    code, said, _ = call("list", "models")
    rows = {line.split()[0]: line.split() for line in said.splitlines() if line.strip()}
    table = (TOP / "sim" / "models" / "fidelity.tsv").read_text().splitlines()
    measured = [line.split("\t") for line in table if not line.startswith("#")]
    assert code == 0 and rows["rpi3-rom"][-1] == "-"
    for name, _, real, model, both, *_ in measured:
        order = f"{200 * int(both) / (int(real) + int(model)):.1f}%"
        assert rows[name][-5:-3] == [real, order], rows[name]


def the_manual_names_everything(_):
    code, said, _ = call("list", "--language")
    assert code == 0
    for word in ["never [until-ack", "transfer END", "any {", "fault NET", "vary NAME", "opt.NAME",
                 "discover", "oack", "If-None-Match", "windowsize", "edk2-x64-pxe4",
                 "datagrams_in_total", "circuit-id", "transfers.open", "unsupported STRING"]:
        assert word in said, word
    assert max(map(len, said.splitlines())) <= 90
    assert said == (TOP / "conformance" / "LANGUAGE.txt").read_text(), \
        "bootrig list --language > conformance/LANGUAGE.txt"


def the_manual_as_a_man_page_says_the_same(_):
    code, said, _ = call("list", "--language", "--man")
    assert code == 0 and said.startswith('.TH "BOOTRIG-LANGUAGE" "5"'), said[:200]
    bare = re.sub(r"\\f[BIR]|\\&", "", said).replace("\\-", "-").replace("\\e", "\\")
    words = (TOP / "conformance" / "LANGUAGE.txt").read_text().split()
    left = iter(re.findall(r"\S+", re.sub(r"(?m)^\.(SH|TP|PP|nf|fi|sp)\b", " ", bare).lower()))
    for word in words:  # all its words, in their order
        assert word.lower().rstrip(":") in (w.rstrip(":") for w in left), word
    assert call("list", "--man")[0] == 2


def the_script_of_the_manual_runs(folder):
    text = (TOP / "conformance" / "LANGUAGE.txt").read_text()
    lines = text[text.index("    wire "):text.index("\nValues:")].splitlines()
    script = write(folder, "manual.wire", "\n".join(line[4:] for line in lines) + "\n")
    code, said, errors = call("run", script)
    assert code == 0 and "11 checks" in said, said + errors
    assert sum(line.lstrip().startswith("#") for line in lines) >= 8


def a_run_can_be_recorded(folder):
    good = write(folder, "good.wire", GOOD)
    assert call("run", "--pcap", f"{folder}/x.pcapng", good)[0] == 0
    assert (pathlib.Path(folder) / "x.pcapng").read_bytes()[:4] == b"\x0a\x0d\x0d\x0a"
    octets = (pathlib.Path(folder) / "x.pcapng").read_bytes()
    assert b"good.wire:5 fw:$p -> boot:69 tftp rrq none octet" in octets
    assert b"good.wire:6 ok <=1s boot -> fw:$p tftp error 1" in octets
    code, said, errors = call("check", good, f"{folder}/x.pcapng")
    assert code == 0, said + errors
    bad = write(folder, "bad.wire", BAD)
    code, said, _ = call("check", bad, f"{folder}/x.pcapng")
    assert code == 1 and "bad.wire:6" in said and "tftp error 1" in said and "frame 4" in said, said


def real_captures_follow_their_scripts(folder):
    seen = 0
    for scenario, name in FOLLOWED.items():
        capture = CORPUS / f"{name}.pcap"
        if not capture.exists():
            continue
        seen += 1
        script = SCRIPTS / f"{scenario}.wire"
        code, said, errors = call("check", script, capture)
        assert code == 0, said + errors
        # the same script, with one thing said that did not happen
        text = script.read_text()
        wrong = re.sub(r"(tftp oack|http 200)", r"\1 X-Never=1" if "http 200" in text else
                       r"\1 opt.never=1", text, count=1)
        code, said, _ = call("check", write(folder, "wrong.wire", wrong), capture)
        assert wrong != text and code == 1 and "no packet of the capture" in said, said
        other = next(n for n in FOLLOWED.values() if n != name)
        assert call("check", script, CORPUS / f"{other}.pcap")[0] == 1
    assert seen >= 3, seen


def check_refuses_what_is_no_capture(folder):
    good = write(folder, "good.wire", GOOD)
    assert call("check", good)[0] == 2
    assert call("check", good, good)[0] == 2
    assert call("check", f"{folder}/none.wire", good)[0] == 2


def a_folder_of_scripts_may_use_common_lines(folder):
    write(folder, "lan.inc", HEAD.replace("wire 1\n", ""))
    script = write(folder, "x.wire", "wire 1\nuse lan.inc\n" + ASK +
                   "<=1s boot -> fw:$p tftp error 1\n")
    assert call("run", script)[0] == 0
    write(folder, "lan.inc", "net lan 10.77.0.0/33\n")
    code, _, errors = call("run", script)
    assert code == 2 and "lan.inc:1:9: expected a network" in errors, errors


TALK = """wire 1
net lan 10.77.0.0/24
node boot sut lan=10.77.0.1 role=dhcp,tftp,http
node fw client lan
node web client lan=10.77.0.8
node ghost client lan=10.77.0.9
file boot.efi size=%d
fw:68 -> *:67 dhcp discover xid=$x
boot -> fw dhcp offer xid=$x yiaddr=$ip
fw:68 -> *:67 dhcp request xid=$x opt50=$ip opt54=10.77.0.1
boot -> fw dhcp ack xid=$x
fw:$q -> boot:69 tftp rrq boot.efi octet
boot:$t -> fw:$q tftp data 1
transfer boot:$t -> fw:$q boot.efi from=1
web:$c -> boot:80 http GET /boot.efi
boot:80 -> web:$c http 200
+1s web:$c -> boot:80 http GET /none
boot:80 -> web:$c http 404
"""
SILENCE = "fault lan block ghost for=60s\nghost:99 -> boot:69 tftp rrq boot.efi octet\n"


def a_trace_shows_requests_notes_and_who_is_not_there(folder):
    script = write(folder, "silent.wire", TALK % 600 + SILENCE + "boot -> ghost:99 tftp data 1\n")
    code, said, _ = call("run", "--out", f"{folder}/out", script)
    assert code == 1, said
    trace = said[said.index("  trace "):said.index("  again ")]
    order = iter(trace.splitlines())
    for want in (r"fw:68 +-> \*:67 +dhcp discover", r"# boot tftp\.started: .*boot\.efi",
                 r"# boot tftp\.completed: ", r"web:\d+ +-> boot:80 +http GET /boot\.efi Host",
                 r"# boot http\.served: ", r"boot:80 +-> web:\d+ +http 200", r"http GET /none",
                 r"# boot http\.not_found: ", r"http 404",
                 r"# ghost asks by ARP who has 10\.77\.0\.1, and nobody answers: asked [1-9]"):
        assert any(re.search(want, line) for line in order), (want, trace)


def commented_frames(path):
    """(number, frame, comment) of a pcapng file."""
    octets, at, number, found = path.read_bytes(), 0, 0, []
    while at < len(octets):
        kind, size = struct.unpack_from("<II", octets, at)
        assert struct.unpack_from("<I", octets, at + size - 4)[0] == size
        if kind == 6:
            number += 1
            captured = struct.unpack_from("<I", octets, at + 20)[0]
            option = at + 28 + (captured + 3 & ~3)
            while option < at + size - 4:
                code, length = struct.unpack_from("<HH", octets, option)
                if code == 1:
                    found.append((number, octets[at + 28:at + 28 + captured],
                                  octets[option + 4:option + 4 + length].decode()))
                option += 4 + (length + 3 & ~3)
        at += size
    return found


def comments_stand_on_the_frame_they_speak_of(folder):
    udp = {"dhcp discover": b"\1\1\6", "dhcp offer": b"\2\1\6", "dhcp request": b"\1\1\6",
           "dhcp ack": b"\2\1\6", "tftp rrq": b"\0\1boot.efi", "tftp data 1": b"\0\3\0\1"}
    tcp = {"http GET /boot": b"GET /boot", "http GET /none": b"GET /none", "http 200": b"HTTP/1.1 200",
           "http 404": b"HTTP/1.1 404"}
    for size in (600, 400000):  # all in the recorder's buffer, and more than it holds
        script = write(folder, f"t{size}.wire", TALK % size)
        capture = pathlib.Path(folder) / f"t{size}.pcapng"
        assert call("run", "--pcap", capture, script)[0] == 0
        found = commented_frames(capture)
        for message, start in [*udp.items(), *tcp.items()]:
            frames = [frame for _, frame, comment in found if re.search(f" {message}", comment)]
            assert len(frames) == 1, (message, found)
            assert frames[0][42 if message in udp else 34 + (frames[0][46] >> 4) * 4:].startswith(start), message
    # the verdict stands where the packet is that came instead
    script = write(folder, "wrong.wire", (TALK % 600).replace("tftp data 1", "tftp data 1 len=9") +
                   "web:$c -> boot:80 http GET /none\n")
    code, said, _ = call("run", "--out", f"{folder}/out", script)
    number = int(re.search(r"run\.pcapng frame (\d+)", said)[1])
    verdict = [n for n, frame, comment in commented_frames(pathlib.Path(folder) / "out/wrong/run.pcapng")
               if comment.startswith("fail at ") and frame[42:46] == b"\0\3\0\1"]
    assert code == 1 and verdict == [number], (verdict, number, said)


def a_path_is_seen_from_the_file_it_stands_in(folder):
    ask = ("fw:$p -> boot:69 tftp rrq boot.efi octet\nboot:$t -> fw:$p tftp data 1 size=9\n"
           "fw:$p -> boot:$t tftp ack %d\n")
    write(folder, "s/boot.bin", "12345")
    write(folder, "s/sub/lan.inc", HEAD.replace("wire 1\n", "") + "file boot.efi from=deep.bin\n")
    write(folder, "s/sub/deep.bin", "67890")
    beside = write(folder, "s/beside.wire", HEAD + "file boot.efi from=boot.bin\n" + ask % 1)
    used = write(folder, "s/used.wire", "wire 1\nuse sub/lan.inc\n" + ask % 1)
    write(folder, "s/bad.wire", used.read_text() + "boot -> fw tftp error 1\n")
    (pathlib.Path(folder) / "elsewhere").mkdir()
    for cwd, path in [(folder, "s/"), (f"{folder}/s", ""), (f"{folder}/elsewhere", "../s/"),
                      ("/", f"{folder}/s/"), (f"{folder}/s/sub", "./../")]:
        for name in (beside.name, used.name):
            code, said, errors = call("run", "--out", f"{folder}/out", path + name, cwd=cwd)
            assert code == 0, (cwd, path, said, errors)
    # what the tree has is named as from its top
    code, said, errors = call("run", "vms/conditions/plain.wire", "--out", f"{folder}/o", cwd=folder)
    assert code == 0 and "1 passed" in said, said + errors
    # what a failure leaves in another folder finds the same files, from any third one
    assert call("run", "--out", "../out", "../s/bad.wire", cwd=f"{folder}/elsewhere")[0] == 1
    code, said, errors = call("run", f"{folder}/out/bad/min.wire", "--out", f"{folder}/o", cwd="/")
    assert code == 1 and "want" in said, said + errors


tests = [exit_codes_say_what_happened, a_failure_leaves_a_capture_and_a_smaller_script,
         machines_can_read_the_results, names_and_requirements_choose_scripts,
         models_are_listed_with_what_was_measured_of_them, the_manual_names_everything, the_manual_as_a_man_page_says_the_same,
         the_script_of_the_manual_runs, a_run_can_be_recorded, real_captures_follow_their_scripts,
         check_refuses_what_is_no_capture, a_folder_of_scripts_may_use_common_lines,
         a_path_is_seen_from_the_file_it_stands_in,
         a_trace_shows_requests_notes_and_who_is_not_there,
         comments_stand_on_the_frame_they_speak_of]
for test in tests:
    with tempfile.TemporaryDirectory() as temporary:
        tap.run(test, temporary)
sys.exit(tap.end())
