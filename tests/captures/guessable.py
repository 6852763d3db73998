#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What `explain` says of numbers that can be guessed, against the octets of the captures

	guessable.py BOOTRIG

Goal: client.predictable-isn and -xid are said of the machines that have such numbers, with these
numbers, and of no other. Method: each capture of the corpus is read here once more, SYNs and
DHCP alone, by what EDK2 (TcpMain.h: 2048 a connection, 100 a tick of 0.2 s) and U-Boot (bootp.c: the
end of the MAC address and a clock in ms) do; planted are captures whose numbers are drawn. TAP.
"""
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / 'tests'))
import tap  # noqa: E402 pylint: disable=wrong-import-position
from tap import expect  # noqa: E402 pylint: disable=wrong-import-position

BOOTRIG = sys.argv[1]
CORPUS = TOP / 'captures' / 'corpus'
HTTP_PORTS = (80, 443, 8080)
DHCP_COOKIE = b'\x63\x82\x53\x63'


def frames(path):
    """(seconds, frame) of a classic pcap of Ethernet; of any other file nothing."""
    octets = path.read_bytes()
    if octets[:4] not in (b'\xd4\xc3\xb2\xa1', b'\xa1\xb2\xc3\xd4'):
        return
    order = '<' if octets[0] == 0xd4 else '>'
    if struct.unpack_from(order + 'I', octets, 20)[0] != 1:
        return
    at = 24
    while at + 16 <= len(octets):
        s, us, size, _ = struct.unpack_from(order + 'IIII', octets, at)
        yield s + us / 1e6, octets[at + 16:at + 16 + size]
        at += 16 + size


def syns(path):
    """{MAC: [(at, port, ISN)]} of connections over IPv4, each once"""
    found = {}
    for at, frame in frames(path):
        if frame[12:14] != b'\x08\0' or frame[23:24] != b'\x06':
            continue
        tcp = frame[14 + (frame[14] & 15) * 4:]
        if len(tcp) < 20 or tcp[13] & 0x12 != 2:
            continue
        port, to, isn = struct.unpack_from('>HHI', tcp)
        rows = found.setdefault(frame[6:12], [])
        if to in HTTP_PORTS and port not in [row[1] for row in rows]:
            rows.append((at, port, isn))
    return found


def follows(before, after):
    """As EDK2's do."""
    rise = (after[2] - before[2]) % (1 << 32) - 2048
    return rise >= 0 and rise % 100 == 0 and rise / 100 <= (after[0] - before[0]) / 0.2 + 2


def findings(path):
    """{MAC: {id: text}}"""
    done = subprocess.run([BOOTRIG, 'explain', '--json', path], capture_output=True, text=True,
                          timeout=tap.LIMIT_S)
    return {client['mac']: {row['id']: row['text'] for row in client['findings']}
            for client in json.loads(done.stdout)['clients']}


def spelt(mac):
    return ':'.join(f'{octet:02x}' for octet in mac)


def sequence_numbers_of_edk2_are_named_with_their_steps():
    seen = 0
    for path in sorted(CORPUS.glob('*.pcap')):
        told = None
        for mac, rows in syns(path).items():
            steps = [after[2] - before[2] for before, after in zip(rows, rows[1:])
                     if follows(before, after)]
            if not steps:
                continue
            told = told if told is not None else findings(path)
            if spelt(mac) not in told:
                continue
            text = told[spelt(mac)].get('client.predictable-isn', '')
            words = ' '.join(f'+{step % (1 << 32)}' for step in steps[:4])
            expect(f'{words};' in text or f'{words} ...;' in text, (path.name, steps, text))
            expect('CVE-2023-45236' in text, text)
            seen += 1
    expect(seen >= 6, seen)


def an_xid_made_of_the_mac_and_a_clock_is_named():
    seen = 0
    for path in sorted(CORPUS.glob('uboot*.pcap')):
        made = set()
        for _, frame in frames(path):
            if frame[12:14] == b'\x08\0' and frame[23] == 17 and frame[34:38] == b'\0\x44\0\x43' \
                    and frame[278:282] == DHCP_COOKIE:
                mac = frame[70:76]
                xid = struct.unpack_from('>I', frame, 46)[0]
                made.add((mac, (xid - struct.unpack('>I', mac[2:6])[0]) % (1 << 32) < 1 << 18))
        for mac in {mac for mac, _ in made}:
            text = findings(path).get(spelt(mac), {}).get('client.predictable-xid', '')
            expect(('end of its MAC address' in text) == ((mac, False) not in made),
                   (path.name, text))
            seen += bool(text)
    expect(seen >= 10, seen)


def no_ipxe_rom_and_no_libnet_is_named():
    names = [path for pattern in ('seabios*', 's390*', 'slof*') for path in CORPUS.glob(pattern)]
    for path in sorted(names)[::2]:
        for ids in findings(path).values():
            expect(not any('predictable' in name for name in ids), path.name)


def drawn_numbers_are_no_remark():
    source = CORPUS / 'ovmf-virtio-http.pcap'
    octets, draw = bytearray(source.read_bytes()), random.Random(1)
    at, moved = 24, {}
    while at + 16 <= len(octets):
        size = struct.unpack_from('<I', octets, at + 8)[0]
        head = at + 16
        if octets[head + 12:head + 14] == b'\x08\0' and octets[head + 23] == 6:
            tcp = head + 14 + (octets[head + 14] & 15) * 4
            from_port, to_port, sequence, ack = struct.unpack_from('>HHII', octets, tcp)
            client = to_port in HTTP_PORTS
            key = from_port if client else to_port
            shift = moved.setdefault(key, draw.getrandbits(32))
            struct.pack_into('>I', octets, tcp + (4 if client else 8),
                             ((sequence if client else ack) + shift) % (1 << 32))
        at += 16 + size
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'drawn.pcap'
        path.write_bytes(octets)
        ids = [name for row in findings(path).values() for name in row]
    expect(ids and 'client.predictable-isn' not in ids, ids)
    expect(len(moved) >= 5, moved)


def main():
    for test in (sequence_numbers_of_edk2_are_named_with_their_steps,
                 an_xid_made_of_the_mac_and_a_clock_is_named, no_ipxe_rom_and_no_libnet_is_named,
                 drawn_numbers_are_no_remark):
        tap.run(test)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
