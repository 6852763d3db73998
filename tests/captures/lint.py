#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`bootrig lint`: configurations written after published guides, each started for real

	lint.py BIN

Goal: the fault of each is named with its line, and no other; good ones are silent; once a fault is
mended its finding is gone, so it came from what the clients saw; a configuration that the server
refuses is told with the server's own line; nothing of the lab is left, even after a kill; bad use
is one line. Method: conformance/lint/expected.tsv says what to expect of which; all run side by
side, those of a server that is not here are left out. Says TAP; skips without root or dnsmasq.
"""
import concurrent.futures
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position
from tap import expect  # noqa: E402

BIN = ''
TOP = pathlib.Path(__file__).resolve().parent.parent.parent
LINT = TOP / 'conformance/lint'
PROGRAMS = {'dnsmasq': 'dnsmasq', 'kea': 'kea-dhcp4', 'dhcpd': 'dhcpd'}
MENDED = [  # a configuration, what is written instead of what, and nothing is found any more
    ('libvirt.dnsmasq.conf', 'dhcp-match=set:ipxe,175',
     'dhcp-match=set:ipxe,175\ndhcp-option-force=tag:efi-http,60,HTTPClient'),
    ('metal3.dnsmasq.conf', 'option:client-arch,', 'option6:61,'),
    ('proxmox.dnsmasq.conf', 'dhcp-boot=tag:x64,', 'dhcp-boot=tag:!ipxe,tag:x64,'),
]
RESULTS = {}


def program(name):
    """As little of a PE file as tells its machine (PE format 3.3), 4 KiB"""
    machine = next((number for words, number in (
        (('aa64', 'arm64'), 0xaa64), (('ia32', 'i386'), 0x14c)) if any(w in name for w in words)), 0x8664)
    octets = bytearray(4096)
    octets[0:2] = b'MZ'
    struct.pack_into('<I', octets, 0x3c, 0x80)
    octets[0x80:0x84] = b'PE\0\0'
    struct.pack_into('<HHIIIHH', octets, 0x84, machine, 1, 0, 0, 0, 240, 0x22)
    struct.pack_into('<H', octets, 0x98, 0x20b)
    struct.pack_into('<8sIIII', octets, 0x98 + 240, b'.text', 3000, 0x1000, 3584, 512)
    return bytes(octets)


def content(name):
    if name.lower().endswith('.efi'):
        return program(name.lower())
    if name.endswith('.ipxe'):
        return b'#!ipxe\necho hello\n'
    if name.endswith('grub.cfg'):
        return b'linux /vmlinuz\ninitrd /initrd.img\nboot\n'
    if name.endswith('/default'):
        return b'default linux\nlabel linux\n  kernel vmlinuz\n  initrd initrd.img\n'
    return bytes((i * 37 + 11) % 251 for i in range(3000))


def lint(folder, *words):
    return subprocess.run([BIN, 'lint', *words], capture_output=True, text=True, check=False,
                          timeout=tap.LIMIT_S, stdin=subprocess.DEVNULL, cwd=folder)


def rows():
    lines = (LINT / 'expected.tsv').read_text(encoding='utf-8').splitlines()
    return [line.split('\t') for line in lines if line and not line.startswith('#')]


def run_one(folder, row, mend):
    """Return: exit code, findings as 'LINE ID', all of the JSON, and what it said"""
    name, server, clients, files, _ = row
    folder.mkdir()
    for path in files.split():
        target = folder / 'root' / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content(path))
    text = (LINT / name).read_text(encoding='utf-8')
    if mend:
        expect(mend[1] in text, mend)
        text = text.replace(mend[1], mend[2])
    (folder / name).write_text(text, encoding='utf-8')
    done = lint(folder, f'{server}={name}', '--root', 'root', '--clients', clients, '--json', 'out.json',
                '--junit', 'out.xml', '--html', 'out.html')
    found = json.loads((folder / 'out.json').read_text(encoding='utf-8')) if \
        (folder / 'out.json').exists() else {'faults': [], 'clients': []}
    page = (folder / 'out.html').read_text(encoding='utf-8') if (folder / 'out.html').exists() else ''
    return done, [f'{fault["line"]} {fault["id"]}' for fault in found['faults']], found, page


def is_here(server):
    path = os.environ.get('PATH', '') + ':/usr/sbin:/sbin'
    if os.environ.get('BOOTRIG_SERVERS'):
        path += f':{os.environ["BOOTRIG_SERVERS"]}/usr/sbin'
    return shutil.which(PROGRAMS[server], path=path) is not None


def run_all():
    """All of them at once: they wait more than they work."""
    jobs = [(row[0], row, None) for row in rows() if is_here(row[1])]
    jobs += [(mend[0] + ', mended', row, mend) for mend in MENDED for row in rows() if row[0] == mend[0]]
    with tempfile.TemporaryDirectory() as top, \
            concurrent.futures.ThreadPoolExecutor(max_workers=len(jobs) + 4) as pool:
        pathlib.Path(top).chmod(0o755)
        futures = {name: pool.submit(run_one, pathlib.Path(top, f'{i}'), row, mend)
                   for i, (name, row, mend) in enumerate(jobs)}
        futures['known'] = pool.submit(run_known, pathlib.Path(top, 'known'), 's390-netboot')
        futures['known, listed'] = pool.submit(run_known, pathlib.Path(top, 'listed'),
                                               's390-netboot=52:54:00:11:22:33')
        futures['all of it'] = pool.submit(run_with, pathlib.Path(top, 'all'),
                                           'tftp-root=/\ndhcp-boot=/boot/x64.efi', 'boot/x64.efi')
        futures['cut off'] = pool.submit(run_with, pathlib.Path(top, 'cut'),
                                         'tftp-root=/srv/tftp\ndhcp-boot=x64.efi', 'x64.efi', '5', 1 << 30)
        for name, future in futures.items():
            RESULTS[name] = future.result()


def claim_each():
    run_all()
    for row in rows():
        name, server, _, _, expected = row
        wanted = [] if expected == '-' else expected.split('; ')
        what = f'{name}: ' + ('is silent' if not wanted else f'finds {", ".join(wanted)}')
        if name not in RESULTS:
            tap.skip(what, f'{server} is not here')
            continue
        done, found, data, page = RESULTS[name]
        if done.returncode == 77:
            tap.skip(what, done.stderr.strip())
            continue
        booted = [c['client'] for c in data['clients'] if c['result'] == 'boots']
        good = found == wanted and done.returncode == (1 if wanted else 0) and \
            (booted or wanted) and name in page
        tap.claim(good, what, f'found {found}, exit {done.returncode}, boots {booted}\n'
                  f'{done.stdout[-3000:]}{done.stderr[-500:]}')
    for mend in MENDED:
        done, found, data, _ = RESULTS[mend[0] + ', mended']
        if done.returncode == 77:
            tap.skip(f'{mend[0]}: mended, it is silent', done.stderr.strip())
            continue
        booted = [c['client'] for c in data['clients'] if c['result'] == 'boots']
        tap.claim(not found and done.returncode == 0 and booted, f'{mend[0]}: mended, it is silent',
                  f'{found}\n{done.stdout[-2000:]}{done.stderr[-500:]}')


def run_with(folder, text, path, seconds='75', size=0):
    """A configuration that has to boot a machine with the file at that path, perhaps a sparse one"""
    (folder / 'root' / path).parent.mkdir(parents=True)
    (folder / 'root' / path).write_bytes(content(path))
    if size:
        os.truncate(folder / 'root' / path, size)
    (folder / 'x.conf').write_text(f'dhcp-range=10.1.0.50,10.1.0.90\nenable-tftp\n{text}\n', encoding='utf-8')
    return lint(folder, 'dnsmasq=x.conf', '--root', 'root', '--clients', 'edk2-x64-pxe4', '--seconds',
                seconds, '--junit', 'out.xml')


def a_tftp_root_of_all_has_the_files_of_root():
    done = RESULTS['all of it']
    if done.returncode == 77:
        return done.stderr.strip()
    expect(done.returncode == 0 and '\n1 boot, 0 fail' in done.stdout, done)
    return None


def who_is_cut_off_by_the_time_limit_is_unfinished():
    done = RESULTS['cut off']
    if done.returncode == 77:
        return done.stderr.strip()
    expect(done.returncode == 3 and ' unfinished ' in done.stdout and '0 fail' in done.stdout and
           '--seconds' in done.stdout and 'FAILS' not in done.stdout, done)
    return None


def cables():
    return [line for line in subprocess.run(['ip', '-o', 'link'], capture_output=True, text=True,
                                            check=True).stdout.splitlines() if 'brlab' in line]


def a_server_that_refuses_is_told_with_its_own_line():
    for line, at in (('no-such-word=1', 3), ('tftp-root=none/such/folder\nenable-tftp', 3),
                     ('tftp-root=/x/../../none/such/folder\nenable-tftp', 3)):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, 'bad.conf').write_text(
                f'interface=eth0\ndhcp-range=10.1.0.50,10.1.0.90\n{line}\n', encoding='utf-8')
            done = lint(folder, 'dnsmasq=bad.conf')
        if done.returncode == 77:
            return done.stderr.strip()
        expect(done.returncode == 1 and f'bad.conf:{at}: dnsmasq does not start with it' in done.stdout, done)
    for path in ('/mntnone', '/none'):  # a folder outside of the room
        expect(not os.path.exists(path), path)
    return None


def who_keeps_all_out_is_named():
    done, known = RESULTS['known'], RESULTS['known, listed']
    if done.returncode == 77:
        return done.stderr.strip()
    expect(done.returncode == 1 and 'known.conf:1: Nobody is offered an address' in done.stdout, done)
    expect('10.1.0.9' in known.stdout and 'Nobody' not in known.stdout, known)
    return None


def run_known(folder, client):
    folder.mkdir()
    (folder / 'known.conf').write_text(
        'dhcp-range=10.1.0.0,static\ndhcp-host=52:54:00:11:22:33,10.1.0.9\n', encoding='utf-8')
    return lint(folder, 'dnsmasq=known.conf', '--clients', client, '--seconds', '8')


def mistakes_are_one_line():
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, 'empty.conf').write_text('# nothing\n', encoding='utf-8')
        good = LINT / 'libvirt.dnsmasq.conf'
        for words in (['dhcpcd=x'], ['dnsmasq=none.conf'], ['dnsmasq=empty.conf'],
                      [f'dnsmasq={good}', '--clients', 'grub'], [f'dnsmasq={good}', '--root', 'none'],
                      [f'dnsmasq={good}', '--clients', 'edk2-x64-pxe6'],
                      [f'dnsmasq={good}', '--clients', 'edk2-x64-pxe4=52:54'],
                      [f'dnsmasq={good}', '--serves', 'ftp'], [f'dnsmasq={good}', '--address', '10.1']):
            done = lint(folder, *words)
            expect(done.returncode == 2 and done.stderr.count('\n') == 1 and not done.stdout, done)


def without_root_it_says_so_in_a_line():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        done = subprocess.run(['setpriv', '--reuid', '65534', '--clear-groups', BIN, 'lint',
                               f'dnsmasq={LINT / "libvirt.dnsmasq.conf"}'], capture_output=True, text=True,
                              check=False, timeout=tap.LIMIT_S, cwd=folder)
    expect(done.returncode == 77 and done.stderr.count('\n') == 1 and 'root' in done.stderr, done)


def nothing_is_left_behind_even_after_a_kill():
    with tempfile.TemporaryDirectory() as folder:
        child = subprocess.Popen([BIN, 'lint', f'dnsmasq={LINT / "libvirt.dnsmasq.conf"}'], cwd=folder,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        log = pathlib.Path(folder, 'out/lint-libvirt.dnsmasq.conf/server.log')
        end = time.monotonic() + 20
        while time.monotonic() < end and not (log.exists() and 'DHCPDISCOVER' in log.read_text()):
            time.sleep(0.1)
        expect(cables(), 'no cable while it runs')
        child.send_signal(signal.SIGKILL)
        child.wait()
        while time.monotonic() < end and cables():
            time.sleep(0.1)
    expect(not cables(), cables())
    expect('lint.conf' not in subprocess.run(['ps', 'axww'], capture_output=True, text=True,
                                             check=True).stdout, 'a server is left')


def main():
    global BIN  # pylint: disable=global-statement
    BIN = str(pathlib.Path(sys.argv[1]).resolve())
    if os.geteuid() != 0 or not is_here('dnsmasq'):
        tap.skip_all('needs root and dnsmasq')
    claim_each()
    for test in (a_server_that_refuses_is_told_with_its_own_line, who_keeps_all_out_is_named,
                 a_tftp_root_of_all_has_the_files_of_root, who_is_cut_off_by_the_time_limit_is_unfinished,
                 mistakes_are_one_line,
                 without_root_it_says_so_in_a_line, nothing_is_left_behind_even_after_a_kill):
        tap.run(test)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
