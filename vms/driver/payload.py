# SPDX-License-Identifier: BSD-2-Clause
"""What a machine boots: shim, GRUB, Linux, from Debian packages that nobody installs

Packages are downloaded by apt, which checks their signatures' hashes, and unpacked
into a cache. From them two trees are made, each the root of a boot server:

	pxe4/	shimx64.efi, grubx64.efi (signed, for the network), grub/..., vmlinuz, initrd.img
	http4/	the same, but grubx64.efi is made here by grub-mkimage, unsigned:
		Debian's signed GRUB has no HTTP in it, and finds no network after HTTP Boot

The trees are a function of the packages and of the files in vms/payload/.
"""
import contextlib
import fcntl
import gzip
import hashlib
import io
import json
import os
import pathlib
import re
import shutil
import stat
import subprocess

from . import Trouble

SOURCE = pathlib.Path(__file__).resolve().parent.parent / 'payload'
KERNEL = 'linux-image-cloud-amd64'  # depends on the newest kernel, one without drivers nobody needs
PACKAGES = (
    'busybox-static',         # the whole user space
    'grub-common',            # grub-mkimage
    'grub-efi-amd64-bin',     # GRUB's modules
    'grub-efi-amd64-signed',  # the GRUB that comes over TFTP
    'libdevmapper1.02.1',     # grub-mkimage is linked to it
    'shim-signed',            # what the firmware loads
)
MODULES = ('boot configfile echo efi_gop efinet gzio http linux minicmd net normal serial sleep '
           'terminal test tftp').split()
LAYOUT = 2  # changes when the trees do without their inputs changing


class Apt:
    """apt as an ordinary user: the system's package lists, or own ones if those do not do."""

    def __init__(self, cache, tell):
        self.tell, self.cache = tell, cache
        self.options = ['-o', 'APT::Sandbox::User=root'] if os.geteuid() == 0 else []
        self.private = False

    def refresh(self):
        """Own package lists below the cache; no privileges needed. Only once."""
        if self.private:
            return False
        self.private = True
        home = self.cache / 'apt'
        for folder in ('lists/partial', 'cache/archives/partial'):
            (home / folder).mkdir(parents=True, exist_ok=True)
        self.options += ['-o', f'Dir::State::lists={home}/lists', '-o', f'Dir::Cache={home}/cache']
        self.tell('package lists: none that will do, fetching them into the cache')
        done = subprocess.run(['apt-get', '-q', *self.options, 'update'], capture_output=True,
                              text=True, check=False)
        return done.returncode == 0

    def show(self, package):
        """The candidate's fields, {} if there is none."""
        done = subprocess.run(['apt-cache', *self.options, 'show', '--no-all-versions', package],
                              capture_output=True, text=True, check=False)
        return dict(re.findall(r'^([A-Z][A-Za-z-]*): (.*)$', done.stdout.partition('\n\n')[0],
                               re.MULTILINE))

    def candidates(self, packages):
        """{package: fields} of each; Trouble names the one that nobody has."""
        rows = {package: self.show(package) for package in packages}
        missing = [package for package, row in rows.items() if not row]
        if missing and self.refresh():
            return self.candidates(packages)
        if missing:
            raise Trouble(f'no package {missing[0]} here: the payload needs amd64 Debian packages')
        return rows

    def download(self, names, folder):
        """Into the folder; apt checks size and hash against its signed lists."""
        folder.mkdir(parents=True, exist_ok=True)
        with subprocess.Popen(['apt-get', '-q', *self.options, 'download', *names], cwd=folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors='replace') as apt:
            said = []
            for line in apt.stdout:
                said.append(line.rstrip())
                got = re.match(r'Get:\d+ \S+ \S+ \S+ (\S+) \S+ (\S+) \[(.*)\]', line)
                if got:
                    self.tell(f'download: {got[1]} {got[2]}, {got[3]}')
        if apt.returncode:
            raise Trouble('apt-get download failed: ' + '; '.join(said[-3:]))


def cpio_newc(entries):
    """An archive for the kernel, the same octets for the same entries, whoever makes it.

    entries: (name, mode, octets, (major, minor) of a device). Kernel documentation
    driver-api/early-userspace/buffer-format.
    """
    out = io.BytesIO()

    def pad():
        out.write(b'\0' * (-out.tell() % 4))

    for inode, (name, mode, octets, device) in enumerate([*entries, ('TRAILER!!!', 0, b'', (0, 0))]):
        fields = (inode, mode, 0, 0, 2 if stat.S_ISDIR(mode) else 1, 0, len(octets), 0, 0,
                  *device, len(name) + 1, 0)
        out.write(b'070701' + b''.join(b'%08X' % field for field in fields))
        out.write(name.encode() + b'\0')
        pad()
        out.write(octets)
        pad()
    return out.getvalue()


