#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`bootrig hello` of servers that are set up in every way: hello.py BOOTRIG TLS_PEER

Of nginx and apache, on the loopback interface, where they are; of our own server; of captures. TAP
on stdout. What a real OVMF did with our server in each setting of a ladder stands in
vms/faults/https-ovmf-x64.tsv, what real machines did with nginx and apache in hello_beside_machine.tsv:
hello must say the same of it.
"""
import contextlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

from https_servers import ALL, SERVERS, make_certificates

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

BOOTRIG, PEER = sys.argv[1:]
TOP = pathlib.Path(__file__).resolve().parent.parent.parent
CORPUS = TOP / 'captures' / 'corpus'
BESIDE = pathlib.Path(__file__).with_name('hello_beside_machine.tsv')
LADDER = TOP / 'conformance' / 'scripts' / 'https4' / 'ladder'


def hello(*words):
    done = subprocess.run([BOOTRIG, 'hello', '--json', *map(str, words)], capture_output=True, text=True,
                          check=False, timeout=tap.LIMIT_S)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, {row['client'] for row in rows if row['can']}, rows


def of_others(folder, kind):
    """Of nginx or apache, set up in every way"""
    program, server, settings = SERVERS[kind]
    if not shutil.which(program) or not shutil.which('openssl'):
        tap.skip(f'hello of {kind}', f'no {program} or no openssl here')
        return
    seen = real(kind)
    for key, more, want in settings:
        with server(folder, key, more) as port:
            code, can, rows = hello(f'127.0.0.1:{port}', '--ca', folder / 'root.pem')
        why = {row['client']: row['why'] for row in rows}
        as_it_is = f'{kind} with {key} {more or "as it is"}'
        tap.claim(can == want and code == (0 if want == ALL else 1),
                  f'{as_it_is}: {", ".join(sorted(want)) or "none"}', (can, why))
        booted = seen.pop((key, more), {})
        tap.claim(booted and all((client in can) == it for client, it in booted.items()),
                  f'{as_it_is}: so did the real {", ".join(sorted(booted))}', (can, booted))
    tap.claim(not seen, f'no row of {BESIDE.name} is of a setting of {kind} that is gone', seen)


def real(kind):
    """{(certificate, settings): {client: whether the real one booted}}"""
    found = {}
    for line in BESIDE.read_text().splitlines():
        server, key, more, client, _, came, *_ = [*line.split('\t'), *[''] * 6]
        if server == kind:
            found.setdefault((key, more), {})[client] = came == 'booted'
    return found


def words_of(script):
    """What the script says of its server's TLS, and of the firmware: trust=, clock="""
    nodes = [line.split() for line in script.read_text().splitlines() if line.startswith('node ')]
    words = dict(word.split('=', 1) for node in nodes for word in node if word.count('=') == 1)
    return [f'{key}={value}' for key, value in words.items() if key.startswith('tls-')], words


def as_real_ovmf(folder):
    """The ladder, which a real OVMF 2022.11 has climbed."""
    root = folder / 'root.pem'
    rows = [line.split('\t') for line in (TOP / 'vms' / 'faults' / 'https-ovmf-x64.tsv').read_text().splitlines()
            if not line.startswith('#')][1:]
    for name, _, machine, _ in rows:
        settings, words = words_of(LADDER / f'{name}.wire')
        if words.get('trust') == 'none' or 'tls-fault=silent' in settings or 'tls-fault=renegotiate' in settings \
                or 'tls-fault=reset-late' in settings or int(words.get('tls-delay-ms', 0)) > 2000:
            continue  # nobody is asked, or it is behind the hello
        if words.get('tls-names') == words.get('lan'):
            settings = [word for word in settings if not word.startswith('tls-names')]
        with ours(*settings) as port:
            can = bool(hello(f'127.0.0.1:{port}', '--client', 'edk2-2022.11', '--ca', root, '--date',
                             words.get('clock', '2025-01-01'))[1])
        tap.claim(can == (machine == 'loaded'),
                  f'OVMF 2022.11, {name}: {"can, as the real one" if can else "cannot, as the real one"}',
                  (settings, can, machine))
    tap.claim(len(rows) >= 20, 'the real one was tried in twenty settings', len(rows))


