#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`bootrig serve` over IPv6 against a kernel and clients that others wrote, over a veth between two namespaces.

Goal: what a real stack and real clients see: the kernel takes the advertised prefix, and finds
neighbours; dhclient and dhcpcd get addresses by DHCPv6; curl, atftp and tftp-hpa
get files from a literal in brackets; leases outlive a server that was killed. Clients that are not
on this machine are skipped by name. Needs root and ip(8); skipped, with a reason, without.
"""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import serve_real_clients as real  # noqa: E402 pylint: disable=wrong-import-position

tap, must, sha = real.tap, real.must, real.sha
SERVER, PREFIX = "2001:db8:1::1", "2001:db8:1:"
URL = f"http://[{SERVER}]"
SIZES = {"small": 513, "odd name+%41.efi": 70001, "f8m": (8 << 20) + 5}
ROLES = ("role=dhcp6,tftp,http", "pool6=2001:db8:1::100-2001:db8:1::1ff", "boot=grubx64.efi")


class Server(real.Server):
    """As over IPv4; IPv4 is not there at all. @own: whether the address stands among the words"""

    def __init__(self, net, folder, *words, own=False):
        super().__init__(net, folder, *words)
        at = self.command.index("--address")
        self.command[at:at + 2] = [] if own else ["--address6", f"{SERVER}/64"]


def addresses(net):
    """{address: prefix length} of the client that are ready to use"""
    rows = json.loads(real.run(["ip", "-j", "-n", net.client, "-6", "addr", "show", "dev", "eth0"]).stdout)
    return {row["local"]: row["prefixlen"] for row in rows[0]["addr_info"] if not row.get("tentative")}


def leased(net):
    return [ip for ip in addresses(net) if re.fullmatch(r"2001:db8:1::1[0-9a-f]{2}", ip)]


def the_kernel_hears_a_router(net):
    must(["ip", "-n", net.client, "link", "set", "eth0", "down"])
    must(["ip", "-n", net.client, "link", "set", "eth0", "up"])  # it solicits; nobody waits 200 s
    # Both: an advertisement that was not asked for can make the second ready before the first, which
    # dhclient and dhcpcd send from.
    tap.wait_until(lambda: all(any(ip.startswith(start) for ip in addresses(net)) for start in ("fe80:", PREFIX)),
                   "a link-local address, and one of the prefix")
    tap.claim(any(ip.startswith(PREFIX) and bits == 64 for ip, bits in addresses(net).items()),
              "the kernel solicits, and makes an address of the prefix", addresses(net))
    routes = real.run(["ip", "-n", net.client, "-6", "route"]).stdout
    tap.claim("default" not in routes, "a server with lifetime 0 is nobody's way out", routes)
    done = net.at_client(["ping", "-6", "-c", "2", "-i", "0.2", "-W", "2", SERVER]) if shutil.which("ping") \
        else net.at_client(["busybox", "ping", "-6", "-c", "2", "-W", "2", SERVER])
    tap.claim(done.returncode == 0, "the kernel's ping over IPv6 is answered", done.stdout + done.stderr)


def files_by_http(net, folder, sums):
    for name, size in SIZES.items():
        target = folder / "got"
        target.unlink(missing_ok=True)
        done = net.at_client(["curl", "-gsSf", "-m", "60", "-o", target, f"{URL}/{real.quoted(name)}"])
        tap.claim(done.returncode == 0 and target.exists() and sha(target) == sums[name],
                  f"curl GET {name}, {size} octets, of a literal in brackets", done.stderr)
    done = net.at_client(["curl", "-gsSfI", "-m", "60", f"{URL}/small"])
    tap.claim("content-length: 513" in done.stdout.lower(), "curl HEAD over IPv6", done.stdout + done.stderr)
    done = net.at_client(["curl", "-gsS", "-m", "60", "-o", "/dev/null", "-w", "%{http_code}", f"{URL}/none"])
    tap.claim(done.stdout == "404", "curl for a file that is not there draws 404 over IPv6", done.stdout + done.stderr)


def files_by_tftp(net, folder, sums):
    got = folder / "got"
    clients = {
        "atftp": ["--option", "blksize 1228", "-g", "-r", "small", "-l", got, SERVER, "69"],
        "tftp": ["-6", "-m", "octet", SERVER, "-c", "get", "small", got],
    }
    for tool, words in clients.items():
        claim = f"{tool} reads over IPv6"
        if not shutil.which(tool):
            tap.skip(claim, f"no {tool}")
            continue
        got.unlink(missing_ok=True)
        done = net.at_client([tool, *words])
        tap.claim(got.exists() and sha(got) == sums["small"], claim, done.stdout + done.stderr)


def dhclient(net, folder, seconds):
    """Return: what it says it was given; its script ends it then."""
    script, got = folder / "dhclient-script", folder / "dhclient.env"
    script.write_text(f'#!/bin/sh\n[ "$reason" = BOUND6 ] && env >{got} && kill $PPID\nexit 0\n')
    script.chmod(0o755)
    got.unlink(missing_ok=True)
    config = folder / "dhclient.conf"
    config.write_text("option dhcp6.boot-url code 59 = text;\nalso request dhcp6.boot-url;\n")
    done = net.at_client(["timeout", str(seconds), "dhclient", "-6", "-1", "-d", "-v", "-cf", config, "-lf",
                          folder / "dhclient.leases", "-pf", folder / "dhclient.pid", "-sf", script, "eth0"])
    facts = dict(line.split("=", 1) for line in got.read_text().splitlines() if "=" in line) if got.exists() else {}
    return facts, done.stderr


def dhclient_gets_a_lease(net, folder):
    claim = "dhclient -6 is given an address of the pool and the URL it asks for"
    if not shutil.which("dhclient"):
        return tap.skip(claim, "no dhclient")
    facts, said = dhclient(net, folder, 60)
    tap.claim(facts.get("new_ip6_address", "").startswith("2001:db8:1::1") and
              facts.get("new_dhcp6_boot_url") == f"tftp://[{SERVER}]/grubx64.efi", claim, f"{facts} {said}")
    return facts.get("new_ip6_address")


def dhcpcd_gets_a_lease(net, folder):
    claim = "dhcpcd is sent to DHCPv6 by the flag M, and given an address of the pool"
    if not shutil.which("dhcpcd"):
        return tap.skip(claim, "no dhcpcd")
    config = folder / "dhcpcd.conf"
    config.write_text("duid\nnohook resolv.conf, hostname\nscript /bin/true\n")
    before = set(leased(net))
    with subprocess.Popen(["ip", "netns", "exec", net.client, "timeout", "20", "unshare", "-m", "sh", "-c",
                           "mount -t tmpfs none /var/lib/dhcpcd 2>/dev/null; mkdir -p /var/lib/dhcpcd /run/dhcpcd;"
                           f" exec dhcpcd -6 -B -d -f {config} eth0"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as child:
        try:
            tap.wait_until(lambda: set(leased(net)) - before or child.poll() is not None, "dhcpcd")
            new = set(leased(net)) - before
        finally:
            child.terminate()
            said = child.stdout.read()
    return tap.claim(bool(new), claim, said[-2000:])


def leases_outlive_it(net, folder, root, leases, address):
    """Killed, begun again: who had an address has it, and another one gets another."""
    claim = "after SIGKILL the same client is given the same address, out of --leases, by a file of --config"
    if not address:
        return tap.skip(claim, "no client had one")
    text = leases.read_text()
    tap.claim(re.search(rf"^{address} bound \d+ \d+ 0 fe80[0-9a-f]{{28}} ia [0-9a-f]{{16,}}$", text, re.M) is not None,
              "a lease is a line of the file before its Reply goes out", text)
    (folder / "dhclient.leases").rename(folder / "dhclient.old")  # it asks as one that never had any
    config = folder / "eth0.toml"
    config.write_text('role = ["dhcp6", "tftp", "http"]\npool6 = ["2001:db8:1::100-2001:db8:1::1ff"]\n'
                      'boot = ["grubx64.efi"]\nreserve6 = ["52:54:00:12:34:56,2001:db8:1::5"]\n'
                      f'[serve]\naddress6 = "{SERVER}/64"\ngateway6 = "fe80::1"\nra = "off"\n'
                      f'root = "{root}"\nleases = "{leases}"\n')
    with Server(net, folder, "--config", config, own=True) as server:
        stranger, said = dhclient(net, folder, 60)  # its DUID has the time in it
        tap.claim(stranger.get("new_ip6_address", address) not in (address, *leased(net)),
                  "and a stranger who comes first is given another one", f"{stranger} {said}")
        duid = re.search(r"default-duid .*;", (folder / "dhclient.old").read_text())
        (folder / "dhclient.leases").write_text(duid[0] + "\n" if duid else "")
        facts, said = dhclient(net, folder, 60)
        server.process.send_signal(signal.SIGHUP)
        tap.wait_until(lambda: "reloaded" in server.log() or server.process.poll() is not None, "the file read again")
        tap.claim("Z reloaded" in server.log(), "SIGHUP reads the file again", server.log()[-500:])
        server.stop(signal.SIGTERM)
        tap.claim(server.counter("leases6_bound") >= 1, "leases6_bound counts what was read", server.log()[-1500:])
    return tap.claim(facts.get("new_ip6_address") == address, claim, f"{facts} {said} {text}")


def main():
    with real.lab("ip", "curl") as (net, folder, root):
        sums = {}
        for name, size in SIZES.items():
            (root / name).write_bytes(os.urandom(size))
            sums[name] = sha(root / name)
        leases = folder / "leases"
        with Server(net, folder, "--root", root, "--leases", leases, "--ra", "M", *ROLES) as server:
            the_kernel_hears_a_router(net)
            files_by_http(net, folder, sums)
            files_by_tftp(net, folder, sums)
            address = dhclient_gets_a_lease(net, folder)
            dhcpcd_gets_a_lease(net, folder)
            log = server.log()
            tap.claim(f"[{addresses_text(log)}" in log, "a note names its peer in brackets", log[-1500:])
            if tap.failed:
                tap.comment(log[-4000:])
        leases_outlive_it(net, folder, root, leases, address)
    return tap.end()


def addresses_text(log):
    found = re.search(r"http\.served +\[(2001:db8:1:[0-9a-f:]+)\]:\d+ +([0-9a-f]{2}:){5}", log)
    return found[1] if found else "?"


if __name__ == "__main__":
    sys.exit(main())
