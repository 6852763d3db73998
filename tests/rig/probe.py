#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The payload that tests the firmware which loaded it, as far as no QEMU is needed

Goal: every line it says is understood, everything wrong in a report is a fault, and it is built to
the same octets wherever that is. Method: a report as OVMF 2022.11 gave it, and changes of it; a
recording made by hand. Says TAP. The plan it reads: tests/sim/test_probe_plan.c; a real boot:
vm_boot.py.
"""
import copy
import os
import pathlib
import shutil
import struct
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TOP / 'vms'), str(TOP / 'tests')]
# pylint: disable=wrong-import-position
import tap  # noqa: E402
from tap import expect  # noqa: E402
from driver import Trouble, probe, profile  # noqa: E402

LARGE = 'bf565eff354067cf125d91d1ef8b99a3342d1985f0b37ded6dedf9ebdee5b95b'
NODES = (('0201', '0c00d041030a00000000'), ('0101', '06000002'), ('030b', '2500525400123456' + '00' * 27),
         ('030c', '1b000a4d00640a4d0002' + '00' * 15),
         ('0318', '1500' + b'http://1.2.3.4/e.'.hex()))
OCTETS = ''.join(kind + rest for kind, rest in NODES)
PATH = '\n'.join(f'BR octets device-path {at // 2:04x} {OCTETS[at:at + 48]}'
                 for at in range(0, len(OCTETS), 48))
REPORT = f"""
BdsDxe: starting Boot0001 "UEFI PXEv4 (MAC:525400123456)"
BR probe 1 x64-efi
BR clock 2481840
{PATH}
BR mode started=1 ipv6=0 discover=1 ack=1 proxy=0 reply=0
BR octets ack 0000 020106002a
BR octets ack 0005 0700000000
BR none http no EFI_HTTP_SERVICE_BINDING_PROTOCOL anywhere
BR station 10.77.0.100 255.255.255.0
BR 1 read tftp 10.77.0.2 4 large.bin
BR 1 got 1048576 us 1147185
BR 1 sha256 {LARGE}
BR 1 same
BR 2 miss tftp 10.77.0.2 nothing.bin
BR 2 refused 00000017 code 0 us 1633
BR end 18
""".splitlines()


class Root:
    """What the servers had."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        for name, size in probe.FILES.items():
            (self.folder / name).write_bytes(probe.contents(name, size))

    def faults(self, lines):
        return probe.faults(probe.read_report(lines), self.folder)


def changed(old, new):
    lines = [line.replace(old, new) for line in REPORT]
    expect(lines != REPORT, old)
    return lines


def a_report_is_read(root):
    report = probe.read_report(REPORT)
    expect(not probe.faults(report, root.folder), probe.faults(report, root.folder))
    expect(report.machine == 'x64-efi' and report.station == ('10.77.0.100', '255.255.255.0') and
           report.mode['ack'] == 1 and report.packets == {
               'ack': bytes.fromhex('020106002a0700000000')} and 'http' in report.none, report)
    expect(report.path == 'Path(2,1)/Path(1,1)/MAC(525400123456)/IPv4(10.77.0.2,local '
           '10.77.0.100)/Uri(http://1.2.3.4/e.)', report.path)
    read = report.reads[1]
    expect((read.way, read.server, read.window, read.size) == ('tftp', '10.77.0.2', 4, 1048576) and
           round(read.rate()) == 914043, read)
    said = '\n'.join(probe.sentences(report, {'ack': None}))
    for wanted in ('tftp 10.77.0.2 window 4: 1048576 octets in 1.147 s, 0.91 MB/s', 'no http: no EFI',
                   'nothing.bin is refused, status 00000017, code 0',
                   'cached ack: 10 octets, as in no frame'):
        expect(wanted in said, said)
    expect(probe.largest(report) == {'tftp window 4': 914043}, probe.largest(report))


def whatever_is_wrong_in_a_report_is_told(root):
    for old, new, wanted in (
            (LARGE, LARGE.replace('b', 'c'), 'others were sent'),
            ('got 1048576', 'got 1048575', 'others were sent'),
            ('1 same', '1 differs', 'takes what came for something else'),
            ('1 same', '1 failed 00000012 code 0 us 9', 'the firmware failed, status 00000012'),
            ('2 refused 00000017 code 0 us 1633', '2 got 9 us 9', 'a file that is nowhere was read'),
            ('BR 1 same', 'BR 1 sme', 'said "BR 1 sme", which is none of its lines'),
            ('BR station', 'station', 'the payload counts 18 lines, 17 came'),
            ('BR end 18', 'BR en', 'the payload counts None lines'),
            ('0005 07', '0004 07', 'none of its lines'),
            ('BR 1 read', 'BR 3 read', 'none of its lines'),
            ('none http', 'none manifest', 'the payload has no manifest')):
        found = root.faults(changed(old, new))
        expect(any(wanted in text for text in found), (old, new, found))
    nothing = [line for line in REPORT if ' 1 ' not in line[:5] and ' 2 ' not in line[:5]]
    expect('the payload read no file at all' in root.faults(nothing), root.faults(nothing))
    expect(any('never said what came' in text for text in root.faults(
        [line for line in REPORT if line != 'BR 1 same'])))


