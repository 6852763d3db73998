#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""tshark's opinion of what the simulator puts on the wire, boot by boot. TAP on stdout.

Usage: tshark_opinion.py TRACE_OF_BOOTS. Skipped without tshark.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

CHECKS = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE"]


def tshark(capture, *arguments):
    done = subprocess.run(["tshark", "-n", "-r", capture, *CHECKS, *arguments], check=True,
                          capture_output=True, text=True, timeout=tap.LIMIT_S)
    return done.stdout.splitlines()


def fields(capture, display_filter, *names):
    arguments = ["-Y", display_filter, "-T", "fields"]
    for name in names:
        arguments += ["-e", name]
    return [line.split("\t") for line in tshark(capture, *arguments)]


def check_sound(capture, name):
    bad = tshark(capture, "-Y", "_ws.malformed || _ws.short || ip.checksum.status == 0 || "
                                "udp.checksum.status == 0 || tcp.checksum.status == 0")
    tap.claim(not bad, f"{name}: no malformed frame, every checksum right", "\n".join(bad))
    checked = tshark(capture, "-Y", "udp.checksum.status == 1 || tcp.checksum.status == 1")
    tap.claim(len(checked) > 100, f"{name}: tshark did check them", [f"{len(checked)} frames"])


def check_two_servers(capture):
    discovers = fields(capture, "dhcp.option.dhcp == 1", "dhcp.option.client_system_architecture",
                       "dhcp.option.vendor_class_id")
    tap.claim(bool(discovers) and all(d == ["7", "PXEClient:Arch:00007:UNDI:003000"] for d in discovers),
        "DISCOVER says architecture 7", discovers)
    offers = fields(capture, "dhcp.option.dhcp == 2", "ip.src", "dhcp.ip.your", "dhcp.option.vendor_class_id")
    tap.claim(sorted(offers) == [["10.77.0.1", "10.77.0.100", ""], ["10.77.0.2", "0.0.0.0", "PXEClient"]],
        "one OFFER with an address and no option 60, one with PXEClient and no address", offers)
    acks = fields(capture, "dhcp.option.dhcp == 5", "ip.src", "udp.srcport", "udp.dstport", "dhcp.file")
    tap.claim(acks == [["10.77.0.1", "67", "68", ""], ["10.77.0.2", "4011", "4011", "boot.efi"]],
        "the lease from the one, the boot file on 4011 from the other", acks)
    requests = fields(capture, "tftp.opcode == 1", "tftp.option.name", "tftp.option.value")
    tap.claim(requests == [["tsize,blksize,windowsize", "0,1468,4"], ["blksize,windowsize", "1468,4"]],
        "two read requests: the size probe and the read", requests)
    oacks = fields(capture, "tftp.opcode == 6", "tftp.option.name")
    tap.claim(oacks == [["tsize,blksize"], ["blksize"]], "windowsize is left out of the OACK", oacks)
    errors = fields(capture, "tftp.opcode == 5", "tftp.error.code")
    tap.claim(errors == [["8"]], "ERROR 8 ends the probe", errors)
    data, acked = (len(tshark(capture, "-Y", f"tftp.opcode == {opcode}")) for opcode in (3, 4))
    tap.claim(acked == data + 1 and data == 200000 // 1468 + 1, "one ACK a DATA, and one for the OACK", [data, acked])


def main():
    if not shutil.which("tshark"):
        tap.skip_all("no tshark")
    with tempfile.TemporaryDirectory() as folder:
        lines = subprocess.run([sys.argv[1], folder], check=True, capture_output=True, text=True,
                               timeout=tap.LIMIT_S).stdout.splitlines()
        for name in (line.split()[0] for line in lines):
            check_sound(f"{folder}/{name}.pcapng", name)
        check_two_servers(f"{folder}/pxe4-two-servers.pcapng")
    return tap.end()


sys.exit(main())
