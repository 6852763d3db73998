#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A real firmware boots from the core over the wire, and tshark reads what passed

	vm_boot.py BIN OUT PATH STEP [SERVER:KEY=VALUE...]

Boots the machine by PATH until STEP (see vms/profiles/), then lets demo_pcap_check.py judge
the recording. What the rig said stands in the TAP as comments. Skipped, with the reason,
where there is no QEMU, no firmware, or no way to download what it boots.
"""
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
SKIPPED = 77
WINDOW = 4  # what the firmware asks for


def main():
    binary, out, path, step, *changes = sys.argv[1:]
    cache = os.environ.get('BOOTRIG_CACHE', TOP / '.cache')
    command = [sys.executable, TOP / 'vms' / 'rig.py', '--bin', binary, '--cache', cache, 'vm',
               'ovmf-x64', path, '--out', out, '--until', step, '--skip']
    for change in changes:
        command += ['--server', change]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors='replace', check=False)
    lines = done.stdout.splitlines()
    if done.returncode == SKIPPED:
        tap.skip_all(lines[-1] if lines else 'nothing to boot with')
    for line in lines:
        tap.comment(line)
    if done.returncode:
        tap.claim(False, f'{path} reaches {step}')
        return tap.end()
    if path.startswith('probe'):  # it judged itself, and driver/probe.py it
        tap.claim(True, f'{path} reaches {step}, and every file came as it was sent')
        return tap.end()
    check = [sys.executable, TOP / 'tests' / 'rig' / 'demo_pcap_check.py',
             pathlib.Path(out) / path / 'run.pcapng', path, '--until', step]
    if 'boot:windowsize=on' in changes:
        check += ['--windowsize', str(WINDOW)]
    sys.stdout.flush()
    return subprocess.run(check, check=False).returncode


if __name__ == '__main__':
    sys.exit(main())
