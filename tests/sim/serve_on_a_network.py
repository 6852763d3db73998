#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`bootrig serve` and the network and host it stands in: what it hears, its files, its folder of leases.

Goal: frames that are none of its business do not come in, and are recorded all the same; tags that
say a priority are no other network; a tree that was put in the place of its root is served; links
that stay inside the root are followed; leases are kept only where they can be kept for good; the
manual's two lines make a way from the host itself. Over a veth between two namespaces of our own.
Needs root and ip(8); skipped, with a reason, without.
"""
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve_under_fire as fire  # noqa: E402 pylint: disable=wrong-import-position

real, tap = fire.real, fire.tap
STRANGER = bytes.fromhex("020000000099")


def raw_socket(net):
    with fire.Inside(net):
        raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        raw.bind(("eth0", 0))
    raw.settimeout(2)
    return raw


def got(net, path):
    return net.at_client(["curl", "-sS", "-m", "5", "-w", " %{http_code}", f"{real.URL}/{path}"]).stdout


def strangers(mac):
    """2,000 frames: half to a neighbour's card, half of what machines say to everybody."""
    other = mac[:5] + bytes([mac[5] ^ 1]) + STRANGER + b"\x08\0" + fire.ipv4("10.77.0.2", "10.77.0.3", 17, bytes(100))
    spread = b"\xff" * 6 + STRANGER + b"\x08\0" + \
        fire.ipv4("10.77.0.2", "255.255.255.255", 17, struct.pack("!HHHH", 5353, 5353, 108, 0) + bytes(100))
    return [other, spread] * 1000


def only_what_it_listens_to(net, folder, root):
    took = {}
    for words in ([], ["--pcap", folder / "all.pcapng"]):
        with real.Server(net, folder, "--root", root, "role=dhcp,tftp,http", "pool=10.77.4.0-10.77.4.255", *words,
                         bits=16) as server:
            raw = raw_socket(net)
            for frame in strangers(fire.server_mac(net)):
                raw.send(frame)
            raw.close()
            lease = fire.Dhcp(net).lease(5)
            served = got(net, "f513").endswith(" 200")
            server.stop(signal.SIGTERM)
            took[bool(words)] = server.counter("frames_in_total"), lease, served
    tap.claim(all(lease and served for _, lease, served in took.values()), "beside 2,000 frames of others it serves", took)
    tap.claim(took[False][0] < 100, "frames that are none of its business do not come in", took)
    tap.claim(took[True][0] >= 2000, "with --pcap all of them are recorded", took)


def arp_request(tag):
    body = struct.pack("!HHBBH6s4s6s4s", 1, 0x0800, 6, 4, 1, STRANGER, socket.inet_aton("10.77.0.77"), bytes(6),
                       socket.inet_aton(real.SERVER))
    return b"\xff" * 6 + STRANGER + tag + b"\x08\x06" + body + bytes(18)


def tags(net, folder, root):
    answered = {}
    with real.Server(net, folder, "--root", root, bits=16) as server:
        for name, tag in (("none", b""), ("priority 5", b"\x81\0\xa0\0"), ("VLAN 3", b"\x81\0\xa0\3")):
            raw = raw_socket(net)
            raw.send(arp_request(tag))
            answered[name], end = False, time.monotonic() + 1
            raw.settimeout(0.2)
            while time.monotonic() < end and not answered[name]:
                try:
                    frame = raw.recv(2000)
                except TimeoutError:
                    continue
                answered[name] = frame[:6] == STRANGER and frame[12:14] == b"\x08\x06" and frame[20:22] == b"\0\2"
            raw.close()
        server.stop(signal.SIGTERM)
    tap.claim(answered == {"none": True, "priority 5": True, "VLAN 3": False},
              "a frame whose tag says a priority alone is answered, one of another VLAN is not", answered)


