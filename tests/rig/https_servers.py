# SPDX-License-Identifier: BSD-2-Clause
"""nginx and apache with TLS, set up in every way, and what each client of `hello` is to say of them

What stands here was written by what each client's source says, not by what hello said once.
"""
import base64
import contextlib
import math
import pathlib
import shutil
import socket
import subprocess
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
ALL = {'edk2-2022.11', 'edk2-head', 'edk2-2025', 'ipxe', 'uboot'}
EDK2 = {'edk2-2022.11', 'edk2-head', 'edk2-2025'}
CURVES = ALL - {'edk2-2022.11'}  # what knows elliptic curves
# nginx: certificate, further lines of its configuration, who can shake hands
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
CERTIFICATES = ('rsa2048', 'rsa3072', 'rsa4096', 'p256', 'p384', 'expired', 'other-name')
# What `openssl ca` wants to be told, and nobody reads twice
AUTHORITY = '''[ca]
default_ca = it
[it]
database = {folder}/index
new_certs_dir = {folder}
serial = {folder}/serial
certificate = {folder}/root.pem
private_key = {folder}/root.key
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature, keyEncipherment
subjectAltName = {names}
'''


def openssl(*words):
    subprocess.run(['openssl', *map(str, words)], check=True, capture_output=True)


def der(tag, octets):
    size = len(octets)
    head = bytes([size]) if size < 0x80 else bytes([0x82]) + size.to_bytes(2, 'big')
    return bytes([tag]) + head + octets


def write_root_key(target):
    """The private key of the rig's own authority, which everybody has, as PKCS #1 (RFC 8017 A.1.2)."""
    part, field = {}, ''
    for line in (TOP / 'sim' / 'tls' / 'keys.txt').read_text().splitlines():
        if line.startswith('\t'):
            part[field] += line.strip()
        else:
            field = line
            part[field] = ''
    n, p, q, dp, dq, iq = (int(part[f'root.{name}'], 16) for name in ('n', 'p', 'q', 'dp', 'dq', 'iq'))
    d = pow(65537, -1, math.lcm(p - 1, q - 1))
    numbers = (0, n, 65537, d, p, q, dp, dq, iq)
    body = b''.join(der(2, number.to_bytes(number.bit_length() // 8 + 1, 'big')) for number in numbers)
    text = base64.encodebytes(der(0x30, body)).decode()
    target.write_text(f'-----BEGIN RSA PRIVATE KEY-----\n{text}-----END RSA PRIVATE KEY-----\n')


def make_certificates(bootrig, folder, address='127.0.0.1'):
    """NAME.pem and NAME.key in @folder, signed by the rig's authority, whose certificate is root.pem.

    And a folder for the files of a server.
    """
    (folder / 'files').mkdir()
    subprocess.run([bootrig, 'hello', '--authority', folder / 'root.pem'], check=True)
    write_root_key(folder / 'root.key')
    (folder / 'index').touch()
    (folder / 'serial').write_text('01\n')
    for name in CERTIFICATES:
        kind = ['EC', '-pkeyopt', f'ec_paramgen_curve:P-{name[1:]}'] if name[0] == 'p' else \
            ['RSA', '-pkeyopt', f'rsa_keygen_bits:{name[3:] if name.startswith("rsa") else 3072}']
        names = 'DNS:elsewhere.example' if name == 'other-name' else f'IP:{address}'
        until = '20240601000000Z' if name == 'expired' else '20490101000000Z'
        (folder / 'ca.conf').write_text(AUTHORITY.format(folder=folder, names=names))
        openssl('genpkey', '-algorithm', *kind, '-out', folder / f'{name}.key')
        openssl('req', '-new', '-key', folder / f'{name}.key', '-subj', f'/CN={name}', '-out', folder / 'request')
        openssl('ca', '-batch', '-notext', '-config', folder / 'ca.conf', '-extensions', 'leaf', '-startdate',
                '20240101000000Z', '-enddate', until, '-in', folder / 'request', '-out', folder / f'{name}.pem')


def free_port(address):
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


def await_port(address, port):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex((address, port)) == 0:
                return
        time.sleep(0.05)


@contextlib.contextmanager
def running(words, address, port):
    with subprocess.Popen(list(map(str, words)), stderr=subprocess.DEVNULL) as server:
        try:
            await_port(address, port)
            yield port
        finally:
            server.terminate()


@contextlib.contextmanager
def nginx(folder, key, more, address='127.0.0.1', port=0):
    """One that serves @folder/files"""
    port = port or free_port(address)
    config = folder / 'nginx.conf'
    config.write_text(f'''daemon off; user root; error_log {folder}/error.log; pid {folder}/pid; worker_processes 1;
events {{ worker_connections 64; }}
http {{ access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
 uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
 server {{ listen {address}:{port} ssl; ssl_certificate {folder}/{key}.pem;
  ssl_certificate_key {folder}/{key}.key; {more} root {folder}/files; }} }}
''')
    with running(['nginx', '-c', config, '-e', f'{folder}/error.log'], address, port):
        yield port


@contextlib.contextmanager
def apache(folder, key, more, address='127.0.0.1', port=0):
    """One that serves @folder/files"""
    port = port or free_port(address)
    modules = pathlib.Path(shutil.which('apache2')).resolve().parent.parent / 'lib' / 'apache2' / 'modules'
    config = folder / 'apache.conf'
    load = ''.join(f'LoadModule {name}_module {modules}/mod_{name}.so\n' for name in ('mpm_event', 'authz_core', 'ssl'))
    config.write_text(f'''{load}ServerRoot {folder}
ServerName localhost
DefaultRuntimeDir {folder}
PidFile {folder}/apache.pid
ErrorLog {folder}/apache.log
DocumentRoot {folder}/files
User nobody
Group nogroup
Listen {address}:{port}
SSLSessionCache none
SSLEngine on
SSLCertificateFile {folder}/{key}.pem
SSLCertificateKeyFile {folder}/{key}.key
{more}
''')
    with running(['apache2', '-D', 'FOREGROUND', '-f', config], address, port):
        yield port


SERVERS = {'nginx': ('nginx', nginx, NGINX), 'apache': ('apache2', apache, APACHE)}
