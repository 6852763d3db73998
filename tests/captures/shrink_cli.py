#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`bootrig shrink` leaves out what does not matter, and what is left still shows the same

A capture: explain says of the small one what it says of the whole, by findings of each machine and
by broken rules, with fewer frames, each of which stands in the whole; made smaller again it stays as
it is. A script: it fails at the same line for the same reason. What has nothing to keep is refused,
and nothing is written. Says TAP.

	shrink_cli.py BOOTRIG CORPUS
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

BOOTRIG, CORPUS = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
CAPTURES = (("ovmf-virtio-no4011.pcap", ()), ("ovmf-virtio-nofile.pcap", ()), ("boots-then-fails.pcap", ()),
            ("s390-ccw-missing.pcap", ()), ("two-clients.pcapng", ("--client", "52:54:00:aa:00:01")))
SCRIPT = """wire 1
net lan 10.77.0.0/24
node boot sut lan=10.77.0.2 role=tftp retries=3
node fw client lan=10.77.0.9
file boot.efi size=4096
fw:$q -> boot:69 tftp rrq boot.efi octet
<=1s boot:$t -> fw:$q tftp data 1
transfer boot:$t -> fw:$q boot.efi
fw:$p -> boot:69 tftp rrq none octet
<=1s boot -> fw:$p tftp error {code}
"""


def call(*words, **more):
    done = subprocess.run([BOOTRIG, *words], capture_output=True, timeout=tap.LIMIT_S, check=False, **more)
    return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def said(path, words):
    """Of each machine the findings, and the rules that are broken."""
    told = json.loads(call("explain", "--json", str(path), *words)[1])
    findings = [[finding["id"] for finding in client["findings"]] for client in told["clients"]]
    return findings, sorted(rule for rule, state in told["rules"]["states"].items() if state == "fail")


def frames(octets):
    """The octets of each frame of a classic pcap that bootrig wrote."""
    at, found = 24, []
    while at + 16 <= len(octets):
        size = int.from_bytes(octets[at + 8:at + 12], "little")
        found.append(octets[at + 16:at + 16 + size])
        at += 16 + size
    return found


def captures(folder):
    for name, words in CAPTURES:
        small = folder / "small.pcap"
        code, out, err = call("shrink", str(CORPUS / name), "-o", str(small), *words)
        tap.claim(code == 0 and not out and " frames" in err, f"{name}: it is made smaller", err)
        if code != 0:
            continue
        whole, octets = (CORPUS / name).read_bytes(), small.read_bytes()
        kept = frames(octets)
        tap.claim(said(small, words) == said(CORPUS / name, words), f"{name}: explain says the same",
                  f"{said(small, words)} {said(CORPUS / name, words)}")
        tap.claim(0 < len(kept) and len(octets) < len(whole) and all(frame in whole for frame in kept),
                  f"{name}: of frames that are in it", len(octets))
        code, out, err = call("shrink", "-", *words, input=octets)
        tap.claim(code == 0 and out == octets, f"{name}: nothing more can go, from standard input to output", err)
        for i in range(min(len(kept), 8)):
            with open(folder / "less.pcap", "wb") as file:
                file.write(octets[:24])
                at = 24
                for number, frame in enumerate(kept):
                    if number != i:
                        file.write(octets[at:at + 16 + len(frame)])
                    at += 16 + len(frame)
            tap.claim(said(folder / "less.pcap", words) != said(small, words), f"{name}: frame {i + 1} of it is needed")


def scripts(folder):
    bad = folder / "bad.wire"
    bad.write_text(SCRIPT.format(code=2))
    code, out, err = call("shrink", str(bad))
    tap.claim(code == 0 and b"transfer" not in out and b"retries" not in out and b"tftp error 2" in out and
              out.count(b"\n") < SCRIPT.count("\n") and " lines" in err, "a script without what does not matter", out)
    small = folder / "small.wire"
    small.write_bytes(out)
    code, told, _ = call("run", str(small), "--out", str(folder / "out"))
    tap.claim(code == 1 and b"tftp error 2" in told, "it fails as before", told)
    bad.write_text(SCRIPT.format(code=1))
    code, out, err = call("shrink", str(bad))
    tap.claim(code == 3 and not out and "does not fail" in err, "one that passes has nothing to keep", err)


def refused(folder):
    capture = folder / "precious.pcap"
    capture.write_bytes((CORPUS / "ovmf-virtio-nofile.pcap").read_bytes())
    os.symlink(capture, folder / "link.pcap")
    before = capture.read_bytes()
    code, out, err = call("shrink", str(capture), "-o", str(folder / "link.pcap"))
    tap.claim(code == 2 and not out and err.count("\n") == 1 and capture.read_bytes() == before,
              "never over its input", err)
    for name, words, want in (("damaged-cut.pcap", (), 2), ("nofile.pcap", (), 2), ("ovmf-e1000-combined.pcap", (), 3),
                              ("ovmf-virtio-nofile.pcap", ("--client", "02:00:00:00:00:99"), 3)):
        code, out, err = call("shrink", str(CORPUS / name), "-o", str(folder / "none"), *words)
        tap.claim(code == want and not out and err and not (folder / "none").exists(), f"{name} {words}: exit {want}", err)


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        captures(folder)
        scripts(folder)
        refused(folder)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