def a_file_that_is_another_is_a_fault_whatever_the_payload_says(root):
    (root.folder / 'large.bin').write_bytes(b'x' + (root.folder / 'large.bin').read_bytes()[1:])
    expect('others were sent' in root.faults(REPORT)[0], root.faults(REPORT))


def block(frame):
    padded = frame + bytes(-len(frame) % 4)
    size = 32 + len(padded)
    return struct.pack('<IIIIIII', 6, size, 0, 0, 0, len(frame), len(frame)) + padded + \
        struct.pack('<I', size)


def message(octets, ports=(67, 68)):
    udp = struct.pack('>4H', *ports, 8 + len(octets), 0) + octets
    return bytes(12) + b'\x08\0' + b'\x45' + bytes(8) + b'\x11' + bytes(10) + udp


def a_cached_packet_is_found_in_the_recording(_root):
    ack = bytes.fromhex('020106002a07')
    recording = struct.pack('<III', 0x0a0d0d0a, 12, 12) + b''.join(map(block, (
        message(ack, (69, 68)), message(ack + b'\1'), message(ack + bytes(7)), message(ack))))
    report = probe.read_report(REPORT)
    expect(probe.find_packets(report, recording) == {'ack': 3},
           probe.find_packets(report, recording))
    report.packets['ack'] += b'\1\1'
    expect(probe.find_packets(report, recording) == {'ack': None})
    expect(probe.find_packets(report, recording[:-20]) == {'ack': None}, 'a cut recording')


def the_manifest_follows_the_servers(_root):
    setup = profile.read_setup('probe4')
    lines = probe.manifest(setup).splitlines()
    expect(lines[:4] == ['bootrig-manifest 1', 'tftp 10.77.0.2 1', 'http 10.77.0.2',
                         'tftp 10.77.0.3 4'], lines)
    expect(f'file large.bin 1048576 {LARGE}' in lines and lines[-2:] == [
        f'missing {probe.MISSING}', 'end'], lines)
    changed_setup = profile.read_setup('probe4', ['boot:windowsize=on', 'fast:role=http'])
    expect(probe.manifest(changed_setup).splitlines()[1:4] == [
        'tftp 10.77.0.2 4', 'http 10.77.0.2', 'http 10.77.0.3'])


def it_is_built_to_the_same_octets_anywhere(root):
    if not all(map(shutil.which, ('clang', 'lld-link', 'ld.lld'))):
        return 'no clang or no lld here'
    folder = root.folder / 'elsewhere'
    shutil.copytree(probe.SOURCE, folder / 'vms/payload/probe')
    (folder / 'sim/net').mkdir(parents=True)
    for file in (probe.HASH, probe.HASH.with_suffix('.h')):
        shutil.copyfile(file, folder / 'sim/net' / file.name)
    homes = {'SOURCE': folder / 'vms/payload/probe', 'TOP': folder, 'HASH': folder / 'sim/net/sha256.c'}
    kept = {key: getattr(probe, key) for key in homes}
    first, second = root.folder / 'first', root.folder / 'second'
    for name in probe.NAMES:
        probe.build(name, first)
        for key, value in homes.items():
            setattr(probe, key, value)
        try:
            probe.build(name, second)
        finally:
            for key, value in kept.items():
                setattr(probe, key, value)
        octets = first.read_bytes()
        expect(octets == second.read_bytes(), name)
        if name == 'probe-bios':
            expect(len(octets) < 0x10000 - 0x7c00, len(octets))
            continue
        at = struct.unpack_from('<I', octets, 60)[0]
        machine, = struct.unpack_from('<H', octets, at + 4)
        subsystem, = struct.unpack_from('<H', octets, at + 24 + 68)
        expect((machine, subsystem) == ({'probe-x64': 0x8664, 'probe-ia32': 0x14c,
                                         'probe-arm64': 0xaa64, 'probe-arm': 0x1c2}[name], 10), name)
    return None


def without_a_compiler_it_says_what_is_missing(root):
    path, os.environ['PATH'] = os.environ['PATH'], str(root.folder)
    try:
        probe.build('probe-x64', root.folder / 'never')
    except Trouble as trouble:
        expect('clang is missing' in str(trouble) and 'lld' in str(trouble), trouble)
    else:
        expect(False, 'no trouble')
    finally:
        os.environ['PATH'] = path


def it_is_booted_only_where_it_is_named(_root):
    what = profile.Profile('ovmf-x64')
    path, other = what.path('probe4'), what.path('pxe4')
    expect(path.on_request and not other.on_request and path.payload == 'probe-x64', path)
    names = [step.name for step in other.steps]
    upto = names.index('DHCP') + 1
    expect([step.name for step in path.steps] == names[:upto] + ['report', 'end of the report'],
           path.steps)
    rows = copy.deepcopy(what.table.rows)
    rows['path']['probe4']['like'] = 'probe-http4'
    table = profile.Table('p.toml', rows)
    try:
        profile.Profile.read_paths(table, {})
    except Trouble as trouble:
        expect('"like" is "probe-http4", which is no path by itself' in str(trouble), trouble)
    else:
        expect(False, 'no trouble')


TESTS = [value for name, value in list(globals().items())
         if callable(value) and getattr(value, '__module__', '') == __name__
         and name[0].islower() and name not in ('main', 'changed', 'block', 'message')]


def main():
    for test in TESTS:
        with tempfile.TemporaryDirectory() as folder:
            tap.run(test, Root(folder))
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
