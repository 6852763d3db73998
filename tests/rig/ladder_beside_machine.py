#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The faults of an HTTPS server, played to a model and to its real machine, over IPv4 or IPv6

usage: ladder_beside_machine.py BOOTRIG PROFILE https4|https6 [SCRIPT...]

By hand; tshark has to be there. Of conformance/scripts/https4/ladder those whose client is EDK2 of
Debian 12; over IPv6 a script's network, server and model are put in the place of its own, and DHCP
of IPv4 beside them, whose URL leads nowhere, for that comes first in the firmware's menu. Writes
vms/faults/HOW-PROFILE.tsv, of which the named scripts alone are replaced.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

import hello_beside_machine as beside

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
LADDER = TOP / 'conformance' / 'scripts' / 'https4' / 'ladder'
SERVER = {'https4': '10.77.0.1', 'https6': '2001:db8:1::1'}
ARCHITECTURE = {'ovmf-x64': 'x64', 'aavmf64': 'aa64'}
BESIDE = '''node   rt   router   lan=2001:db8:1::fe ra-flags=M
node   addr sut      lan=10.77.0.2 role=dhcp boot=http://10.77.0.2/nothing
'''


def over_six(text):
    text = text.replace('10.77.0.0/24', '10.77.0.0/24 2001:db8:1::/64').replace('node   boot', BESIDE + 'node   boot')
    text = text.replace('lan=10.77.0.1 role=dhcp,tftp,http', f'lan={SERVER["https6"]} role=dhcp6,http')
    text = text.replace('needs    sut.dhcp ', 'needs    sut.dhcp6 ').replace('-http4', '-http6')
    return text.replace('10.77.0.1', SERVER['https6'])


def script_of(name, how, profile):
    text = (LADDER / f'{name}.wire').read_text()
    text = text.replace('edk2-x64', f'edk2-{ARCHITECTURE[profile]}')
    text = re.sub(r'^(check|never) .*\n', '', text, flags=re.MULTILINE) + 'check fw.outcome == booted\n'
    return over_six(text) if how == 'https6' else text


def is_for_it(name):
    """For the TLS that the machines here have, and an authority that they know, or none"""
    text = (LADDER / f'{name}.wire').read_text()
    return not re.search(r'\bhttps=|trust=other', text) and 'as=edk2-x64-http4' in text


def run(words):
    return subprocess.run(list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False)


def outcome_of(done):
    if done.returncode == 0:
        return 'loaded'
    got = re.search(r'^ *got +(\w+)', done.stdout, re.MULTILINE)
    return got[1] if got else done.stdout[-200:]


def row(bootrig, name, how, profile, folder):
    text = script_of(name, how, profile)
    script, out = folder / f'{name}.wire', folder / name
    script.write_text(text)
    model = run([bootrig, 'run', script])
    machine = f'{profile}/{how}' + ('-no-ca' if 'trust=none' in text else '')
    real = run([bootrig, 'run', script, '--firmware', f'fw={machine}', '--start', 'snapshot', '--out', out])
    recording = next(out.rglob('run.pcapng'))
    console = re.sub(r'\x1b\[[0-9;=]*[A-Za-z]', '', recording.with_name('serial.log').read_bytes().decode('utf-8', 'replace'))
    own = console.partition('>>Start HTTP Boot over IPv' + how[-1])[2].partition('>>Start')[0]
    screen = ' '.join(dict.fromkeys(match[0].strip() for match in re.finditer(r'Error: [^\r\n]*|Downloading\.\.\.100%', own)))
    return '\t'.join([name, outcome_of(model), outcome_of(real), screen,
                      beside.on_the_wire(recording, SERVER[how])])


def main():
    bootrig, profile, how, *names = sys.argv[1:]
    table = TOP / 'vms' / 'faults' / f'{how}-{profile}.tsv'
    old = [line for line in table.read_text().splitlines() if not line.startswith('#')][1:] if table.exists() else []
    rows = {line.split('\t')[0]: line for line in old}
    head = (f'# What the model of {profile} and the machine itself did with scripts of conformance/scripts/https4/ladder,\n'
            f'# by {how}: tests/rig/ladder_beside_machine.py. wire: the handshake message that the first connection\n'
            '# came to, and how that ended; a boot that loaded is left there.\nscript\tmodel\tmachine\tscreen\twire\n')
    with tempfile.TemporaryDirectory() as folder:
        for name in names or sorted(path.stem for path in LADDER.glob('*.wire') if is_for_it(path.stem)):
            rows[name] = row(pathlib.Path(bootrig).resolve(), name, how, profile, pathlib.Path(folder))
            print(rows[name], flush=True)
            table.write_text(head + ''.join(f'{rows[key]}\n' for key in sorted(rows)))
    differ = [name for name, line in rows.items() if line.split('\t')[1] != line.split('\t')[2]]
    print(f'{len(rows)} rows, model and machine differ in {", ".join(differ) or "none"}')


if __name__ == '__main__':
    main()
