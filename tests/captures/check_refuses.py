#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`bootrig check` refuses a real capture after any one word of its script is changed

Goal: each of the four scripts that real captures follow is refused when one thing is said that
did not happen, whichever line says it. Method: every message and every field with a value of
every line is changed alone, and the changed script held against the capture. Says TAP.
Arguments: the command.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

BOOTRIG = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/bootrig-bin").resolve()
TOP = pathlib.Path(__file__).resolve().parent.parent.parent
PAIRS = {
    "pxe4/two-server/aborted-size-probe": "ovmf-2022.11-dnsmasq-2.90-two-server",
    "tftp/options/blksize-acked-windowsize-not": "ovmf-2022.11-slirp-pxe",
    "http4/discovery/httpclient": "ovmf-2022.11-dnsmasq-http",
    "dhcp4/relay/one-hop-option82": "ovmf-2022.11-dhcrelay-two-sides",
}
FIELD = re.compile(r'(\S+?)(<=|!=|=|~)(\$?)(\S+)$')
MESSAGES = {"dhcp discover": "inform", "dhcp offer": "nak", "dhcp request": "decline", "dhcp ack": "nak",
            "tftp oack": "error", "tftp rrq": "wrq", "tftp data": "ack", "tftp ack": "error",
            "http 200": "404", "http GET": "HEAD", "http HEAD": "GET"}


def changed_value(value):
    """Another literal of the same shape."""
    if value == "absent":
        return "present"
    if value.startswith('"'):
        return '"never' + value[1:]
    if re.fullmatch(r"\d+\.\d+\.\d+\.\d+", value):
        return "192.0.2.77"
    if re.fullmatch(r"0x[0-9a-f]+|[0-9a-f]{4,}", value):
        return value[:-1] + ("1" if value[-1] != "1" else "2")
    if re.fullmatch(r"\d+", value):
        return str(int(value) + 1)
    return {"broadcast": "0x0001"}.get(value)


def changes(words):
    """(place, new word) for each word of a line that can be made untrue alone."""
    proto = next((i for i, w in enumerate(words) if w in ("dhcp", "tftp", "http")), None)
    if proto is None or "->" not in words or words[0] in ("never", "fault"):
        return
    message = " ".join(words[proto:proto + 2])
    if message in MESSAGES:
        yield proto + 1, MESSAGES[message]
    for i in range(proto + 2, len(words)):
        field = FIELD.match(words[i])
        if words[i].startswith("#"):
            return
        if words[i].isdigit():
            yield i, str(int(words[i]) + 1)
        elif words[i].endswith(".efi") and not field:
            yield i, "never.efi"
        if not field or field[2] not in ("=", "<=") or field[3]:
            continue
        value = "1" if field[2] == "<=" else changed_value(field[4])
        if value:
            yield i, f"{field[1]}{field[2]}{value}"


def split(line):
    """Words and the blanks between them, quotes kept whole."""
    return re.findall(r'\s+|(?:"(?:[^"\\]|\\.)*"|[^\s"])+', line)


def variants(text):
    lines = text.splitlines()
    for at, line in enumerate(lines):
        parts = split(line)
        places = [i for i, part in enumerate(parts) if part.strip()]
        for place, word in changes([parts[i] for i in places]):
            new = list(parts)
            new[places[place]] = word
            yield at + 1, parts[places[place]], word, "\n".join(lines[:at] + ["".join(new)] + lines[at + 1:]) + "\n"


def check(script, capture):
    done = subprocess.run([BOOTRIG, "check", script, capture], capture_output=True, text=True, cwd=TOP,
                          timeout=tap.LIMIT_S)
    return done.returncode, done.stdout + done.stderr


def main():
    with tempfile.TemporaryDirectory() as folder:
        for scenario, name in PAIRS.items():
            capture = TOP / "captures" / "corpus" / f"{name}.pcap"
            script = TOP / "conformance" / "scripts" / f"{scenario}.wire"
            code, said = check(script, capture)
            tap.claim(code == 0, f"{name} follows {scenario}", said)
            tried, taken = 0, []
            for line, old, new, text in variants(script.read_text()):
                path = pathlib.Path(folder) / "changed.wire"
                path.write_text(text)
                code, said = check(path, capture)
                if code == 2:
                    taken.append(f"line {line}: {old} -> {new} is no script: {said}")
                tried += 1
                if code == 0:
                    taken.append(f"line {line}: {old} -> {new}")
            tap.claim(tried >= 8 and not taken, f"and none of {tried} others with one word changed",
                  "\n".join(taken) or f"only {tried} words to change")


main()
sys.exit(tap.end())