@contextlib.contextmanager
def ours(*settings):
    with subprocess.Popen([PEER, 'serve', *settings], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as server:
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()


def of_ours(folder):
    root = folder / 'root.pem'
    done = subprocess.run([BOOTRIG, 'hello', '--authority', root], check=False)
    tap.claim(done.returncode == 0 and root.read_text().startswith('-----BEGIN CERTIFICATE-----'),
              'the authority of the rig is written as PEM')
    other = folder / 'list'
    subprocess.run([BOOTRIG, 'hello', '--authority', other], check=True)
    tap.claim(other.read_bytes() == (TOP / 'vms' / 'payload' / 'authority.bin').read_bytes(),
              'and as the list that machines of vms find in fw_cfg')
    with ours('tls-key=rsa3072') as port:
        tap.claim(hello(f'https://127.0.0.1:{port}/boot.efi', '--ca', root)[1] == ALL,
                  'all who know the authority can, of a URL')
    cut = folder / 'cut.pem'
    cut.write_text(root.read_text().rstrip('\n'))
    many = folder / 'many.pem'
    many.write_text(5 * root.read_text())
    with ours('tls-key=rsa3072', 'tls-names=boot\x1b[2Jexample,\x07') as port:
        tap.claim(hello(f'127.0.0.1:{port}', '--ca', cut, '--name', 'boot\x1b[2Jexample')[1] == ALL,
                  'an authority whose file does not end its last line is known too')
        done = subprocess.run([BOOTRIG, 'hello', f'127.0.0.1:{port}'], capture_output=True, text=True, check=False)
        tap.claim('of boot\\x1b[2Jexample, signed' in done.stdout and ', \\x07;' in done.stdout
                  and '\x1b' not in done.stdout + done.stderr,
                  'what a certificate says is nothing that a terminal obeys', done.stdout)
        done = subprocess.run([BOOTRIG, 'hello', '--ca', many, f'127.0.0.1:{port}'], capture_output=True, text=True,
                              check=False)
        tap.claim(done.returncode == 2 and '4 at most' in done.stderr,
                  'more authorities than there is room for are not cut in silence', done.stderr)
    with ours('tls-key=rsa3072', 'tls-ca=other') as port:
        tap.claim(hello(f'127.0.0.1:{port}', '--ca', root)[:2] == (1, set()), 'none can whose authority did not sign')
    with ours('tls-key=rsa3072') as port:
        code, can, _ = hello(f'127.0.0.1:{port}', '--name', 'boot.example', '--client', 'ipxe')
        tap.claim((code, can) == (0, {'ipxe'}), 'one client is asked alone, by the name of the URL')


def of_captures():
    code, can, rows = hello(CORPUS / 'public' / 'tls-weak-key.pcap', '--name', 'boot.example.org')
    tap.claim(code == 1 and can == {'ipxe'} and rows[1]['why'] == "a certificate's key is too short",
              'of a capture: who takes a key of 1024 bits', rows)
    code, _, rows = hello(CORPUS / 'ovmf-virtio-http.pcap')
    tap.claim(code == 3 and not rows, 'in a capture without TLS nobody says hello')


def of_mistakes():
    for words, want in ((['host:0:1:2'], 2), (['--client', 'nobody', 'localhost'], 2), ([], 2),
                        (['--ca', '/nonexistent', 'localhost'], 2), (['--date', 'today', 'localhost'], 2),
                        (['127.0.0.1:1'], 2)):
        done = subprocess.run([BOOTRIG, 'hello', *words], capture_output=True, text=True, check=False,
                              timeout=tap.LIMIT_S)
        tap.claim(done.returncode == want and len(done.stderr.splitlines()) == 1,
                  f'hello {" ".join(words)}: one line, exit {want}', (done.returncode, done.stderr))


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        of_ours(folder)
        of_captures()
        of_mistakes()
        if shutil.which('openssl'):
            make_certificates(BOOTRIG, folder)
        for kind in SERVERS:
            of_others(folder, kind)
        as_real_ovmf(folder)
    sys.exit(tap.end())


main()
