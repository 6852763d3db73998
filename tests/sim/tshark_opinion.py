#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""tshark's opinion of what the simulator puts on the wire, boot by boot. TAP on stdout.

Usage: tshark_opinion.py TRACE_OF_BOOTS. Skipped (77) without tshark.
"""
import shutil
import subprocess
import sys
import tempfile

CHECKS = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE"]
number = 0
good_so_far = True


def tshark(capture, *arguments):
    done = subprocess.run(["tshark", "-n", "-r", capture, *CHECKS, *arguments], check=True,
                          capture_output=True, text=True, timeout=120)
    return done.stdout.splitlines()


def tap(good, claim, detail=""):
    global number, good_so_far
    number += 1
    good_so_far &= good
    print(f"{'ok' if good else 'not ok'} {number} - {claim}")
    if not good and detail:
        print("\n".join("# " + str(line) for line in list(detail)[:20]))


def fields(capture, display_filter, *names):
    arguments = ["-Y", display_filter, "-T", "fields"]
    for name in names:
        arguments += ["-e", name]
    return [line.split("\t") for line in tshark(capture, *arguments)]


def check_sound(capture, name):
    bad = tshark(capture, "-Y", "_ws.malformed || _ws.short || ip.checksum.status == 0 || "
                                "udp.checksum.status == 0 || tcp.checksum.status == 0")
    tap(not bad, f"{name}: no malformed frame, every checksum right", bad)
    checked = tshark(capture, "-Y", "udp.checksum.status == 1 || tcp.checksum.status == 1")
    tap(len(checked) > 100, f"{name}: tshark did check them", [f"{len(checked)} frames"])


def check_two_servers(capture):
    discovers = fields(capture, "dhcp.option.dhcp == 1", "dhcp.option.client_system_architecture",
                       "dhcp.option.vendor_class_id")
    tap(bool(discovers) and all(d == ["7", "PXEClient:Arch:00007:UNDI:003000"] for d in discovers),
        "DISCOVER says architecture 7", discovers)
    offers = fields(capture, "dhcp.option.dhcp == 2", "ip.src", "dhcp.ip.your", "dhcp.option.vendor_class_id")
    tap(sorted(offers) == [["10.77.0.1", "10.77.0.100", ""], ["10.77.0.2", "0.0.0.0", "PXEClient"]],
        "one OFFER with an address and no option 60, one with PXEClient and no address", offers)
    acks = fields(capture, "dhcp.option.dhcp == 5", "ip.src", "udp.srcport", "udp.dstport", "dhcp.file")
    tap(acks == [["10.77.0.1", "67", "68", ""], ["10.77.0.2", "4011", "4011", "boot.efi"]],
        "the lease from the one, the boot file on 4011 from the other", acks)
    requests = fields(capture, "tftp.opcode == 1", "tftp.option.name", "tftp.option.value")
    tap(requests == [["tsize,blksize,windowsize", "0,1468,4"], ["blksize,windowsize", "1468,4"]],
        "two read requests: the size probe and the read", requests)
    oacks = fields(capture, "tftp.opcode == 6", "tftp.option.name")
    tap(oacks == [["tsize,blksize"], ["blksize"]], "windowsize is left out of the OACK", oacks)
    errors = fields(capture, "tftp.opcode == 5", "tftp.error.code")
    tap(errors == [["8"]], "ERROR 8 ends the probe", errors)
    data, acked = (len(tshark(capture, "-Y", f"tftp.opcode == {opcode}")) for opcode in (3, 4))
    tap(acked == data + 1 and data == 200000 // 1468 + 1, "one ACK a DATA, and one for the OACK", [data, acked])


def main():
    if not shutil.which("tshark"):
        print("1..0 # SKIP no tshark")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        lines = subprocess.run([sys.argv[1], folder], check=True, capture_output=True, text=True,
                               timeout=300).stdout.splitlines()
        for name in (line.split()[0] for line in lines):
            check_sound(f"{folder}/{name}.pcapng", name)
        check_two_servers(f"{folder}/pxe4-two-servers.pcapng")
    print(f"1..{number}")
    return 0 if good_so_far else 1


sys.exit(main())
