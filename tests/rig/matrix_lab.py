#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`bootrig matrix` with dnsmasq as the server: a cell's network is its own, and nothing is left

	matrix_lab.py BIN

Goal: a machine boots from dnsmasq under the condition of a cell, and nothing outlives the run,
however it ends. Method: the machine of guest.py. Says TAP; skipped without root or dnsmasq.
"""
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
# pylint: disable=wrong-import-position
import guest  # noqa: E402
import matrix  # noqa: E402
import tap  # noqa: E402
from tap import expect  # noqa: E402


def prepared(s):
    for path in s.conditions.glob('*.wire'):
        path.write_text(path.read_text().replace('size=1300', 'size=1300 seed=1'))
    lossy = (s.conditions / 'good.wire').read_text()
    (s.conditions / 'bad.wire').write_text(lossy.replace(
        'boot fw', 'fault lan delay 300ms boot -> fw tftp data 2 once\nboot fw'))


def servers_of(s):
    """The dnsmasq of this stage: its files lie below the folder that is this test's alone."""
    found = []
    for entry in pathlib.Path('/proc').glob('[0-9]*/cmdline'):
        try:
            words = entry.read_bytes().decode(errors='replace')
        except OSError:
            continue
        if words.startswith('dnsmasq') and str(s.tmp) in words:
            found.append(entry.parent.name)
    return found


def a_machine_boots_from_dnsmasq_under_a_fault_too():
    with matrix.stage() as s:
        prepared(s)
        code, said = s.matrix('--server', 'dnsmasq')
        expect(code == 0, said)
        rows = s.rows()
        expect(rows['good']['result'] == rows['bad']['result'] == 'pass', said)
        expect(rows['good']['server'] == 'dnsmasq', rows)
        log = (s.folder / 'm/cells/p/pxe4/good@dnsmasq/server.log').read_text()
        expect('DHCPACK(eth0)' in log and 'boot.efi' in log, log)
        expect(s.is_clean() and not servers_of(s), 'something is left')


def is_served_no_more(s):
    end = time.monotonic() + 20
    while servers_of(s) and time.monotonic() < end:
        time.sleep(0.05)
    return not servers_of(s)


def cell_of(server):
    """The process that started it"""
    return int(pathlib.Path(f'/proc/{server}/stat').read_text().rpartition(')')[2].split()[1])


def a_server_ends_with_its_cell_that_is_killed_or_told_to_end_more_than_once():
    for signs in ((signal.SIGKILL,), (signal.SIGTERM,) * 20):
        with matrix.stage('pass') as s:
            prepared(s)
            with subprocess.Popen(s.words('--server', 'dnsmasq', '--jobs', '1'),
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  env={**os.environ, 'TMPDIR': str(s.tmp)}) as process:
                tap.wait_until((s.folder / 'pid').exists, 'the machine')
                (server,) = servers_of(s)
                cell = cell_of(server)
                for sign in signs:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(cell, sign)
                    time.sleep(0.005)
                tap.wait_until(lambda: server not in servers_of(s), 'the server, to end')  # pylint: disable=cell-var-from-loop
                process.kill()
            expect(is_served_no_more(s), f'{signs}: dnsmasq runs on')


def nothing_is_left_however_it_ends():
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        with matrix.stage('pass') as s:
            prepared(s)
            with subprocess.Popen(s.words('--server', 'dnsmasq'), stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True,
                                  env={**os.environ, 'TMPDIR': str(s.tmp)}) as process:
                tap.wait_until((s.folder / 'pid').exists, 'the machine')
                expect(servers_of(s), 'no dnsmasq')
                process.send_signal(sign)
                said = process.communicate(timeout=tap.LIMIT_S)[0]
            expect(process.returncode != 0, (sign, said))
            expect(s.is_clean(), f'{sign}: something is left: {said}')
            expect(is_served_no_more(s), f'{sign}: dnsmasq runs on')


def main():
    matrix.BIN = guest.BIN = sys.argv[1]
    if os.geteuid() != 0 or not shutil.which('dnsmasq'):
        tap.skip_all('no root, or no dnsmasq')
    for test in (a_machine_boots_from_dnsmasq_under_a_fault_too,
                 a_server_ends_with_its_cell_that_is_killed_or_told_to_end_more_than_once,
                 nothing_is_left_however_it_ends):
        tap.run(test)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