def the_root(net, folder, root):
    new = folder / "new"
    new.mkdir()
    (new / "which").write_text("new")
    (root / "which").write_text("old")
    (root / "sub" / "inside").write_text("inside")
    (folder / "secret").write_text("secret")
    (root / "absolute").symlink_to(root / "sub" / "inside")
    (root / "folder").symlink_to(root / "sub")
    (root / "outside").symlink_to(folder / "secret")
    with real.Server(net, folder, "--root", root, bits=16) as server:
        tap.claim([got(net, name) for name in ("absolute", "folder/inside", "outside")][:2] == ["inside 200"] * 2
                  and got(net, "outside").endswith(" 403"), "absolute links are followed inside the root, and not out of it",
                  server.log()[-600:])
        before = got(net, "which")
        root.rename(folder / "old")
        between = got(net, "which")
        new.rename(root)
        after = got(net, "which")
        server.stop(signal.SIGTERM)
    tap.claim((before, between, after) == ("old 200", "old 200", "new 200"),
              "a tree put in the place of the root is served", (before, between, after))


def the_folder_of_leases(net, folder):
    closed, opened = folder / "closed", folder / "opened"
    for path in (closed, opened):
        path.mkdir()
        path.chmod(0o755)
    os.chown(opened, 65534, 65534)
    words = ["role=dhcp", "pool=10.77.4.0-10.77.4.255"]
    begun = time.monotonic()
    done = net.at_server(["timeout", "20", real.BOOTRIG, "serve", "eth0", "--address", f"{real.SERVER}/16", "--leases",
                          closed / "leases", *words])
    tap.claim(done.returncode == 2 and len(done.stderr.splitlines()) == 1 and f"--leases {closed}/leases: " in done.stderr
              and "(--user)" in done.stderr, "a folder where leases cannot be written anew later is refused at start",
              (done.returncode, done.stderr, time.monotonic() - begun))
    given = []
    for _ in range(2):  # the second time there is a file to be replaced
        with real.Server(net, folder, "--leases", opened / "leases", *words, bits=16) as server:
            given.append(fire.Dhcp(net).lease(7))
            server.stop(signal.SIGTERM)
    status = (opened / "leases").stat()
    text = (opened / "leases").read_text()
    tap.claim(status.st_uid == 65534 and given[0] and given[0] == given[1] and len(text.splitlines()) == 3,
              "... and the user that serves writes it anew where it can", (status, given, text, server.log()[-300:]))


def the_host_itself(net, folder, root):
    page = net.at_server([real.BOOTRIG, "serve", "--help"]).stdout
    lines = [line.strip().replace("eth1", "eth0") for line in page.splitlines() if line.startswith("    ip link add")]
    for line in lines:
        real.must(["ip", "netns", "exec", net.server, "sh", "-c", line])
    real.must(["ip", "-n", net.server, "addr", "add", "10.77.0.3/16", "dev", "br0"])
    net.at_client(["ip", "neigh", "flush", "dev", "eth0"])
    command = ["ip", "netns", "exec", net.server, str(real.BOOTRIG), "serve", "--address", f"{real.SERVER}/16", "--root",
               str(root)]
    said = {}
    for interface in ("br0", "boot0"):
        log = folder / f"{interface}.log"
        with open(log, "w") as to, subprocess.Popen([*command, interface], stdout=to, stderr=subprocess.STDOUT) as process:
            tap.wait_until(lambda: "serving on" in log.read_text() or process.poll() is not None, "serve")
            if interface == "boot0":
                here = net.at_server(["curl", "-sS", "-m", "5", f"{real.URL}/which"]).stdout
                there = net.at_client(["curl", "-sS", "-m", "5", f"{real.URL}/which"]).stdout
            process.send_signal(signal.SIGTERM)
            process.wait(real.LIMIT)
        said[interface] = log.read_text()
    tap.claim(len(lines) == 2 and (here, there) == ("new", "new"),
              "the two lines of the manual make a way from this host to the server", (lines, here, there, said))
    tap.claim("limited: this host itself cannot reach" in said["br0"] and lines[1] in said["br0"]
              and "itself" not in said["boot0"], "... and are noted at start where there is none", said)


def main():
    with real.lab("ip", "curl", "ping") as (net, folder, root):
        folder.chmod(0o755)
        root.chmod(0o755)
        real.make_files(root)
        real.must(["ip", "-n", net.client, "addr", "add", f"{fire.CLIENT}/16", "dev", "eth0"])
        only_what_it_listens_to(net, folder, root)
        tags(net, folder, root)
        the_root(net, folder, root)
        the_folder_of_leases(net, folder)
        the_host_itself(net, folder, root)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
