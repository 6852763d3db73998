#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""`bootrig hello` of servers that are set up in every way: hello.py BOOTRIG TLS_PEER

Of nginx and apache, on the loopback interface, where they are; of our own server; of captures. TAP
on stdout. What each client must say of a setting is written here by what its source says, not by what
hello said once. What a real OVMF did with our server in each setting of a ladder stands in
vms/faults/https-ovmf-x64.tsv: hello must say the same of it.
"""
import contextlib
import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import tap  # noqa: E402 pylint: disable=wrong-import-position

BOOTRIG, PEER = sys.argv[1:]
TOP = pathlib.Path(__file__).resolve().parent.parent.parent
CORPUS = TOP / 'captures' / 'corpus'
ALL = {'edk2-2022.11', 'edk2-head', 'edk2-2025', 'ipxe', 'uboot'}
EDK2 = {'edk2-2022.11', 'edk2-head', 'edk2-2025'}
CURVES = ALL - {'edk2-2022.11'}  # what knows elliptic curves
CBC = {'edk2-2022.11', 'edk2-head', 'ipxe'}
# nginx: key, further lines of its configuration, who can shake hands
NGINX = [
    ('rsa2048', '', ALL - {'edk2-2025'}),
    ('rsa3072', '', ALL),
    ('rsa4096', '', ALL),
    ('p256', '', CURVES),
    ('p384', '', CURVES),
    ('rsa2048', 'ssl_protocols TLSv1.2;', ALL - {'edk2-2025'}),
    ('rsa2048', 'ssl_protocols TLSv1.3;', set()),
    ('rsa2048', 'ssl_protocols TLSv1.2 TLSv1.3;', ALL - {'edk2-2025'}),
    ('rsa3072', 'ssl_protocols TLSv1.2 TLSv1.3;', ALL),
    ('rsa3072', 'ssl_ciphers AES256-GCM-SHA384;', ALL - {'edk2-2025'}),
    ('rsa3072', 'ssl_ciphers AES128-GCM-SHA256;', ALL - {'edk2-2025'}),
    ('rsa3072', 'ssl_ciphers ECDHE-RSA-AES256-GCM-SHA384;', CURVES),
    ('rsa3072', 'ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;', CURVES),
    ('rsa3072', 'ssl_ciphers ECDHE-RSA-CHACHA20-POLY1305;', set()),
    ('p256', 'ssl_ciphers ECDHE-ECDSA-AES256-GCM-SHA384;', CURVES),
    ('rsa3072', 'ssl_ciphers HIGH:!kRSA:!aNULL;', CURVES),  # what most guides ask for
    ('rsa3072', 'ssl_ciphers HIGH:!aNULL; ssl_prefer_server_ciphers on;', ALL),
    ('rsa3072', 'ssl_ecdh_curve secp384r1;', ALL),
    ('rsa3072', 'ssl_ecdh_curve secp521r1; ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;', CURVES - {'ipxe'}),
    ('rsa3072', 'ssl_ecdh_curve X25519; ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;', CURVES - {'uboot'}),
    ('expired', '', EDK2),  # which looks at no date
    ('other-name', '', set()),
]
# apache: the same; it has Diffie-Hellman parameters of its own, nginx none
APACHE = [
    ('rsa2048', '', ALL - {'edk2-2025'}),
    ('rsa3072', '', ALL),
    ('p256', '', CURVES),
    ('rsa3072', 'SSLProtocol TLSv1.2', ALL),
    ('rsa3072', 'SSLProtocol TLSv1.3', set()),
    ('rsa3072', 'SSLCipherSuite AES256-GCM-SHA384', ALL - {'edk2-2025'}),
    ('rsa3072', 'SSLCipherSuite ECDHE-RSA-AES256-GCM-SHA384', CURVES),
    ('rsa3072', 'SSLCipherSuite DHE-RSA-AES256-GCM-SHA384', {'edk2-2022.11', 'edk2-head', 'edk2-2025', 'ipxe'}),
    ('other-name', '', set()),
]
LADDER = TOP / 'conformance' / 'scripts' / 'https4' / 'ladder'


def hello(*words):
    done = subprocess.run([BOOTRIG, 'hello', '--json', *map(str, words)], capture_output=True, text=True,
                          check=False, timeout=tap.LIMIT_S)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, {row['client'] for row in rows if row['can']}, rows


def openssl(*words):
    subprocess.run(['openssl', *map(str, words)], check=True, capture_output=True)


def make_keys(folder):
    for name in ('rsa2048', 'rsa3072', 'rsa4096', 'p256', 'p384', 'expired', 'other-name'):
        kind = ['rsa:3072'] if name in ('expired', 'other-name') else \
            [f'rsa:{name[3:]}'] if name.startswith('rsa') else \
            ['ec', '-pkeyopt', f'ec_paramgen_curve:P-{name[1:]}']
        san = 'DNS:elsewhere.example' if name == 'other-name' else 'IP:127.0.0.1'
        openssl('req', '-x509', '-newkey', *kind, '-nodes', '-days', '30', '-subj', '/CN=server', '-addext',
                f'subjectAltName={san}', '-keyout', folder / f'{name}.key', '-out', folder / f'{name}.pem')


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def await_port(port):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(('127.0.0.1', port)) == 0:
                return
        time.sleep(0.05)


@contextlib.contextmanager
def nginx(folder, key, more):
    port = free_port()
    config = folder / 'nginx.conf'
    config.write_text(f'''daemon off; error_log {folder}/error.log; pid {folder}/pid; worker_processes 1;
events {{ worker_connections 64; }}
http {{ access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
 uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
 server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {folder}/{key}.pem;
  ssl_certificate_key {folder}/{key}.key; {more} return 204; }} }}
''')
    with subprocess.Popen(['nginx', '-c', config, '-e', f'{folder}/error.log'], stderr=subprocess.DEVNULL) as server:
        try:
            await_port(port)
            yield port
        finally:
            server.terminate()


def of_nginx(folder):
    if not shutil.which('nginx') or not shutil.which('openssl'):
        tap.skip('hello of nginx', 'no nginx or no openssl here')
        return
    make_keys(folder)
    for key, more, want in NGINX:
        date = ['--date', '2049-01-01'] if key == 'expired' else []
        with nginx(folder, key, more) as port:
            code, can, rows = hello(f'127.0.0.1:{port}', *date)
        why = {row['client']: row['why'] for row in rows}
        tap.claim(can == want and code == (0 if want == ALL else 1),
                  f'nginx with {key} {more or "as it is"}: {", ".join(sorted(want)) or "none"}', (can, why))


@contextlib.contextmanager
def apache(folder, key, more):
    port = free_port()
    modules = pathlib.Path(shutil.which('apache2')).resolve().parent.parent / 'lib' / 'apache2' / 'modules'
    config = folder / 'apache.conf'
    load = ''.join(f'LoadModule {name}_module {modules}/mod_{name}.so\n' for name in ('mpm_event', 'authz_core', 'ssl'))
    config.write_text(f'''{load}ServerRoot {folder}
ServerName localhost
DefaultRuntimeDir {folder}
PidFile {folder}/apache.pid
ErrorLog {folder}/apache.log
User nobody
Group nogroup
Listen 127.0.0.1:{port}
SSLSessionCache none
SSLEngine on
SSLCertificateFile {folder}/{key}.pem
SSLCertificateKeyFile {folder}/{key}.key
{more}
''')
    with subprocess.Popen(['apache2', '-D', 'FOREGROUND', '-f', config], stderr=subprocess.DEVNULL) as server:
        try:
            await_port(port)
            yield port
        finally:
            server.terminate()


def of_apache(folder):
    if not shutil.which('apache2') or not shutil.which('openssl'):
        tap.skip('hello of apache', 'no apache2 or no openssl here')
        return
    for key, more, want in APACHE:
        with apache(folder, key, more) as port:
            code, can, rows = hello(f'127.0.0.1:{port}')
        why = {row['client']: row['why'] for row in rows}
        tap.claim(can == want and code == (0 if want == ALL else 1),
                  f'apache with {key} {more or "as it is"}: {", ".join(sorted(want)) or "none"}', (can, why))


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
        of_nginx(folder)
        of_apache(folder)
        as_real_ovmf(folder)
    sys.exit(tap.end())


main()
