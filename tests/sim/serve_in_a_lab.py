#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`bootrig serve` as a lab runs it: its log, its counters, its rights, its configuration, its end.

Goal: what went well can be found in the log, a log that nobody reads holds up nobody, the process
has no right it does not need, and what SIGHUP and SIGTERM do. Over a veth between two namespaces of
our own. Needs root and ip(8); skipped, with a reason, without.
"""
import json
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve_under_fire as fire  # noqa: E402 pylint: disable=wrong-import-position

real, tap = fire.real, fire.tap
WORDS = ("role=dhcp,tftp,http", "pool=10.77.4.0-10.77.4.255", "boot=grubx64.efi")
MACHINE = 7
MAC = "02:00:00:01:00:07"


def process_of(server):
    """The server itself, below ip netns exec."""
    return server.process.pid


def ask_tftp(net, name, blksize=512):
    with fire.Inside(net):
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.settimeout(5)
    one.sendto(b"\0\1" + name + b"\0octet\0blksize\0" + str(blksize).encode() + b"\0", (real.SERVER, 69))
    return one, *one.recvfrom(2000)


def connected(net):
    with fire.Inside(net):
        one = socket.create_connection((real.SERVER, 80), 5)
    one.settimeout(5)
    return one


def line_of(text, note, *wanted):
    """The first line of @note that has all of @wanted."""
    stamp = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
    for line in text.splitlines():
        if re.match(rf"{stamp} {re.escape(note)} ", line) and all(word in line for word in wanted):
            return line
    return None


def log_and_rights(net, folder, root):
    (root / "secret").write_bytes(b"x")
    (root / "secret").chmod(0o600)
    status_path = folder / "status"
    with real.Server(net, folder, "--root", root, "--leases", folder / "lab.leases", "--status", status_path,
                     *WORDS, bits=16) as server:
        given = fire.Dhcp(net).lease(MACHINE)
        net.at_client(["curl", "-sS", "-m", "5", "-o", "/dev/null", f"{real.URL}/f1468"])
        net.at_client(["busybox", "tftp", "-g", "-r", "f513", "-l", "/dev/null", real.SERVER])
        code = net.at_client(["curl", "-sS", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}",
                              f"{real.URL}/secret"]).stdout
        bad = connected(net)
        bad.send(b"GET /f513 HTTP/1.1\r\nHost: a b\r\n\r\n")
        bad.recv(1000)
        mine = net.at_client(["cat", "/sys/class/net/eth0/address"]).stdout.strip()
        log = server.log()
        tap.claim(line_of(log, "dhcp.leased", MAC, given, "boots grubx64.efi"),
                  "the log has who was given which address and file", log[-3000:])
        tap.claim(line_of(log, "http.completed", mine, "f1468, 1468 octets"),
                  "... and which file went where, with the card", log[-3000:])
        tap.claim(line_of(log, "tftp.started", mine, '"f513", 513 octets')
                  and line_of(log, "tftp.completed", '"f513", 513 octets in ', " MB/s"),
                  "... with begin, end, octets and rate of a transfer", log[-3000:])
        tap.claim(line_of(log, "http.bad_request", r'400 "GET /f513 HTTP/1.1"'),
                  "... and a request that draws 400", log[-3000:])
        tap.claim(code == "403", "what the user nobody cannot read is not served", code)
        facts = dict(line.split(":\t", 1) for line in
                     pathlib.Path(f"/proc/{process_of(server)}/status").read_text().splitlines() if ":\t" in line)
        rights = [facts[name].split()[0] for name in ("Uid", "Gid", "CapEff", "CapPrm", "CapBnd", "NoNewPrivs", "Groups")
                  if facts.get(name, "").split()]
        tap.claim(rights == ["65534", "65534"] + ["0" * 16] * 3 + ["1"],
                  "root, groups and capabilities are gone", rights)
        if facts.get("Seccomp") == "2":
            tap.claim(True, "the kernel's calls are limited")
        else:
            tap.skip("the kernel's calls are limited", "built without libseccomp")
        server.process.send_signal(signal.SIGUSR1)
        tap.wait_until(lambda: re.search(r"^dhcp_acks_total +1$", server.log(), re.M), "counters")
        tap.claim(re.search(r"Z counters\n.*^dhcp_acks_total +1$", server.log(), re.M | re.S),
                  "SIGUSR1 says the counters", server.log()[-500:])
        with socket.socket(socket.AF_UNIX) as one:
            one.connect(str(status_path))
            said = json.loads(one.makefile().read())
        tap.claim(said["counters"]["dhcp_acks_total"] == 1 and said["counters"]["leases_bound"] == 1,
                  "the status socket says them as JSON", said)
        idle, half = connected(net), ask_tftp(net, b"f1468")
        server.process.send_signal(signal.SIGTERM)
        try:
            ended = idle.recv(10) == b""
        except ConnectionResetError:
            ended = True
        answer = half[0].recv(100)
        tap.claim(ended and answer.startswith(b"\0\5\0\0"), "SIGTERM ends connections and transfers, and tells peers",
                  (ended, answer))
        tap.claim(server.process.wait(real.LIMIT) == 0, "... and ends with 0", server.log()[-300:])


def json_lines(net, folder, root):
    with real.Server(net, folder, "--root", root, "--json", *WORDS, bits=16) as server:
        given = fire.Dhcp(net).lease(MACHINE)
        net.at_client(["curl", "-sS", "-m", "5", "-o", "/dev/null", f"{real.URL}/f1468"])
        server.stop(signal.SIGTERM)
    lines = [json.loads(line) for line in server.log().splitlines()]
    leased = [one for one in lines if one.get("note") == "dhcp.leased"]
    tap.claim(len(leased) == 1 and leased[0]["mac"] == MAC and leased[0]["address"] == given,
              "--json: each line is an object", server.log()[:1000])
    tap.claim([one["octets"] for one in lines if one.get("note") == "http.completed"] == [1468]
              and lines[0]["event"] == "started" and lines[-1]["event"] == "stopped", "... with octets", lines[-1])


def nobody_reads(net, folder, root):
    command = ["ip", "netns", "exec", net.server, str(real.BOOTRIG), "serve", "eth0", "--address",
               f"{real.SERVER}/16", "--root", str(root), "role=tftp,http"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        first = process.stdout.readline()
        with fire.Inside(net):
            one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for i in range(6000):  # a line each, and more than pipe and buffer hold
            one.sendto(b"\0\1none%d\0octet\0" % i, (real.SERVER, 69))
            if i % 100 == 99:
                time.sleep(0.01)
        fire.served_meanwhile(net, "while nobody reads the log")
        os.set_blocking(process.stdout.fileno(), False)
        text, end = b"", time.monotonic() + real.LIMIT
        while not re.search(rb"Z lost: \d+ lines that nobody read\n", text) and time.monotonic() < end:
            text += process.stdout.read(1 << 16) or b""
            time.sleep(0.01)
        tap.claim(b"Z lost: " in text and b"serving on" in first, "lines that were lost are counted", text[-200:])
        process.stdout.close()
        one.sendto(b"\0\1none\0octet\0", (real.SERVER, 69))
        fire.served_meanwhile(net, "after the reader of the log went")
        process.send_signal(signal.SIGTERM)
        tap.claim(process.wait(real.LIMIT) == 0, "and it ends as it should", process.returncode)
    finally:
        process.kill()
        process.wait()


def offered_file(net, machine):
    dhcp = fire.Dhcp(net)
    dhcp.send(machine, 1, b"\x3c\x09PXEClient\x5d\2\0\7")
    end = time.monotonic() + 5
    while time.monotonic() < end:
        frame = dhcp.raw.recv(2000)
        if frame[23] == 17 and frame[34:36] == b"\0\x43" and frame[46:50] == struct.pack("!I", machine):
            return frame[42 + 108:42 + 236].split(b"\0")[0].decode()
    return None


def read_again(net, folder, root):
    config = folder / "lab.toml"
    text = ('# a lab\nrole = ["dhcp", "tftp"]\npool = "10.77.4.0-10.77.4.255"\n'
            'boot = [\n  "%s@arch:7", # UEFI\n  "undionly.kpxe",\n]\nauthoritative = true\nlease = 1_800\n'
            '[serve]\nroot = \'%s\'\naddress = "10.77.0.9/16"\n')
    config.write_text(text % ("one.efi", root))
    config.chmod(0o644)
    folder.chmod(0o755)
    with real.Server(net, folder, "--config", config, bits=16) as server:  # --address goes before the file's
        before = offered_file(net, 21)
        config.write_text(text % ("two.efi", root))
        server.process.send_signal(signal.SIGHUP)
        tap.wait_until(lambda: "Z reloaded: " in server.log(), "reloaded")
        after = offered_file(net, 22)
        config.write_text(text % ("three.efi", root) + "colour = 7\n")
        server.process.send_signal(signal.SIGHUP)
        tap.wait_until(lambda: "Z not reloaded: " in server.log(), "not reloaded")
        config.write_text((text % ("four.efi", root)).replace('"tftp"', '"http"'))
        server.process.send_signal(signal.SIGHUP)
        tap.wait_until(lambda: server.log().count("Z not reloaded: ") == 2, "not reloaded")
        kept = offered_file(net, 23)
        server.stop(signal.SIGTERM)
    tap.claim((before, after, kept) == ("one.efi", "two.efi", "two.efi"),
              "SIGHUP reads the configuration again, and a wrong one changes nothing", (before, after, kept))
    tap.claim("lab.toml:13:10: there is no option 'colour' for [serve]" in server.log()
              and "role= cannot change while the server runs" in server.log(), "... and why is told", server.log())


def never_twice(net, folder):
    """Without --leases all is forgotten, but not by the machines."""
    given = []
    for machine in (31, 32):
        with real.Server(net, folder, "role=dhcp", "pool=10.77.5.10-10.77.5.20", bits=16) as server:
            given.append(fire.Dhcp(net).lease(machine))
            server.process.send_signal(signal.SIGKILL)
            server.process.wait(real.LIMIT)
        if machine == 31:  # its system runs on, and answers ARP
            real.must(["ip", "-n", net.client, "addr", "add", f"{given[0]}/16", "dev", "eth0"])
    tap.claim(given[0] and given[1] and given[0] != given[1] and line_of(server.log(), "dhcp.address_in_use", given[0]),
              "an address that a machine uses is given to no other after a restart", (given, server.log()[-600:]))
    real.must(["ip", "-n", net.client, "addr", "del", f"{given[0]}/16", "dev", "eth0"])


def words_refused(net, folder, root):
    broken = folder / "broken.toml"
    broken.write_text('role = "dhcp"\nlease = 0\n')
    table = [
        ("a pool without a role for it", ["pool=10.77.0.100-10.77.0.199"], "pool= does nothing without role=dhcp"),
        ("a boot file without a role for it", ["boot=x"], "boot= does nothing without"),
        ("a condition with the wrong sign", ["role=dhcp", "boot=f@arch=7"], "arch:N"),
        ("its own address for another", ["role=dhcp", "reserve=52:54:00:12:34:56,10.77.0.1"], "the server's own address"),
        ("a subnet that it cannot reach", ["role=dhcp", "subnet=10.99.0.0/24"], "--gateway"),
        ("a wrong value in a file, with its place", ["--config", broken], f"{broken}:2:9: expected seconds"),
        ("a user that is not there", ["--user", "no-such-user"], "no-such-user"),
    ]
    for claim, words, expected in table:
        done = net.at_server([real.BOOTRIG, "serve", "eth0", "--address", "10.77.0.1/24", "--root", root, *words])
        tap.claim(done.returncode == 2 and expected in done.stderr and len(done.stderr.splitlines()) == 1,
                  f"serve refuses {claim}", f"{done.returncode}: {done.stderr}")


def main():
    with real.lab("ip", "curl", "busybox") as (net, folder, root):
        root.chmod(0o755)
        real.make_files(root)
        real.must(["ip", "-n", net.client, "addr", "add", f"{fire.CLIENT}/16", "dev", "eth0"])
        words_refused(net, folder, root)
        log_and_rights(net, folder, root)
        json_lines(net, folder, root)
        nobody_reads(net, folder, root)
        read_again(net, folder, root)
        never_twice(net, folder)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
