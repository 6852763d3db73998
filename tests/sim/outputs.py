#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Whatever `bootrig` writes is there, or it says that it is not, and nothing else is lost

Goal: each verb with its standard output on /dev/full, closed, and read by somebody who goes away;
each option that names a file with /dev/full, with a file that may not grow, and with one of the
verb's own inputs under another name. A row of a table is a verb or an option. Says TAP.
"""
import itertools
import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

BOOTRIG = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/bootrig-bin").resolve()
CORPUS = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "captures/corpus").resolve()
PCAP = CORPUS / "uboot-arm64-virtio-loss5.pcap"
PRECIOUS = "precious\n"
NO_GROWTH = 20  # octets of a file
SCRIPT = """wire 1
net lan 10.77.0.0/24
node boot sut lan=10.77.0.2 role=tftp
node fw client lan=10.77.0.9
fw:$p -> boot:69 tftp rrq "none" octet
<=1s boot -> fw:$p tftp error {code}
"""

VERBS = {"help": ["help"], "list": ["list", "good.wire"], "list --language": ["list", "--language"],
         "run": ["run", "good.wire"], "run of a failing script": ["run", "bad.wire"],
         "check": ["check", "good.wire", "in.pcap"], "explain": ["explain", "in.pcap"],
         "explain --json": ["explain", "--json", "in.pcap"], "from-pcap": ["from-pcap", "in.pcap"],
         "from-pcap --anonymous-pcap -": ["from-pcap", "in.pcap", "--anonymous-pcap", "-"],
         "replay": ["replay", "in.pcap"], "shrink": ["shrink", "bad.wire"], "shrink of a capture": ["shrink", "in.pcap"],
         "serve --help": ["serve", "--help"]}
LAN = ["lan", "--net", "lan", "10.77.0.0/24", "--limit", "1"]

# option: words, where FILE is what is written; the input that it must not be; whether it is
# written while others read it, so that what was there before is gone when it begins
OPTIONS = {"replay --bless": (["replay", "--bless", "in.pcap"], "in.pcap", False),
           "from-pcap --anonymous-pcap": (["from-pcap", "in.pcap", "--anonymous-pcap", "FILE"], "in.pcap", False),
           "shrink -o": (["shrink", "in.pcap", "-o", "FILE"], "in.pcap", False),
           "shrink -o of a script": (["shrink", "bad.wire", "-o", "FILE"], "bad.wire", False),
           "lan --pcap": ([*LAN, "--pcap", "FILE"], None, True),
           "run --pcap": (["run", "good.wire", "--pcap", "FILE"], "good.wire", False),
           "run --json": (["run", "good.wire", "--json", "FILE"], "good.wire", False),
           "run --html": (["run", "good.wire", "--html", "FILE"], "good.wire", False),
           "explain --html": (["explain", "in.pcap", "--html", "FILE"], "in.pcap", False),
           "run --junit": (["run", "good.wire", "--junit", "FILE"], "good.wire", False),
           "run -j 2 --junit": (["run", "-j", "2", "good.wire", "--junit", "FILE"], "good.wire", False)}


def start(words, folder, **more):
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    return subprocess.run([BOOTRIG, *words], cwd=folder, capture_output="stdout" not in more, timeout=tap.LIMIT_S,
                          stdin=subprocess.DEVNULL, env=environment, check=False,
                          **({"stderr": subprocess.PIPE, **more} if "stdout" in more else more))


def folder_of(temporary, name):
    """A new folder with what the rows read."""
    folder = pathlib.Path(temporary) / name.replace(" ", "-").replace("/", "-")
    folder.mkdir()
    for script, code in (("good", 1), ("bad", 2)):
        (folder / f"{script}.wire").write_text(SCRIPT.format(code=code))
    (folder / "in.pcap").write_bytes(PCAP.read_bytes())
    return folder


def lines(done):
    return done.stderr.decode(errors="replace").splitlines()


def told(done, *parts):
    """Exit code 2, and one line that has all parts."""
    return done.returncode == 2 and len([line for line in lines(done) if all(part in line for part in parts)]) == 1


def standard_output(temporary):
    for name, words in VERBS.items():
        folder = folder_of(temporary, f"full {name}")
        with open("/dev/full", "wb") as full:
            done = start(words, folder, stdout=full)
        tap.claim(told(done, "standard output", "No space left on device"), f"{name}: a full disk behind standard output",
                  f"{done.returncode} {done.stderr}")
        done = start(words, folder, stdout=None, preexec_fn=lambda: os.close(1))
        tap.claim(told(done, "standard output"), f"{name}: standard output is closed", f"{done.returncode} {done.stderr}")
        for ignored, want in ((False, -signal.SIGPIPE), (True, 2)):
            read, write = os.pipe()
            os.close(read)
            done = start(words, folder, stdout=write, restore_signals=not ignored)
            os.close(write)
            tap.claim(done.returncode == want and not [line for line in lines(done) if "ipe" in line],
                      f"{name}: quiet when nobody reads it{', with SIGPIPE ignored' * ignored}",
                      f"{done.returncode} {done.stderr}")


def written(words, file):
    """The words with the file in them, and its name: that of replay is given."""
    return [str(file) if word == "FILE" else word for word in words], \
        file if "FILE" in words else pathlib.Path("in.pcap.replay")


def may_not_grow():
    resource.setrlimit(resource.RLIMIT_FSIZE, (NO_GROWTH, resource.RLIM_INFINITY))


def files(temporary):
    for name, (words, _, live) in OPTIONS.items():
        folder = folder_of(temporary, f"limit {name}")
        command, file = written(words, pathlib.Path("kept"))
        (folder / file).write_text(PRECIOUS)
        before = sorted(os.listdir(folder))
        done = start(command, folder, preexec_fn=may_not_grow)
        tap.claim(told(done, "File too large"), f"{name}: a file that may not grow", f"{done.returncode} {done.stderr}")
        tap.claim((live or (folder / file).read_text() == PRECIOUS) and sorted(os.listdir(folder)) == before,
                  f"{name}: then what was there before is there, and nothing beside it", os.listdir(folder))
        (folder / file).unlink()
        (folder / file).symlink_to("/dev/full")
        done = start(command, folder)
        tap.claim(told(done, str(file), "No space left on device") and (folder / file).is_symlink(),
                  f"{name}: a full disk", f"{done.returncode} {done.stderr}")


def same_file(temporary):
    for name, (words, read, _) in OPTIONS.items():
        for way in ("itself", "a symbolic link", "a hard link", "a detour") if read else ():
            folder = folder_of(temporary, f"same {name} {way}")
            command, file = written(words, pathlib.Path(read if way == "itself" else f"../{folder.name}/{read}"
                                                        if way == "a detour" else "other"))
            if "FILE" not in words and way in ("itself", "a detour"):
                continue  # the name is made, it is never the same
            if way == "a symbolic link":
                (folder / file).symlink_to(read)
            elif way == "a hard link":
                os.link(folder / read, folder / file)
            octets = (folder / read).read_bytes()
            before = sorted(os.listdir(folder))
            done = start(command, folder)
            tap.claim(told(done, "would be lost") and (folder / read).read_bytes() == octets and
                      sorted(os.listdir(folder)) == before, f"{name}: the file is its input by {way}",
                      f"{done.returncode} {done.stderr}")


# a caller in the background ignores it (nohup), and what is ignored is so for the children too
signal.signal(signal.SIGHUP, signal.SIG_DFL)


def ended_by(words, number, folder, ready):
    """The exit code after a signal, sent when ready() says so."""
    with subprocess.Popen([BOOTRIG, *words], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE) as process:
        tap.wait_until(ready, " ".join(words))
        process.send_signal(number)
        process.stderr.read()
        return process.wait(tap.LIMIT_S)


def signals(temporary):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        folder = folder_of(temporary, f"signal {number.name}")
        os.mkfifo(folder / "slow")
        (folder / "kept").write_text(PRECIOUS)
        before = sorted(os.listdir(folder))
        code = ended_by(["from-pcap", "slow", "--anonymous-pcap", "kept"], number, folder,
                        lambda: len(os.listdir(folder)) > len(before))
        tap.claim(code == -number and sorted(os.listdir(folder)) == before and (folder / "kept").read_text() == PRECIOUS,
                  f"from-pcap: {number.name} leaves nothing behind", f"{code} {os.listdir(folder)}")
        code = ended_by([*LAN[:-2], "--pcap", "wire"], number, folder, (folder / "wire").exists)
        tap.claim(code == 0 and (folder / "wire").stat().st_size > 0 and len(os.listdir(folder)) == len(before) + 1,
                  f"lan: {number.name} ends it, and the capture is whole", f"{code} {os.listdir(folder)}")


def verdicts_stay(temporary):
    """What cannot be kept of a failing run costs nothing but itself."""
    for name, words in (("a file", ["--out", "kept"]), ("in a file", ["--out", "kept/below"]),
                        ("read by others alone", ["--out", "/proc/1/none"])):
        folder = folder_of(temporary, f"out {name}")
        (folder / "kept").write_text(PRECIOUS)
        done = start(["run", "bad.wire", *words], folder)
        said = done.stdout.decode()
        tap.claim(told(done, words[1]) and "not ok 1" in said and said.endswith("0 passed, 1 failed, 0 skipped\n") and
                  (folder / "kept").read_text() == PRECIOUS, f"run: the folder of --out cannot be made, it is {name}",
                  f"{done.returncode} {done.stderr} {said}")
    folder = folder_of(temporary, "boot file")
    (folder / "below").mkdir()
    (folder / "below/boot.efi").write_text(PRECIOUS)
    (folder / "below/a.wire").write_text(SCRIPT.format(code=1).replace("node boot", "file x from=boot.efi\nnode boot", 1))
    done = start(["run", "below/a.wire", "--json", "below/boot.efi"], folder)
    tap.claim(told(done, "would be lost") and (folder / "below/boot.efi").read_text() == PRECIOUS,
              "run: a result is no boot file that the script reads", f"{done.returncode} {done.stderr}")
    folder = folder_of(temporary, "json and junit")
    done = start(["run", "good.wire", "--json", "a", "--junit", "../json-and-junit/a"], folder)
    tap.claim(told(done, "would be lost") and not (folder / "a").exists(), "run: two results are no one file", done.stderr)


def interrupted(temporary):
    """What ran is told and written, however many scripts run at once; then the signal does what it does."""
    for number, jobs in itertools.product((signal.SIGINT, signal.SIGTERM, signal.SIGHUP), ("1", "2")):
        folder = folder_of(temporary, f"stop {number.name} {jobs}")
        for each in range(5):
            (folder / f"{each}.wire").write_text(SCRIPT.format(code=1))
        words = [BOOTRIG, "run", "-j", jobs, "--json", "a.json", "--junit", "a.xml", "--explore", "1", "0.wire", "1.wire"]
        slow = [*words[:words.index("--explore")], "--explore", "100000000", "2.wire", "3.wire", "4.wire"]
        with subprocess.Popen(slow, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            said = process.stdout.readline()
            process.send_signal(number)
            rest, errors = process.communicate(timeout=tap.LIMIT_S)
        last = rest.decode().splitlines()[-2:]
        rows = json.loads((folder / "a.json").read_text())
        cases = len(xml.etree.ElementTree.parse(folder / "a.xml").getroot().findall("testcase"))
        left = [name for name in os.listdir(folder) if name.startswith(".")]
        tap.claim(process.returncode == -number and said == b"1..3\n" and re.match("stopped: [23] of 3 scripts were not run$", last[0])
                  and re.match("[01] passed, 0 failed, 0 skipped$", last[1]) and cases == len(rows) <= 1 and not left,
                  f"run -j {jobs}: {number.name} ends it with what ran", f"{process.returncode} {said} {last} {rows} {errors} {left}")
        whole = subprocess.run(words, cwd=folder, capture_output=True, timeout=tap.LIMIT_S, check=False)
        tap.claim(whole.returncode == 0 and len(json.loads((folder / "a.json").read_text())) == 2,
                  f"run -j {jobs}: and the next one after {number.name} is whole", whole)


def main():
    with tempfile.TemporaryDirectory() as temporary:
        standard_output(temporary)
        files(temporary)
        same_file(temporary)
        signals(temporary)
        verdicts_stay(temporary)
        interrupted(temporary)


main()
sys.exit(tap.end())
