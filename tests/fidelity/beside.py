#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A model's boot beside the machine's, as tshark reads both: beside.py PLAY_TAPE CAPTURES OUT

Each model of BOOTS boots against what recorded servers answered the machine it stands for. What
both sent goes into two captures, packet by packet, and tshark says what each field holds: ports,
TTL and DF, message types, options in their order and their values, blocks, windows. OUT/MODEL.txt
has the two side by side. What no two boots have in common is not asked for: xid, ephemeral ports,
IP identification, checksums, sequence numbers. Skipped without tshark.

bootmgfw and the models of iPXE 2 come from sources alone, uboot25-arm64 has no recording by
IPv4: there is no machine to stand beside.
"""
import json
import pathlib
import re
import shutil
import struct
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
import compare  # noqa: E402
import measure  # noqa: E402
import tap      # noqa: E402
import tape     # noqa: E402
from wirefmt import read_pcap  # noqa: E402

# what is shown, capture
BOOTS = (
    ('edk2-arm-pxe4', 'aavmf32-virtio-combined'),
    ('edk2-arm-http4', 'aavmf32-virtio-http4'),
    ('edk2-2025-aa64-pxe4', 'aavmf64n-virtio-combined'),
    ('edk2-ia32-http4', 'ovmf32-virtio-http4'),
    ('uboot-x86_64', 'uboot-x86_64-virtio-auto'),
    ('uboot-riscv64', 'uboot-riscv64s-virtio-pxe'),
    ('uboot-ppc', 'uboot-ppce500-etsec-auto'),
    ('uboot25-arm', 'uboot25-arm-virtio-auto'),
    ('slof-ppc64', 'slof-vlan-proxy'),
    ('s390-netboot', 's390-ccw-proxy'),
    ('syslinux-efi-x64', 'ovmf-virtio-combsys'),
    ('lpxelinux', 'seabios-virtio-combsys'),
    ('grub-aa64', 'aavmf64-virtio-proxymenu'),
)
# one of them again, with a line of its model that is not so
WRONG = ('slof-ppc64', 'slof-vlan-proxy', 'dhcp.ttl = 63')
FIELDS = '''vlan.id arp.opcode arp.src.proto_ipv4 arp.dst.hw_mac arp.dst.proto_ipv4 eth.padding
ip.version ip.hdr_len ip.dsfield ip.len ip.flags ip.frag_offset ip.ttl ip.proto ip.src ip.dst
udp.srcport udp.dstport udp.length tcp.dstport tcp.hdr_len tcp.flags tcp.window_size_value
tcp.option_kind tcp.options.mss_val tcp.options.wscale.shift icmp.type icmp.code
dhcp.type dhcp.hw.type dhcp.hops dhcp.secs dhcp.flags dhcp.ip.client dhcp.ip.your dhcp.ip.server
dhcp.ip.relay dhcp.hw.mac_addr dhcp.server dhcp.file dhcp.option.dhcp dhcp.option.type
dhcp.option.length dhcp.option.value tftp.opcode tftp.source_file tftp.type tftp.option.name
tftp.option.value tftp.block tftp.error.code tftp.error.message http.request.method
http.request.uri http.request.version http.request.line dns.qry.name dns.qry.type'''.split()
EPHEMERAL = 1024    # and above, but for the ports of DHCP: not compared
NUMBERED = {'68', '4011', '2001'}


def write(path, frames):
    with open(path, 'wb') as out:
        out.write(struct.pack('<IHHiIII', 0xa1b23c4d, 2, 4, 0, 0, 65535, 1))
        for at, (_, _, raw, size) in frames:
            out.write(struct.pack('<IIII', at // 10**9, at % 10**9, len(raw), size) + raw)


def opinion(path):
    words = [word for field in FIELDS for word in ('-e', field)]
    done = subprocess.run(['tshark', '-n', '-r', path, '-o', 'tcp.relative_sequence_numbers:FALSE',
                           '-T', 'fields', '-E', 'separator=/t', *words],
                          capture_output=True, text=True, timeout=tap.LIMIT_S, check=True)
    return [line.split('\t') for line in done.stdout.split('\n')[:-1]]


def boot(player, path, out, line=None):
    """The model's boot. Return: pairs of frames with their items, names of what has no pair"""
    model, programs = measure.model_of(path.stem)
    recorded = tape.Tape(str(path), json.loads((HERE / 'content.json').read_text()))
    tape_path, played = out / (path.stem + '.beside'), out / (path.stem + '.beside.pcapng')
    recorded.write(tape_path)
    words = [] if programs == 'all' else re.split('; ' if ';' in programs else ' ', programs)
    subprocess.run([player, tape_path, model, played, *words, *([line] if line else [])],
                   capture_output=True, timeout=tap.LIMIT_S, check=True)
    found = compare.compare(str(path), str(played), recorded.client, uboot='uboot' in path.stem,
                            no_grub=programs.startswith('firmware'))
    real, ours = ({r[0]: r for r in read_pcap(str(p))} for p in (path, played))
    alone = [line for line in measure.differences(found)
             if 'ONLY' in line and not measure.reason_of(path.stem, line)]
    tape_path.unlink()
    played.unlink()
    return [(r, m, real[r.n], ours[m.n]) for r, m in found['pairs']], alone


def is_port(field, value):
    return field == 'udp.srcport' and int(value or 0) >= EPHEMERAL and value not in NUMBERED


def table(name, boots, machine, model):
    """Lines for people, and those of them that differ"""
    lines, wrong = ['%s: machine | model' % name], []
    for (r, m, _, _), a, b in zip(boots, machine, model):
        lines.append('%9.3f | %9.3f s  %s' % (r.t / 1e9, m.t / 1e9, r.what))
        for field, x, y in zip(FIELDS, a, b):
            if not x and not y:
                continue
            same = x == y or is_port(field, x) and is_port(field, y)
            line = '   %s %-28s %s | %s' % (' ' if same else '*', field, x, y)
            lines.append(line)
            if not same:
                wrong.append('%s: %s' % (r.what, line.strip()))
    return lines, wrong


def main():
    if not shutil.which('tshark'):
        tap.skip_all('no tshark')
    player, folder, out = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    done = [(name, capture, *boot(player, folder / (capture + '.pcap'), out))
            for name, capture in BOOTS]
    done.append((WRONG[0] + ' with ' + WRONG[2], WRONG[1],
                 *boot(player, folder / (WRONG[1] + '.pcap'), out, WRONG[2])))
    whole = [pair for boots in done for pair in boots[2]]
    # a second between two packets: what belongs together is told by ports, not by time
    for side, path in ((2, 'machine.pcap'), (3, 'model.pcap')):
        write(out / path, [(i * 10**9, pair[side]) for i, pair in enumerate(whole)])
    machine, model = opinion(out / 'machine.pcap'), opinion(out / 'model.pcap')
    tap.claim(len(machine) == len(model) == len(whole), 'tshark read every packet',
              [len(whole), len(machine), len(model)])
    at = 0
    for name, capture, pairs, alone in done:
        lines, wrong = table(name, pairs, machine[at:at + len(pairs)], model[at:at + len(pairs)])
        at += len(pairs)
        if ' with ' in name:
            tap.claim(any('ip.ttl' in line for line in wrong), f'{name}: tshark sees it', wrong)
            continue
        (out / (name + '.txt')).write_text('\n'.join(lines) + '\n')
        tap.claim(len(pairs) > 4 and not wrong and not alone,
                  f'{name} beside {capture}: {len(pairs)} packets, no field differs',
                  '\n'.join(wrong + alone))
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
