#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Whole frames of models and of machines, octet for octet: frames.py PLAY_TAPE CAPTURES OUT

As measure.py, but each packet that both sent is compared from its Ethernet header to its last
recorded octet: TTL, DF, TOS, TCP options, windows, padding. Left out is only what no two boots
have in common: IP identification, checksums (but whether there is one), xid, ephemeral ports,
sequence numbers, time stamps, the time that DHCPv6 counts and its IAID. No packet is missing, none
is there that the machine did not send.
Then each knob in KNOBS is turned, and must be seen.
"""
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
import compare  # noqa: E402
import measure  # noqa: E402
import tap      # noqa: E402
import tape     # noqa: E402
from wirefmt import read_pcap  # noqa: E402

# capture, model
BOOTS = {
    'ovmf-virtio-http404': 'edk2-x64-http4',
    'aavmf64-virtio-http4': 'edk2-aa64-http4',
    'ovmf-virtio-none': 'edk2-x64-pxe4',
    'aavmf64-virtio-combined': 'edk2-aa64-pxe4',
    'ovmf-virtio-no4011': 'edk2-x64-pxe4',
    'uboot-arm64-virtio-noserver': 'uboot-arm64',
    'seabios-virtio-ipxehttp': 'ipxe-bios',
    'ovmf-virtio-deadtftp': 'edk2-x64-pxe4',
    'seabios-vmxnet3-ipxehttp': 'ipxe-bios',
    'slof-vlan-missing': 'slof-ppc64',
    's390-ccw-missing': 's390-netboot',
    's390-ccw-proxy': 's390-netboot',
    'uboot-x86-e1000-auto': 'uboot-x86_64',
    'uboot25-arm-virtio-auto': 'uboot25-arm',
    'ovmf-virtio-oackunasked': 'edk2-x64-pxe4',
    'seabios-ne2k-datadrop': 'ipxe-bios',
    'ovmf32-virtio-http4': 'edk2-ia32-http4',
    'uboot-riscv64-virtio-noack': 'uboot-riscv64',
    'uboot-x86_64-e1000-nooffer': 'uboot-x86_64',
    'aavmf64n-virtio-combined': 'edk2-2025-aa64-pxe4',
    'aavmf32-virtio-combined': 'edk2-arm-pxe4',
}
# capture, a line of its model that is not so
KNOBS = (
    ('ovmf-virtio-http404', 'tcp.ttl = 64'),
    ('ovmf-virtio-http404', 'tcp.may-fragment = no'),
    ('ovmf-virtio-http404', 'tcp.bare-reset = no'),
    ('ovmf-virtio-http404', 'tcp.window = 32768'),
    ('ovmf-virtio-http404', 'tcp.timestamps = yes'),
    ('ovmf-virtio-http404', 'tcp.no-mss = yes'),
    ('ovmf-virtio-http404', 'tcp.scaling = yes'),
    ('ovmf-virtio-none', 'dhcp.ttl = 255'),
    ('ovmf-virtio-none', 'discover.flags = 0'),
    ('ovmf-virtio-none', 'ip.dont-fragment = always'),
    ('ovmf-virtio-none', 'udp.no-checksum = yes'),
    ('ovmf-virtio-no4011', 'ip.dont-fragment = never'),
    ('aavmf64-virtio-combined', 'tftp.ttl = 255'),
    ('aavmf64-virtio-combined', 'tftp.blksize = 1428'),
    ('seabios-virtio-ipxehttp', 'tcp.scale = 6'),
    ('seabios-virtio-ipxehttp', 'tcp.timestamps = no'),
    ('seabios-virtio-ipxehttp', 'tcp.whole-window = no'),
    ('seabios-virtio-ipxehttp', 'http.user-agent = "iPXE/1.21"'),
    ('uboot-arm64-virtio-noserver', 'dhcp.size-min = 548'),
    ('uboot-arm64-virtio-noserver', 'udp.no-checksum = no'),
    ('slof-vlan-missing', 'ip.tos = 0'),
    ('slof-vlan-missing', 'arp.asks-all = no'),
    ('slof-vlan-missing', 'boot.tries = 1'),
    ('slof-vlan-missing', 'dhcp.keeps-address = no'),
    ('s390-ccw-missing', 'dhcp.releases = no'),
    ('s390-ccw-missing', 'loader.searches-always = no'),
    ('s390-ccw-proxy', 'loader.uuid-text = no'),
    ('s390-ccw-proxy', 'tftp.patience = 3'),
    ('uboot-x86-e1000-auto', 'arch = 7'),
    ('uboot-x86-e1000-auto', 'clock.percent = 100'),
    ('uboot-x86-e1000-auto', 'e1000.deaf-ms = 0'),
    ('uboot25-arm-virtio-auto', 'second.class = "PXEClient:Arch:$arch:UNDI:003000"'),
    ('uboot25-arm-virtio-auto', 'dhcp.file = "boot.scr.uimg"'),
    ('ovmf-virtio-oackunasked', 'tftp.oack-asked = no'),
    ('ovmf-virtio-oackunasked', 'tftp.probe-end = "0 User aborted the transfer"'),
    ('ovmf32-virtio-http4', 'arch = 16'),
    ('seabios-ne2k-datadrop', 'ne2000.size = 0'),
    ('aavmf64-virtio-combined', 'six.report-again-s = 0'),
    ('ovmf-virtio-http404', 'six.check-wait-ms = 60000'),
)
ETHERNET, IPV4 = 14, 20
QEMU_TRAILER = 10   # what its recorder puts behind each frame


def blank(octets, at, size):
    octets[at:at + size] = bytes(min(size, max(0, len(octets) - at)))


def blank_stamps(octets):
    at, end = 54, ETHERNET + IPV4 + (octets[46] >> 4) * 4
    while at + 1 < min(end, len(octets)):
        if octets[at] in (0, 1):
            at += 1
            continue
        if octets[at] == 8:
            blank(octets, at + 2, 8)
        at += max(2, octets[at + 1])


def blank_dhcp6(octets):
    """Checksum, transaction, the time of option 8, and the number of IA_NA, which is drawn"""
    at = 66
    blank(octets, 60, 2)
    blank(octets, 63, 3)
    while at + 4 <= len(octets):
        if octets[at] == 0 and octets[at + 1] in (3, 8):
            blank(octets, at + 4, 4 if octets[at + 1] == 3 else 2)
        at += 4 + (octets[at + 2] << 8 | octets[at + 3])


def masked(raw):
    """The frame without what differs from boot to boot."""
    octets = bytearray(raw)
    if octets[12:14] == b'\x86\xdd' and octets[20] == 17:
        blank_dhcp6(octets)
    if octets[12:14] != b'\x08\x00':
        return octets
    blank(octets, 18, 2)
    blank(octets, 24, 2)
    protocol, ports = octets[23], (octets[34] << 8 | octets[35], octets[36] << 8 | octets[37])
    if protocol == 17:
        octets[40:42] = b'\0\1' if any(octets[40:42]) else b'\0\0'
        if ports[1] in (67, 4011):
            blank(octets, 46, 4)
        else:
            blank(octets, 34, 2)
    elif protocol == 6:
        blank(octets, 34, 2)
        blank(octets, 38, 8)
        blank(octets, 50, 2)
        blank_stamps(octets)
    return octets


def differences(player, path, model, out, line=None):
    """(packets compared, what differs)"""
    recorded = tape.Tape(str(path), json.loads((HERE / 'content.json').read_text()))
    tape_path, played = out / (path.stem + '.frames'), out / (path.stem + '.frames.pcapng')
    recorded.write(tape_path)
    subprocess.run([player, tape_path, model, played, 'firmware'] + ([line] if line else []),
                   capture_output=True, timeout=tap.LIMIT_S, check=True)
    found = compare.compare(str(path), str(played), recorded.client, uboot='uboot' in path.stem,
                            no_grub=True, ipv6=recorded.six)
    real = {n: raw for n, _, raw, _ in read_pcap(str(path))}
    ours = {n: raw for n, _, raw, _ in read_pcap(str(played))}
    wrong = [line.strip() for line in measure.differences(found)
             if 'ONLY' in line and not ('ONLY MODEL' in line and 'ipv6' in line and
                                        measure.reason_of(path.stem, line))]
    for r, m in found['pairs']:
        if r.count > 1 or m.count > 1:
            continue    # a run of ACKs, of which one would be compared with another
        a, b = masked(real[r.n]), masked(ours[m.n])
        size = min(len(a), len(b))
        at = next((i for i in range(size) if a[i] != b[i]), None)
        if at is None and len(a) < len(b) and size < 96:
            at = size   # shorter, and not for it was cut when recorded
        if at is None and len(b) < len(a) < 64 and len(a) != len(b) + QEMU_TRAILER:
            at = size
        if at is not None:
            wrong.append('#%d/%d %s, octet %d: real %s, model %s' % (
                r.n, m.n, r.what, at, a[at:at + 8].hex(), b[at:at + 8].hex()))
    for made in (tape_path, played):
        made.unlink()
    return len(found['pairs']), wrong


def main():
    player, folder, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    for name, model in BOOTS.items():
        count, wrong = differences(player, folder / (name + '.pcap'), model, out)
        tap.claim(count > 2 and not wrong, f'{model} sends the frames of {name}', '\n'.join(wrong))
    for name, line in KNOBS:
        count, wrong = differences(player, folder / (name + '.pcap'), BOOTS[name], out, line)
        tap.claim(len(wrong) > 0, f'{line} is seen in {name}', f'{count} packets')
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
