#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What a real machine makes of nginx and apache, beside what `bootrig hello` says of it

usage: hello_beside_machine.py BOOTRIG [CLIENT=PROFILE/PATH|ipxe=FILE.lkrn...]
	(default: edk2-2022.11=ovmf-x64/https4)

By hand, as root: each server stands behind an interface of a network namespace of its own. The machine
boots from a snapshot, gets an address and an https URL of the rig, and trusts the authority
that signed. `booted`: what was loaded ran and said NBP-OK. The rows replace those of these clients
in hello_beside_machine.tsv, which the test `hello` compares with what hello says now.

iPXE is one that you built; its script is what `hello_beside_machine.py --ipxe` prints:
	bootrig hello --authority root.pem
	echo '#define DOWNLOAD_PROTO_HTTPS' >config/local/general.h
	make bin/virtio-net.lkrn EMBED=SCRIPT TRUST=root.pem CERT=root.pem
"""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import https_servers

sys.path.insert(0, str(https_servers.TOP / 'vms'))
from driver import nbp, servers as wire  # noqa: E402 pylint: disable=wrong-import-position
from rig import cache  # noqa: E402 pylint: disable=wrong-import-position

TABLE = pathlib.Path(__file__).with_suffix('.tsv')
ADDRESS = '10.77.0.3'
SCRIPT = f'''wire 1
scenario hello-beside-machine
title "A machine at a server of others"
source bootrig

net  lan  10.77.0.0/24
node addr sut lan=10.77.0.1 role=dhcp pool=10.77.0.100-10.77.0.199 boot=https://{ADDRESS}/boot.efi@arch:16 boot=https://{ADDRESS}/boot.efi
node web iface lan={ADDRESS} dev={wire.DEVICE}
node fw firmware lan mac=52:54:00:12:34:56 as=edk2-x64-http4

boot  fw
check fw.outcome == off
'''
IPXE_SCRIPT = '''#!ipxe
dhcp net0 && imgfetch ${filename} && echo NBP-OK && sleep 2 ||
poweroff
'''
IPXE = '''base = "seabios-ipxe"
says = "iPXE, built with the rig's authority"
[machine]
nic_with = "romfile="
[firmware]
kernel = "FILE"
'''
ALERTS = {'0': 'close_notify', '40': 'handshake_failure', '42': 'bad_certificate', '43': 'unsupported_certificate',
          '44': 'certificate_revoked', '45': 'certificate_expired', '46': 'certificate_unknown',
          '48': 'unknown_ca', '70': 'protocol_version', '71': 'insufficient_security', '80': 'internal_error',
          '112': 'unrecognized_name'}
SENTENCE = re.compile(r'Error: .*|.*\(https?://ipxe\.org/[0-9a-f]+\).*|mbedTLS.*|HTTP client error.*|NBP-OK')


def hello(bootrig, client, root):
    """What it says of that client: yes, or why not"""
    done = subprocess.run([bootrig, 'hello', '--json', '--client', client, '--ca', root, ADDRESS],
                          capture_output=True, text=True, check=False)
    row = json.loads(done.stdout)
    return 'yes' if row['can'] else row['why']


def on_the_wire(recording, server=ADDRESS):
    """Which handshake it came to, and how that ended: of the first connection that ended before its time"""
    fields = ('tcp.stream', 'ip.src', 'ipv6.src', 'tls.alert_message.desc', 'tcp.flags.reset', 'tls.handshake.type',
              'tcp.flags.fin')
    done = subprocess.run(['tshark', '-r', recording, '-Y', 'tcp.port == 443', '-T', 'fields',
                           *[word for field in fields for word in ('-e', field)]],
                          capture_output=True, text=True, check=True)
    rows = [line.split('\t') for line in done.stdout.splitlines()]
    if not rows:
        return 'no TCP'
    seen, ends = [], []
    for stream, source, source6, alert, reset, handshake, fin in rows:
        who = 'server' if server in (source, source6) else 'client'
        if stream != rows[0][0]:
            continue
        seen += [int(kind) for kind in handshake.split(',') if kind.isdigit()]
        if alert:
            ends.append(f'{who}: alert {ALERTS.get(alert, alert)}')
        elif reset in ('1', 'True'):
            ends.append(f'{who}: RST')
        elif fin in ('1', 'True'):
            ends.append(f'{who}: FIN')
    far = 'Finished' if 16 in seen else 'Certificate' if 11 in seen else 'ServerHello' if 2 in seen else \
        'ClientHello' if 1 in seen else 'SYN'
    return f'{far}; {ends[0] if ends else "open"}'


def boot(bootrig, folder, machine):
    """Return: (booted or failed, what the screen said, what passed)"""
    script, out = folder / 'beside.wire', folder / 'out'
    script.write_text(SCRIPT)
    shutil.rmtree(out, ignore_errors=True)
    done = subprocess.run([bootrig, 'run', script, '--firmware', f'fw={machine}', '--start', 'snapshot', '--out', out],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    recordings = sorted(out.rglob('run.pcapng'))
    if not recordings:
        sys.exit(done.stdout)
    console = recordings[0].with_name('serial.log').read_bytes().decode('utf-8', 'replace')
    said = [match[0].strip() for match in SENTENCE.finditer(re.sub(r'\x1b\[[0-9;=]*[A-Za-z]', '', console))]
    came = 'booted' if 'NBP-OK' in console else 'failed'
    return came, ' '.join(dict.fromkeys(said)), on_the_wire(recordings[0])


def alone(bootrig, folder, server, key, more, client, machine):
    """One setting and one machine on a cable of their own, where nobody sends again what was of another.

    Return: the row's last columns
    """
    result = folder / 'result'
    child = os.fork()
    if child == 0:
        code = 1
        try:
            wire.enter_a_network(ADDRESS, 1500)
            with server(folder, key, more, ADDRESS, 443):
                says = hello(bootrig, client, folder / 'root.pem')
                result.write_text('\t'.join([says, *boot(bootrig, folder, machine)]))
            code = 0
        finally:
            sys.stdout.flush()
            os._exit(code)
    if os.waitpid(child, 0)[1] != 0:
        sys.exit('a server or a machine that cannot be had')
    return result.read_text().split('\t')


def profile_of(machine, folder):
    """As bootrig run --firmware takes it"""
    if not machine.endswith('.lkrn'):
        return machine
    profile = folder / 'ipxe.toml'
    profile.write_text(IPXE.replace('FILE', str(pathlib.Path(machine).resolve())))
    return f'{profile}/pxe4'


def main():
    if sys.argv[1] == '--ipxe':
        print(IPXE_SCRIPT, end='')
        return 0
    bootrig = pathlib.Path(sys.argv[1]).resolve()
    machines = dict(word.split('=', 1) for word in sys.argv[2:] or ['edk2-2022.11=ovmf-x64/https4'])
    program = nbp.prepare(cache().resolve(), print, 'grub-x64') / 'grubx64.efi'
    old = [line for line in TABLE.read_text().splitlines() if not line.startswith('#')][1:] if TABLE.exists() else []
    rows = [line for line in old if line.split('\t')[3] not in machines]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)  # apache reads as nobody
        https_servers.make_certificates(bootrig, folder, ADDRESS)
        shutil.copyfile(program, folder / 'files' / 'boot.efi')
        machines = {client: profile_of(machine, folder) for client, machine in machines.items()}
        for kind, (_, server, settings) in https_servers.SERVERS.items():
            for key, more, _ in settings:
                for client, machine in machines.items():
                    rows.append('\t'.join([kind, key, more, client,
                                           *alone(bootrig, folder, server, key, more, client, machine)]))
                    print(rows[-1], flush=True)
                    TABLE.write_text(HEAD + '\n'.join(rows) + '\n')
    wrong = [row for row in rows if (row.split('\t')[4] == 'yes') != (row.split('\t')[5] == 'booted')]
    print(f'{len(rows)} rows, {len(wrong)} in which hello and the machine differ')
    return 1 if wrong else 0


HEAD = '''# What `bootrig hello` says of nginx and apache in each setting of https_servers.py, and what a real
# machine did there: tests/rig/hello_beside_machine.py, by hand. edk2-2022.11 is OVMF of Debian 12,
# ipxe is iPXE 0ab2277c of August 2026, whose build has the authority in TRUST= and CERT=.
# wire: the handshake message the machine's first connection came to, and how it ended.
server	certificate	settings	client	hello	machine	screen	wire
'''

if __name__ == '__main__':
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    sys.exit(main())
