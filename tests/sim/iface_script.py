#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A script against a real server: dnsmasq behind an iface node, over a veth.

Goal: a scripted client gets its address and its boot file from a server others wrote; what the
server does otherwise than a line says fails; without the right to open the interface the script
is skipped. Two namespaces are made and taken away. Says TAP; skips without root or dnsmasq.
"""
import os
import pathlib
import random
import secrets
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

BOOTRIG = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/bootrig-bin").resolve()
SCRIPT = """wire 1
net    lan 10.77.0.0/24
node   srv iface  lan{address} dev={dev}
node   fw  client lan mac=52:54:00:12:34:56 as=edk2-x64-pxe4
file   boot.efi from=boot.efi

         fw:68  -> *:67    dhcp discover xid=$x
<={bound} srv:67 -> *:68   dhcp offer xid=$x yiaddr=$ip in=10.77.0.0/24 opt54=10.77.0.1 opt67="{file}"
         fw:68  -> *:67    dhcp request xid=$x opt54=10.77.0.1 opt50=$ip
<=1s     srv:67 -> *:68   dhcp ack xid=$x yiaddr=$ip
         fw:$p  -> srv:69  tftp rrq boot.efi octet blksize=1024 tsize=0
<=1s     srv:$t -> fw:$p   tftp oack blksize=1024 tsize={size}
transfer srv:$t -> fw:$p   boot.efi
check    fw.received boot.efi == file
check    fw.address == $ip
"""
READ = """wire 1
net    lan 10.77.0.0/24
node   srv iface  lan=10.77.0.1 dev=eth0
node   fw  client lan=10.77.0.50
file   {file} from={file}
fw:$p  -> srv:69 tftp rrq {file} octet
<=5s srv:$t -> fw:$p tftp data 1
{more}
"""
DEFAULTS = {"dev": "eth0", "file": "boot.efi", "size": "70001", "bound": "5s", "address": "=10.77.0.1"}


def must(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=tap.LIMIT_S)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")


def wait_for_dnsmasq(server, log):
    tap.wait_until(lambda: server.poll() is not None or "TFTP root is" in log.read_text(), "dnsmasq")
    if server.poll() is not None:
        raise RuntimeError(f"dnsmasq ended: {log.read_text()}")


def run(namespace, folder, prefix=(), **changed):
    path = folder / "real.wire"
    path.write_text(SCRIPT.format(**{**DEFAULTS, **changed}))
    done = subprocess.run(["ip", "netns", "exec", namespace, *prefix, BOOTRIG, "run", "--out", folder / "out", path],
                          capture_output=True, text=True, timeout=tap.LIMIT_S)
    return done.returncode, done.stdout + done.stderr


def read(namespace, folder, file, served, more):
    """The file of that name, of which a script knows 1000 octets, as the server has it."""
    (folder / file).write_bytes(bytes(1000))
    (folder / "tftp" / file).write_bytes(served)
    (folder / "read.wire").write_text(READ.format(file=file, more=more))
    done = subprocess.run(["ip", "netns", "exec", namespace, BOOTRIG, "run", "--out", folder / "out",
                           folder / "read.wire"], capture_output=True, text=True, timeout=tap.LIMIT_S)
    return done.returncode, done.stdout + done.stderr


def short_and_wrong_files(client, folder):
    transfer = "transfer srv:$t -> fw:$p {}"
    lines = "fw:$p -> srv:$t tftp ack 1\n<=5s srv:$t -> fw:$p tftp data 2\nfw:$p -> srv:$t tftp ack 2\n" \
            "check fw.received {} == file"
    code, said = read(client, folder, "whole", bytes(1000), transfer.format("whole"))
    tap.claim(code == 0, "a file is read to its end", said)
    code, said = read(client, folder, "same", bytes(1000), lines.format("same"))
    tap.claim(code == 0, "a file read line by line is compared", said)
    code, said = read(client, folder, "short", bytes(900), transfer.format("short"))
    tap.claim(code == 1 and "it ended after 900 of 1000 octets" in said, "one that ends too early fails", said)
    code, said = read(client, folder, "wrong", bytes(999) + b"x", lines.format("wrong"))
    tap.claim(code == 1 and "octets from offset 512 on differ" in said, "one with a wrong octet fails", said)


def stories(client, folder):
    # dnsmasq pings an address for 3 s before it offers it the first time
    code, said = run(client, folder, bound="1s")
    tap.claim(code == 0 and "of real time" in said, "a scripted client boots from dnsmasq", said)
    tap.claim("late, in real time: line 8 was answered after" in said, "what is late is told, no failure", said)
    code, said = run(client, folder)
    tap.claim(code == 0 and "late, in real time" not in said, "what is in time is not called late", said)
    code, said = run(client, folder, address="")
    tap.claim(code == 0, "the address of the server is learned from what it sends", said)
    code, said = run(client, folder, file="other.efi")
    tap.claim(code == 1 and 'opt67="other.efi"' in said and "real.wire:8" in said, "another boot file name fails", said)
    code, said = run(client, folder, size="70002")
    tap.claim(code == 1 and "tsize=70001" in said and "~" in said, "another size fails, and what came is shown", said)
    (folder / "boot.efi").write_bytes(bytes(70001))
    code, said = run(client, folder)
    tap.claim(code == 1 and "not that of the file" in said, "other octets than the file's fail", said)
    short_and_wrong_files(client, folder)
    code, said = run(client, folder, dev="eth9")
    tap.claim(code == 77 and "SKIP" in said and "eth9" in said, "without the interface it is skipped", said)
    if shutil.which("setpriv"):
        drop = ("setpriv", "--bounding-set=-net_raw", "--inh-caps=-net_raw", "--ambient-caps=-net_raw",
                "--reuid=65534", "--clear-groups")
        folder.chmod(0o755)
        code, said = run(client, folder, prefix=drop)
        tap.claim(code == 77 and "CAP_NET_RAW" in said, "without the right to it, too", said)
    must("ip", "-n", client, "addr", "add", "10.77.0.77/24", "dev", "eth0")
    (folder / "own.wire").write_text(SCRIPT.format(**DEFAULTS).replace("client lan ", "client lan=10.77.0.77 "))
    done = subprocess.run(["ip", "netns", "exec", client, BOOTRIG, "run", folder / "own.wire"],
                          capture_output=True, text=True, timeout=tap.LIMIT_S)
    tap.claim(done.returncode == 1 and "this machine has its address" in done.stdout,
          "an address of the kernel is refused", done.stdout)


def main():
    if os.geteuid() != 0:
        tap.skip_all("needs root, for namespaces")
    for tool in ("ip", "dnsmasq"):
        if not shutil.which(tool):
            tap.skip_all(f"there is no {tool}")
    mark = secrets.token_hex(4)
    names, server = (f"brs-{mark}", f"brc-{mark}"), None
    try:
        for name in names:
            must("ip", "netns", "add", name)
        must("ip", "link", "add", "eth0", "netns", names[0], "type", "veth", "peer", "name", "eth0",
             "netns", names[1])
        for name in names:  # a chroot lets namespaces be made, but not entered
            must("ip", "-n", name, "link", "set", "lo", "up")
            must("ip", "-n", name, "link", "set", "eth0", "up")
    except RuntimeError as error:
        for name in names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True)
        tap.skip_all(f"no namespace or veth can be made: {error}")
    try:
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            (folder / "tftp").mkdir()
            octets = random.Random(1).randbytes(70001)
            for place in (folder, folder / "tftp"):
                (place / "boot.efi").write_bytes(octets)
            must("ip", "-n", names[0], "addr", "add", "10.77.0.1/24", "dev", "eth0")
            log = folder / "log"
            with open(log, "w") as to:
                server = subprocess.Popen(
                    ["ip", "netns", "exec", names[0], "dnsmasq", "-k", "--port=0", "--conf-file=/dev/null",
                     "--user=root", "--log-dhcp", "--log-facility=-", "--interface=eth0",
                     "--dhcp-range=10.77.0.100,10.77.0.199,1h", "--dhcp-boot=boot.efi", "--enable-tftp",
                     f"--tftp-root={folder}/tftp", f"--dhcp-leasefile={folder}/leases",
                     "--pid-file="], stdout=to, stderr=subprocess.STDOUT)
            wait_for_dnsmasq(server, log)
            stories(names[1], folder)
    finally:
        if server and server.poll() is None:
            server.terminate()
            server.wait(tap.LIMIT_S)
        for name in names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True)
    return tap.end()


sys.exit(main())
