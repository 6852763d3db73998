#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`bootrig serve` against clients that others wrote, over a veth between two namespaces.

Goal: what a real stack and real clients see. udhcpc gets the address that the others then
use: curl (HTTP and TFTP), tftp-hpa, atftp, busybox tftp. Every file is compared by its
SHA-256. Needs root and ip(8); skipped, with a reason, without. Everything made is taken away.
"""
import contextlib
import hashlib
import os
import pathlib
import random
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

BOOTRIG = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/bootrig-bin").resolve()
SERVER, CLIENT_MASK = "10.77.0.1", "255.255.255.0"
URL = f"http://{SERVER}"
LIMIT = tap.LIMIT_S  # seconds that any one client may take
SIZES = {"empty": 0, "f511": 511, "f512": 512, "f513": 513, "f1468": 1468, "odd name+%41.efi": 70001,
         "sub/folder/f1m": 1 << 20, "f33m": (33 << 20) + 5, "f100m": 100 << 20}


def run(command, limit=LIMIT, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=limit, errors="replace", **more)


def must(command):
    done = run(command)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")
    return done


def sha(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") \
            else hashlib.sha256(file.read()).hexdigest()


class Net:
    """Two namespaces of random names with a veth between them."""

    def __init__(self):
        mark = secrets.token_hex(4)
        self.server, self.client = f"brs-{mark}", f"brc-{mark}"
        self.made = []

    def make(self):
        try:
            for name in (self.server, self.client):
                must(["ip", "netns", "add", name])
                self.made.append(name)
                must(["ip", "-n", name, "link", "set", "lo", "up"])
            must(["ip", "link", "add", "eth0", "netns", self.server, "type", "veth",
                  "peer", "name", "eth0", "netns", self.client])
            for name in self.made:
                must(["ip", "-n", name, "link", "set", "eth0", "up"])
        except BaseException:
            self.remove()
            raise

    def remove(self):
        for name in self.made:  # the veth goes with them
            run(["ip", "netns", "del", name])
        self.made = []

    def at_client(self, command, limit=LIMIT, **more):
        return run(["ip", "netns", "exec", self.client] + [str(word) for word in command], limit, **more)

    def at_server(self, command, limit=LIMIT, **more):
        return run(["ip", "netns", "exec", self.server] + [str(word) for word in command], limit, **more)


class Server:
    """`bootrig serve` in its namespace, from the first line it says to its last."""

    def __init__(self, net, folder, *words, bits=24):
        self.log_path = folder / f"serve-{secrets.token_hex(3)}.log"
        self.command = ["ip", "netns", "exec", net.server, str(BOOTRIG), "serve", "eth0",
                        "--address", f"{SERVER}/{bits}", *map(str, words)]

    def __enter__(self):
        with open(self.log_path, "w") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=subprocess.STDOUT)
        tap.wait_until(lambda: "serving on" in self.log() or self.process.poll() is not None, "serve")
        if "serving on" not in self.log():
            self.__exit__()
            raise RuntimeError(f"the server did not start: {self.log()}")
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(LIMIT)

    def log(self):
        return self.log_path.read_text(errors="replace")

    def counter(self, name):
        found = re.search(rf"^{name} +(\d+)$", self.log(), re.M)
        return int(found[1]) if found else 0

    def stop(self, how):
        self.process.send_signal(how)
        return self.process.wait(LIMIT)


def make_files(root):
    draw = random.Random(4711)
    sums = {}
    for name, size in SIZES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(draw.randbytes(size))
        sums[name] = sha(path)
    return sums


def lease(net, folder):
    """udhcpc configures the interface with what it was given."""
    script, got = folder / "udhcpc.sh", folder / "lease"
    script.write_text(f'#!/bin/sh\n[ "$1" = bound ] || exit 0\nenv > {got}\n'
                      'ip addr add "$ip/$mask" dev "$interface"\n')
    script.chmod(0o755)
    done = net.at_client(["busybox", "udhcpc", "-i", "eth0", "-n", "-q", "-f", "-t", "5", "-T", "2",
                          "-A", "1", "-s", script])
    facts = dict(line.split("=", 1) for line in got.read_text().splitlines() if "=" in line) if got.exists() else {}
    tap.claim(facts.get("ip", "").startswith("10.77.0.15") and facts.get("subnet") == CLIENT_MASK
            and facts.get("serverid") == SERVER and facts.get("router") == "10.77.0.254",
            "busybox udhcpc is given a lease with subnet, router and server", done.stderr + str(facts))
    if not facts:
        must(["ip", "-n", net.client, "addr", "add", "10.77.0.150/24", "dev", "eth0"])


def pings(net):
    done = net.at_client(["ping", "-c", "2", "-i", "0.2", "-W", "2", SERVER]) if shutil.which("ping") \
        else net.at_client(["busybox", "ping", "-c", "2", "-W", "2", SERVER])
    tap.claim(done.returncode == 0, "the kernel's ping is answered", done.stdout + done.stderr)


def quoted(name):
    return name.replace("%", "%25").replace(" ", "%20").replace("+", "%2B")


def http(net, folder, root, sums):
    for name, size in SIZES.items():
        target = folder / "got"
        target.unlink(missing_ok=True)
        done = net.at_client(["curl", "-sSf", "-m", LIMIT - 5, "-o", target, f"{URL}/{quoted(name)}"])
        if size == 0 and done.returncode == 0 and not target.exists():
            target.touch()  # curl makes no file for an empty body
        good = done.returncode == 0 and target.exists() and sha(target) == sums[name]
        tap.claim(good, f"curl GET {name}, {size} octets", done.stderr)
        done = net.at_client(["curl", "-sSfI", "-m", LIMIT - 5, f"{URL}/{quoted(name)}"])
        length = re.search(r"^content-length: *(\d+)\s*$", done.stdout, re.M | re.I)
        tap.claim(done.returncode == 0 and length and int(length[1]) == size, f"curl HEAD {name}",
                done.stdout + done.stderr)
    whole = (root / "sub/folder/f1m").read_bytes()
    for asked, part in {"0-99": whole[:100], "1000-": whole[1000:], "-500": whole[-500:],
                        "65535-65536": whole[65535:65537], "1048575-": whole[-1:]}.items():
        target = folder / "part"
        target.unlink(missing_ok=True)
        done = net.at_client(["curl", "-sSf", "-m", LIMIT - 5, "-r", asked, "-o", target, "-w", "%{http_code}",
                              f"{URL}/sub/folder/f1m"])
        tap.claim(done.stdout == "206" and target.exists() and target.read_bytes() == part,
                f"curl range {asked}", done.stdout + done.stderr)
    done = net.at_client(["curl", "-sS", "-m", LIMIT - 5, "-r", "1048576-", "-o", "/dev/null", "-w", "%{http_code}",
                          f"{URL}/sub/folder/f1m"])
    tap.claim(done.stdout == "416", "curl range behind the end draws 416", done.stdout + done.stderr)
    done = net.at_client(["curl", "-sS", "-m", LIMIT - 5, "-o", "/dev/null", "-w", "%{http_code}", "-H", "Expect:",
                          "--data-binary", f"@{root / 'body'}", f"{URL}/f511"])
    tap.claim(done.stdout == "405", "curl POST of 15,000 octets, in TCP super-frames, draws 405",
            done.stdout + done.stderr)
    done = net.at_client(["curl", "-sS", "-m", LIMIT - 5, "-o", "/dev/null", "-w", "%{http_code}", f"{URL}/none"])
    tap.claim(done.stdout == "404", "curl for a file that is not there draws 404", done.stdout + done.stderr)


def http_resumed(net, folder, sums):
    target = folder / "resumed"
    first = net.at_client(["curl", "-sSf", "-m", LIMIT - 5, "-r", "0-41943042", "-o", target, f"{URL}/f100m"])
    rest = net.at_client(["curl", "-sSf", "-m", LIMIT - 5, "-C", "-", "-o", target, f"{URL}/f100m"])
    tap.claim(first.returncode == rest.returncode == 0 and sha(target) == sums["f100m"],
            "curl resumes 100 MiB with -C -", first.stderr + rest.stderr)
    target.unlink(missing_ok=True)
    done = net.at_client(["curl", "-sSf", "-m", LIMIT - 5, "-w", "%{num_connects}\n",
                          "-o", folder / "a", f"{URL}/f513", "-o", folder / "b", f"{URL}/f1468"])
    tap.claim(done.returncode == 0 and done.stdout.split() == ["1", "0"] and sha(folder / "b") == sums["f1468"],
            "curl gets two files over one connection", done.stdout + done.stderr)
    jobs = [subprocess.Popen(["ip", "netns", "exec", net.client, "curl", "-sSf", "-m", str(LIMIT - 5), "-o",
                              str(folder / f"p{i}"), f"{URL}/f33m"]) for i in range(8)]
    codes = [job.wait(LIMIT) for job in jobs]
    tap.claim(codes == [0] * 8 and all(sha(folder / f"p{i}") == sums["f33m"] for i in range(8)),
            "eight curls at once get 33 MiB each", codes)


def tftp_clients(name):
    """Label, tool, command; {got} is where the file goes."""
    yield "tftp-hpa", "tftp", ["tftp", "-m", "binary", SERVER, "-c", "get", name, "{got}"]
    yield "tftp-hpa netascii", "tftp", ["tftp", "-m", "netascii", SERVER, "-c", "get", name, "{got}"]
    for size in (512, 1428, 8192):
        yield f"atftp blksize {size}", "atftp", ["atftp", "--option", f"blksize {size}", "-g", "-r", name,
                                                 "-l", "{got}", SERVER]
    yield "atftp tsize", "atftp", ["atftp", "--option", "tsize", "--option", "blksize 1024", "-g", "-r", name,
                                   "-l", "{got}", SERVER]
    for window in (4, 16):
        yield f"atftp windowsize {window}", "atftp", [
            "atftp", "--option", f"windowsize {window}", "--option", "blksize 1428", "-g", "-r", name,
            "-l", "{got}", SERVER]
    yield "busybox tftp -b 1428", "busybox", ["busybox", "tftp", "-b", "1428", "-g", "-r", name, "-l", "{got}", SERVER]
    yield "curl tftp blksize 1400", "curl", ["curl", "-sSf", "-m", str(LIMIT - 5), "--tftp-blksize", "1400", "-o", "{got}",
                                             f"tftp://{SERVER}/{quoted(name)}"]
    yield "curl tftp no options", "curl", ["curl", "-sSf", "-m", str(LIMIT - 5), "--tftp-no-options", "-o", "{got}",
                                           f"tftp://{SERVER}/{quoted(name)}"]


def tftp(net, folder, sums):
    for name in ("f511", "f512", "f513", "f1468", "sub/folder/f1m"):
        for label, tool, command in tftp_clients(name):
            claim = f"{label} gets {name}"
            if not shutil.which(tool):
                tap.skip(claim, f"no {tool}")
                continue
            if "netascii" in label:
                continue  # below, with a file of lines: random octets do not survive it
            target = folder / "got"
            target.unlink(missing_ok=True)
            done = net.at_client([word.format(got=target) if word == "{got}" else word for word in command])
            good = target.exists() and sha(target) == sums[name]
            tap.claim(good, claim, f"{done.returncode} {done.stdout} {done.stderr}")
    target = folder / "got"
    target.unlink(missing_ok=True)
    if shutil.which("tftp"):
        done = net.at_client(["tftp", "-m", "binary", SERVER, "-c", "get", "f33m", target])
        tap.claim(target.exists() and sha(target) == sums["f33m"],
                "tftp-hpa gets 33 MiB, past block 65535", done.stdout + done.stderr)
        done = net.at_client(["tftp", "-m", "netascii", SERVER, "-c", "get", "lines.txt", target])
        tap.claim(target.read_bytes() == b"one\ntwo\rthree\n", "tftp-hpa gets lines by netascii", target.read_bytes())
    done = net.at_client(["busybox", "tftp", "-g", "-r", "none", "-l", target, SERVER])
    tap.claim(done.returncode != 0 and "not found" in done.stderr.lower(),
            "busybox tftp is told that a file is not there", done.stderr)


def refusals(net, folder, root):
    """Every one a single line, and exit code 2."""
    must(["ip", "-n", net.server, "addr", "add", "10.77.0.9/24", "dev", "eth0"])
    words = ["--root", root]
    table = [
        ("an address that the kernel has", ["eth0", "--address", "10.77.0.9/24", *words], "the kernel has this address"),
        ("no address, naming the kernel's", ["eth0", *words], "10.77.0.9"),
        ("an interface that is not there", ["eth7", "--address", "10.77.0.1/24", *words], "eth7"),
        ("a root that is not there", ["eth0", "--address", "10.77.0.1/24", "--root", "/nonexistent"], "/nonexistent"),
        ("no root", ["eth0", "--address", "10.77.0.1/24"], "--root"),
        ("an option that is not there", ["eth0", "--address", "10.77.0.1/24", *words, "colour=red"], "colour"),
        ("a value that does not fit", ["eth0", "--address", "10.77.0.1/24", *words, "blksize=7"], "8 to 65464"),
        ("a capture that cannot be written", ["eth0", "--address", "10.77.0.1/24", *words, "--pcap", "/nonexistent/a"],
         "/nonexistent/a"),
        ("a network address", ["eth0", "--address", "10.77.0.0/24", *words], "--address"),
        ("a gateway elsewhere", ["eth0", "--address", "10.77.0.1/24", *words, "--gateway", "10.78.0.1"], "--gateway"),
        ("a broadcast MAC", ["eth0", "--address", "10.77.0.1/24", *words, "--mac", "ff:ff:ff:ff:ff:ff"], "--mac"),
    ]
    for claim, arguments, expected in table:
        done = net.at_server([BOOTRIG, "serve", *arguments])
        lines = done.stderr.strip().splitlines()
        tap.claim(done.returncode == 2 and len(lines) == 1 and expected in lines[0] and not done.stdout,
                f"serve refuses {claim}", f"{done.returncode}: {done.stderr}")
    must(["ip", "-n", net.server, "addr", "del", "10.77.0.9/24", "dev", "eth0"])
    program = folder / "bootrig"
    shutil.copy(BOOTRIG, program)
    folder.chmod(0o755)
    root.chmod(0o755)
    if shutil.which("setpriv"):
        done = net.at_server(["setpriv", "--reuid=65534", "--clear-groups", "--inh-caps=-all", program, "serve", "eth0",
                              "--address", "10.77.0.1/24", *words])
        lines = done.stderr.strip().splitlines()
        tap.claim(done.returncode == 2 and len(lines) == 1 and "CAP_NET_RAW" in lines[0],
                "serve without the capability names it", f"{done.returncode}: {done.stderr}")
    else:
        tap.skip("serve without the capability names it", "no setpriv")
    must(["ip", "-n", net.server, "link", "set", "eth0", "down"])
    done = net.at_server([BOOTRIG, "serve", "eth0", "--address", "10.77.0.1/24", *words])
    tap.claim(done.returncode == 2 and "down" in done.stderr, "serve refuses an interface that is down", done.stderr)
    must(["ip", "-n", net.server, "link", "set", "eth0", "up"])


def capture(net, folder, root):
    """What was put on the wire, judged by tshark, from a run of its own."""
    pcap = folder / "run.pcapng"
    with Server(net, folder, "--root", root, "--pcap", pcap, "role=tftp,http") as server:
        net.at_client(["curl", "-sSf", "-m", LIMIT - 5, "-o", "/dev/null", f"{URL}/sub/folder/f1m"])
        net.at_client(["busybox", "tftp", "-b", "1428", "-g", "-r", "f1468", "-l", "/dev/null", SERVER])
        code = server.stop(signal.SIGINT)
    tap.claim(code == 0, "SIGINT ends serve with 0", f"{code} {server.log()}")
    if not shutil.which("tshark"):
        return tap.skip("tshark finds nothing wrong in the capture", "no tshark")
    done = run(["tshark", "-n", "-r", str(pcap), "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE",
                "-o", "udp.check_checksum:TRUE", "-T", "fields", "-e", "frame.len", "-e", "ip.checksum.status",
                "-e", "tcp.checksum.status", "-e", "udp.checksum.status", "-e", "_ws.malformed",
                "-e", "tcp.analysis.flags"])
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    bad = [row for row in rows if int(row[0]) > 1514 or "0" in row[1:4] or row[4]]
    tap.claim(done.returncode == 0 and len(rows) > 300 and not bad,
            "tshark finds right checksums and nothing malformed or oversized in the capture",
            f"{len(rows)} frames, bad: {bad[:5]} {done.stderr}")
    return None


def interface_goes(net, folder, root):
    with Server(net, folder, "--root", root) as server:
        must(["ip", "-n", net.server, "link", "del", "eth0"])
        code = server.process.wait(LIMIT)
    tap.claim(code == 1 and "bootrig serve: eth0: " in server.log(), "serve ends with 1 when its interface goes",
            f"{code} {server.log()}")


@contextlib.contextmanager
def lab(*tools):
    """Two namespaces, a folder, and an empty root in it; all is skipped where that cannot be had."""
    if os.geteuid() != 0:
        tap.skip_all("not root")
    missing = [tool for tool in tools if not shutil.which(tool)]
    if missing:
        tap.skip_all(f"no {', '.join(missing)}")
    if run(["ip", "netns", "list"]).returncode:
        tap.skip_all("no network namespaces here")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all is taken away
    with tempfile.TemporaryDirectory() as temporary:
        folder, root = pathlib.Path(temporary), pathlib.Path(temporary) / "root"
        root.mkdir()
        folder.chmod(0o777)  # who serves is nobody
        net = Net()
        try:
            net.make()
        except RuntimeError as error:
            tap.skip_all(str(error))
        try:
            yield net, folder, root
        finally:
            net.remove()


def main():
    with lab("ip", "curl", "busybox") as (net, folder, root):
        sums = make_files(root)
        (root / "body").write_bytes(bytes(15000))
        (root / "lines.txt").write_bytes(b"one\ntwo\rthree\n")
        refusals(net, folder, root)
        with Server(net, folder, "--root", root, "role=dhcp,tftp,http", "pool=10.77.0.150-10.77.0.159",
                    "router=10.77.0.254", "windowsize=on", "blksize=8192") as server:
            lease(net, folder)
            pings(net)
            http(net, folder, root, sums)
            http_resumed(net, folder, sums)
            tftp(net, folder, sums)
            code = server.stop(signal.SIGTERM)
        tap.claim(code == 0 and server.counter("tftp_completed_total") >= 20
                and server.counter("http_bytes_total") > 400 << 20
                and server.counter("dhcp_acks_total") == 1,
                "SIGTERM ends serve with 0 and its counters", f"{code} {server.log()[-1500:]}")
        tap.claim("tftp.completed" in server.log() and "10.77.0.15" in server.log(),
                "each note is a line with name and peer", server.log()[:500])
        tap.comment(f"{server.counter('frames_cut_total')} cut, {server.counter('frames_missed_total')} missed")
        if tap.failed:
            tap.comment(server.log()[:4000])
        capture(net, folder, root)
        interface_goes(net, folder, root)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
