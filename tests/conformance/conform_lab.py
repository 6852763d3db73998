#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`bootrig conform --server` against servers of others, in a network of their own

	conform_lab.py BIN

Goal: dnsmasq is judged by what it does, and what it breaks is known; a server of one's own is
checked as README says; one that is configured is told what a script wants; nothing of the lab is
left, even after a kill; a server that says nothing passes nothing; files and descriptions with
mistakes are refused. Says TAP; skips without root or dnsmasq.
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
import textwrap

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position
from tap import expect  # noqa: E402

BIN = ''
TOP = pathlib.Path(__file__).resolve().parent.parent.parent
SILENT = '''name = "silent"
address = "10.77.0.1"
roles = ["tftp"]
start = "echo up; exec sleep 1000"
ready = "up"
'''


def conform(folder, *words):
    return subprocess.run([BIN, 'conform', *words], capture_output=True, text=True, check=False,
                          timeout=tap.LIMIT_S, stdin=subprocess.DEVNULL, cwd=folder)


def nets(processes=None):
    """Network namespaces of these processes, or of all"""
    found = set()
    for path in processes or pathlib.Path('/proc').glob('[0-9]*'):
        try:
            found.add(os.readlink(path / 'ns/net'))
        except OSError:
            continue  # it has ended meanwhile
    return found


def dnsmasq_is_judged_by_what_it_does_and_what_it_breaks_is_known():
    known = TOP / 'conformance/servers/dnsmasq.known'
    with tempfile.TemporaryDirectory() as folder:
        done = conform(folder, '--server', 'dnsmasq', '--json', 'out.json', '--baseline', str(known))
        rows = {row.get('requirement'): row for row in
                json.loads(pathlib.Path(folder, 'out.json').read_text(encoding='utf-8'))}
        log = pathlib.Path(folder, 'out/conform-dnsmasq/server.log').read_text(encoding='utf-8', errors='replace')
        sizes = [path.stat().st_size for path in pathlib.Path(folder).rglob('boot.efi')]
        kept = [path.name for path in pathlib.Path(folder, 'out/conform-dnsmasq/captures').iterdir()]
        odd = pathlib.Path(rows['TFTP-BLK-04']['capture']).read_bytes()
    expect(done.returncode == 0 and 'known TFTP-TSZ-02' in done.stdout, done.stdout + done.stderr)
    for held in ('TFTP-BLK-02', 'D4S-DISC-01', 'RLS-03', 'PXE-ARCH-01'):
        expect(rows[held]['verdict'] == 'pass', (rows[held], done.stdout, done.stderr))
    # it grants seven octets (src/tftp.c makes 0 a 1 and has no other lower bound): RFC 2348 has 8
    expect(rows['TFTP-BLK-04']['verdict'] == 'known' and 'blksize=7' in rows['TFTP-BLK-04']['got'],
           rows['TFTP-BLK-04'])
    expect('conform --server dnsmasq --script tftp/options/blksize-out-of-range' in done.stdout,
           done.stdout)
    expect(b'blksize' in odd and 'tftp.read.missing-file.pcapng' not in kept, kept)
    expect('dnsmasq-tftp' in log and 'DHCPOFFER' in log and 4096 in sizes, log)
    heads = re.findall(r'^== (\S+)$', log, re.MULTILINE)
    expect(heads == sorted(heads) and len(heads) > 60, heads)


def side_by_side_the_same_is_said_as_one_by_one():
    said = []
    with tempfile.TemporaryDirectory() as folder:
        own_server(folder)
        for jobs in ('1', '6'):
            conform(folder, '--server', 'own.toml', '--script', 'tftp/read/e', '-j', jobs, '--json', 'out.json')
            rows = json.loads(pathlib.Path(folder, 'out.json').read_text(encoding='utf-8'))
            said.append([(row.get('requirement', row.get('scenario')), row['verdict'], row.get('scripts'))
                         for row in rows])
    expect(said[0] == said[1] and any(row[1] == 'pass' for row in said[0]), said)


def a_server_that_says_nothing_passes_nothing_of_its_own():
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, 'silent.toml').write_text(SILENT, encoding='utf-8')
        done = conform(folder, '--server', 'silent.toml', '--script', 'tftp/options/names',
                       '--json', 'out.json')
        rows = json.loads(pathlib.Path(folder, 'out.json').read_text(encoding='utf-8'))
    expect(done.returncode == 1, done)
    passed = [row['requirement'] for row in rows if row['verdict'] == 'pass']
    expect(not passed, passed)
    expect(any(row['verdict'] == 'fail' for row in rows), done.stdout)


def own_server(folder):
    text = (TOP / 'README.md').read_text(encoding='utf-8').split('## A server of your own')[1]
    description = text[text.index('    name = "own"'):].split('\n\n')[0]
    shutil.copy(TOP / 'tests/conformance/own_server.py', folder)
    pathlib.Path(folder, 'own.toml').write_text(textwrap.dedent(description) + '\n', encoding='utf-8')


def the_server_of_the_readme_is_checked_by_its_words():
    with tempfile.TemporaryDirectory() as folder:
        own_server(folder)
        done = conform(folder, '--server', 'own.toml', '--only', 'PXE', '--json', 'out.json')
        rows = json.loads(pathlib.Path(folder, 'out.json').read_text(encoding='utf-8'))
        log = pathlib.Path(folder, 'out/conform-own/server.log').read_text(encoding='utf-8', errors='replace')
    passed = {row['requirement'] for row in rows if row.get('verdict') == 'pass'}
    expect({'PXE-PRX-01', 'PXE-PRX-03', 'PXE-PRX-10'} <= passed, done.stdout + done.stderr)
    expect('ready' in log, log)