def make_initrd(busybox):
    folders = [(name, stat.S_IFDIR | 0o755, b'', (0, 0)) for name in ('bin', 'dev', 'proc', 'sys')]
    return gzip.compress(cpio_newc([
        *folders,
        ('bin/busybox', stat.S_IFREG | 0o755, busybox.read_bytes(), (0, 0)),
        ('dev/console', stat.S_IFCHR | 0o600, b'', (5, 1)),
        ('init', stat.S_IFREG | 0o755, (SOURCE / 'init').read_bytes(), (0, 0)),
    ]), compresslevel=9, mtime=0)


def link(source, target):
    """A hard link, or a copy where that cannot be."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def only(folder, pattern):
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise Trouble(f'{len(found)} files match {pattern} in the packages, wanted one')
    return found[0]


def make_grub(unpacked, target):
    """The GRUB of the HTTP tree: our early.cfg inside, unsigned."""
    library = only(unpacked, '**/libdevmapper.so.1.02.1').parent
    lines = (SOURCE / 'early.cfg').read_text(encoding='utf-8').splitlines(keepends=True)
    config = target.with_suffix('.cfg')  # what reads it inside GRUB knows no comments
    config.write_text(''.join(line for line in lines if not line.startswith('#')),
                      encoding='utf-8')
    subprocess.run([unpacked / 'usr/bin/grub-mkimage', '-O', 'x86_64-efi', '-d',
                    unpacked / 'usr/lib/grub/x86_64-efi', '-c', config, '-p', '/grub',
                    '-o', target, *MODULES],
                   env=dict(os.environ, LD_LIBRARY_PATH=str(library)), check=True)
    config.unlink()


def make_trees(unpacked, target):
    efi = unpacked / 'usr/lib/grub/x86_64-efi'
    initrd = target / 'initrd.img'
    initrd.write_bytes(make_initrd(only(unpacked, '**/bin/busybox')))
    for name in ('pxe4', 'http4'):
        tree = target / name
        link(only(unpacked, '**/shimx64.efi.signed'), tree / 'shimx64.efi')
        link(only(unpacked, 'boot/vmlinuz-*'), tree / 'vmlinuz')
        link(initrd, tree / 'initrd.img')
        (tree / 'grub').mkdir()
        shutil.copyfile(SOURCE / 'grub.cfg', tree / 'grub/grub.cfg')
        for part in (*efi.glob('*.lst'), *efi.glob('*.mod')):
            link(part, tree / 'grub/x86_64-efi' / part.name)
    link(only(unpacked, '**/grubnetx64.efi.signed'), target / 'pxe4/grubx64.efi')
    make_grub(unpacked, target / 'http4/grubx64.efi')
    for entry in target.rglob('*'):  # a boot server serves these: nobody changes them
        if entry.is_file():
            entry.chmod(0o644)


def inputs_of(sources=('grub.cfg', 'early.cfg', 'init')):
    """What the trees depend on besides packages, as one short word."""
    digest = hashlib.sha256(f'{LAYOUT} {MODULES} {PACKAGES}'.encode())
    for name in sources:
        digest.update((SOURCE / name).read_bytes())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def locked(folder):
    """One at a time: two demos may share a cache."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / 'lock', 'w', encoding='utf-8') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fetch(cache, tell):
    """Download and unpack what is not in the cache yet. Return: the folder unpacked into."""
    apt = Apt(cache, tell)
    depends = apt.candidates([KERNEL])[KERNEL].get('Depends', '')
    kernel = re.match(r'linux-image-[^\s,|]+', depends)
    if not kernel:
        raise Trouble(f'{KERNEL} depends on no kernel: "{depends}"')
    names = [*PACKAGES, kernel[0]]
    try:
        rows = apt.candidates(names)
        apt.download([f'{name}={rows[name]["Version"]}' for name in names], cache / 'deb')
    except Trouble:
        if not apt.refresh():
            raise
        rows = apt.candidates(names)  # the lists were stale: their files are gone from the mirror
        apt.download([f'{name}={rows[name]["Version"]}' for name in names], cache / 'deb')
    unpacked = cache / 'unpacked'
    shutil.rmtree(unpacked, ignore_errors=True)
    for name in names:
        version = rows[name]['Version'].replace(':', '%3a')
        tell(f'unpack: {name}')
        deb = only(cache / 'deb', f'{name}_{version}_*.deb')
        subprocess.run(['dpkg-deb', '-x', deb, unpacked], check=True)
        deb.unlink()
    shutil.rmtree(unpacked / 'lib/modules', ignore_errors=True)  # nothing here is on a disk
    versions = {name: rows[name]['Version'] for name in names}
    (cache / 'packages.json').write_text(json.dumps(versions, indent=1) + '\n', encoding='utf-8')
    return unpacked


def prepare(cache, tell):
    """Make the trees, or find them made. Return: their folder and {package: version}."""
    with locked(cache):
        target = cache / 'boot' / inputs_of()
        made = target / 'made'
        if not made.exists():
            unpacked = cache / 'unpacked'
            if not (unpacked.exists() and (cache / 'packages.json').exists()):
                unpacked = fetch(cache, tell)
            tell('making the boot trees')
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            make_trees(unpacked, target)
            made.touch()
        return target, json.loads((cache / 'packages.json').read_text(encoding='utf-8'))