def run_asks_a_server_too():
    with tempfile.TemporaryDirectory() as folder:
        own_server(folder)
        done = subprocess.run([BIN, 'run', 'tftp/read/missing-file', 'http4/file/asked-by-nobody', '--server', 'own.toml'],
                              capture_output=True, text=True, check=False, timeout=tap.LIMIT_S, cwd=folder)
    expect(done.returncode == 0 and done.stdout.count(' of real time') == 1, done)
    expect('# SKIP it needs the role http' in done.stdout, done)


def a_server_is_configured_for_each_script():
    with tempfile.TemporaryDirectory() as folder:
        text = SILENT.replace('ready = "up"', 'ready = "up"\nconfigured = true').replace(
            'roles = ["tftp"]', 'roles = ["dhcp"]').replace('echo up;', '. \\"$HERE/settings.sh\\"; takes pool; echo up;')
        shutil.copy(TOP / 'conformance/servers/settings.sh', folder)
        pathlib.Path(folder, 'silent.toml').write_text(text, encoding='utf-8')
        done = conform(folder, '--server', 'silent.toml', '--script', 'dhcp4/address/no-address-is-free')
        log = pathlib.Path(folder, 'out/conform-silent/server.log').read_text(encoding='utf-8', errors='replace')
        other = conform(folder, '--server', 'silent.toml', '--script', 'dhcp4/address/probed')
    expect('== dhcp4/address/no-address-is-free\npool=10.77.0.100-10.77.0.100\nup' in log, (log, done))
    expect(other.returncode == 3 and 'it cannot be configured so' in other.stdout, other)


def a_server_that_ends_is_told():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, 'silent.toml')
        path.write_text(SILENT.replace('exec sleep 1000', 'exit 3'), encoding='utf-8')
        done = conform(folder, '--server', 'silent.toml', '--script', 'tftp/options/names')
        expect(done.returncode != 0 and 'ended' in done.stderr, done)
        path.write_text(SILENT.replace('exec sleep 1000', 'sleep 3; exit 3'), encoding='utf-8')
        done = conform(folder, '--server', 'silent.toml', '--script', 'tftp/options/names')
        expect(done.returncode == 1 and 'ended by itself' in done.stderr, done)


def nothing_is_left_even_after_a_kill():
    with tempfile.TemporaryDirectory() as folder:
        # changes its user, as servers do: it then outlives a parent by itself
        text = SILENT.replace('exec sleep 1000', 'exec setpriv --reuid=65534 --clear-groups sleep 1000.25')
        pathlib.Path(folder, 'silent.toml').write_text(text, encoding='utf-8')
        with subprocess.Popen([BIN, 'conform', '--server', 'silent.toml', '--only', 'TFTP'], cwd=folder,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
            tap.wait_until(lambda: len(sleepers()) > 1, 'two servers')
            theirs = nets(sleepers())
            child.send_signal(signal.SIGKILL)
        expect(len(theirs) > 1, theirs)
        tap.wait_until(lambda: not sleepers() and not nets() & theirs, 'that nothing is left')


def sleepers():
    return [path for path in pathlib.Path('/proc').glob('[0-9]*') if is_sleeper(path / 'cmdline')]


def is_sleeper(path):
    try:
        return path.read_bytes() == b'sleep\x001000.25\x00'
    except OSError:
        return False


def a_description_with_mistakes_is_refused_with_its_place():
    for change, said in ((('"tftp"', '"ftp"'), ':3:1: expected roles = [...] of dhcp'),
                         (('10.77.0.1', '10.77.0'), ':2:1: expected address ='),
                         (('ready', 'redy'), ':5:1: expected one of name, address'),
                         (('ready = "up"', 'ready = "up'), ':5:'),
                         (('ready = "up"', '[gaps]\n"TFTP-WIN-3" = "x"'), ':6:1: expected a requirement'),
                         (('ready = "up"', '[gaps]\n"TFTP-WIN-03" = ""'), ':6:1: expected the reason'),
                         (('start', 'packages'), 'expected start = ')):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, 'x.toml').write_text(SILENT.replace(*change), encoding='utf-8')
            done = conform(folder, '--server', 'x.toml')
            expect(done.returncode == 2 and said in done.stderr and not done.stdout, (change, done))
    expect(conform('/tmp', '--server', 'iface:eth9').returncode == 2, 'no roles')
    expect(conform('/tmp', '--server', 'nobody').returncode == 2, 'nobody')


TESTS = [dnsmasq_is_judged_by_what_it_does_and_what_it_breaks_is_known,
         side_by_side_the_same_is_said_as_one_by_one,
         the_server_of_the_readme_is_checked_by_its_words, run_asks_a_server_too,
         a_server_is_configured_for_each_script,
         a_server_that_says_nothing_passes_nothing_of_its_own,
         a_server_that_ends_is_told, nothing_is_left_even_after_a_kill,
         a_description_with_mistakes_is_refused_with_its_place]


def main():
    global BIN
    BIN = str(pathlib.Path(sys.argv[1]).resolve())
    if os.geteuid() != 0:
        tap.skip_all('needs root, for a network namespace')
    for tool in ('ip', 'dnsmasq', 'setpriv'):
        if not shutil.which(tool):
            tap.skip_all(f'there is no {tool}')
    for test in TESTS:
        tap.run(test)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
