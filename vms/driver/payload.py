# SPDX-License-Identifier: BSD-2-Clause
"""What a machine boots: shim, GRUB, Linux, from Debian packages that nobody installs

Packages are downloaded by apt, which checks their signatures' hashes, and unpacked
into a cache. From them two trees are made, each the root of a boot server:

	pxe4/	shimx64.efi, grubx64.efi (signed, for the network), grub/..., vmlinuz, initrd.img
	http4/	the same, but grubx64.efi is made here by grub-mkimage, unsigned:
		Debian's signed GRUB has no HTTP in it, and finds no network after HTTP Boot
	http6/	as http4/, but this GRUB asks for its address by DHCPv6

The same for arm64, with shimaa64.efi and grubaa64.efi. The trees are a function of the packages and of
the files in vms/payload/.
"""
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
from .apt import Apt, locked, unpacked

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
ARM64 = {  # packages of that architecture, and of this machine's
    'arm64': ('busybox-static', 'grub-efi-arm64-bin', 'grub-efi-arm64-signed', 'shim-signed'),
    '': ('grub-common', 'libdevmapper1.02.1'),
}
KERNEL_ARM64 = 'linux-image-cloud-arm64'
MODULES = ('boot configfile echo efi_gop efinet gzio http linux minicmd net normal serial sleep '
           'terminal test tftp').split()
LAYOUT = 4  # changes when the trees do without their inputs changing


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


def make_grub(tools, modules, target, early):
    """The GRUB of an HTTP tree: our @early inside, unsigned. @modules: the folder they are in"""
    library = only(tools, '**/libdevmapper.so.1.02.1').parent
    lines = (SOURCE / early).read_text(encoding='utf-8').splitlines(keepends=True)
    config = target.with_suffix('.cfg')  # what reads it inside GRUB knows no comments
    config.write_text(''.join(line for line in lines if not line.startswith('#')),
                      encoding='utf-8')
    subprocess.run([only(tools, '**/usr/bin/grub-mkimage'), '-O', modules.name, '-d', modules,
                    '-c', config, '-p', '/grub', '-o', target, *MODULES],
                   env=dict(os.environ, LD_LIBRARY_PATH=str(library)), check=True)
    config.unlink()


def make_trees(packages, kernel, target, cpu='x64', image='x86_64-efi'):
    """@packages, @kernel: folders with unpacked packages somewhere below"""
    efi = only(packages, f'**/usr/lib/grub/{image}')
    initrd = target / 'initrd.img'
    initrd.write_bytes(make_initrd(only(packages, '**/bin/busybox')))
    for name in ('pxe4', 'http4', 'http6'):
        tree = target / name
        link(only(packages, f'**/shim{cpu}.efi.signed'), tree / f'shim{cpu}.efi')
        link(only(kernel, '**/boot/vmlinuz-*'), tree / 'vmlinuz')
        link(initrd, tree / 'initrd.img')
        (tree / 'grub').mkdir()
        shutil.copyfile(SOURCE / 'grub.cfg', tree / 'grub/grub.cfg')
        for part in (*efi.glob('*.lst'), *efi.glob('*.mod')):
            link(part, tree / 'grub' / image / part.name)
    link(only(packages, f'**/grubnet{cpu}.efi.signed'), target / f'pxe4/grub{cpu}.efi')
    make_grub(packages, efi, target / f'http4/grub{cpu}.efi', 'early.cfg')
    make_grub(packages, efi, target / f'http6/grub{cpu}.efi', 'early6.cfg')
    for entry in target.rglob('*'):  # a boot server serves these: nobody changes them
        if entry.is_file():
            entry.chmod(0o644)


def inputs_of(sources=('grub.cfg', 'early.cfg', 'early6.cfg', 'init')):
    """What the trees depend on besides packages, as one short word."""
    digest = hashlib.sha256(f'{LAYOUT} {MODULES} {PACKAGES}'.encode())
    for name in sources:
        digest.update((SOURCE / name).read_bytes())
    return digest.hexdigest()[:16]


def kernel_name(apt, meta):
    """The kernel that a package which only depends on the newest one stands for."""
    depends = apt.candidates([meta])[meta].get('Depends', '')
    kernel = re.match(r'linux-image-[^\s,|]+', depends)
    if not kernel:
        raise Trouble(f'{meta} depends on no kernel: "{depends}"')
    return kernel[0]


def kernel_of(cache, tell, meta, architecture):
    """The folder a kernel of another architecture is unpacked into."""
    name = kernel_name(Apt(cache, tell, architecture), meta)
    folder = unpacked(cache, tell, [name], architecture)[name]
    shutil.rmtree(folder / 'lib/modules', ignore_errors=True)  # nothing here is on a disk
    return folder


def fetch(cache, tell):
    """Download and unpack what is not in the cache yet. Return: the folder unpacked into."""
    apt = Apt(cache, tell)
    names = [*PACKAGES, kernel_name(apt, KERNEL)]
    try:
        rows = apt.candidates(names)
        apt.download([f'{name}={rows[name]["Version"]}' for name in names], cache / 'deb')
    except Trouble:
        if not apt.refresh():
            raise
        rows = apt.candidates(names)  # the lists were stale: their files are gone from the mirror
        apt.download([f'{name}={rows[name]["Version"]}' for name in names], cache / 'deb')
    packages = cache / 'unpacked'
    shutil.rmtree(packages, ignore_errors=True)
    for name in names:
        version = rows[name]['Version'].replace(':', '%3a')
        tell(f'unpack: {name}')
        deb = only(cache / 'deb', f'{name}_{version}_*.deb')
        subprocess.run(['dpkg-deb', '-x', deb, packages], check=True)
        deb.unlink()
    shutil.rmtree(packages / 'lib/modules', ignore_errors=True)  # nothing here is on a disk
    versions = {name: rows[name]['Version'] for name in names}
    (cache / 'packages.json').write_text(json.dumps(versions, indent=1) + '\n', encoding='utf-8')
    return packages


def prepare_linux(cache, tell):
    """Make the trees, or find them made. Return: their folder and {package: version}."""
    with locked(cache):
        target = cache / 'boot' / inputs_of()
        made = target / 'made'
        if not made.exists():
            packages = cache / 'unpacked'
            if not (packages.exists() and (cache / 'packages.json').exists()):
                packages = fetch(cache, tell)
            tell('making the boot trees')
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            make_trees(packages, packages, target)
            made.touch()
        return target, json.loads((cache / 'packages.json').read_text(encoding='utf-8'))


def prepare_arm64(cache, tell):
    """The same for arm64. Return: the folder of the trees"""
    with locked(cache):
        target = cache / 'boot' / f'arm64-{inputs_of()}'
        made = target / 'made'
        if not made.exists():
            folders = [folder for architecture, names in ARM64.items()
                       for folder in unpacked(cache, tell, names, architecture).values()]
            kernel = kernel_of(cache, tell, KERNEL_ARM64, 'arm64')
            tell('making the boot trees for arm64')
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            make_trees(Several(folders), kernel, target, 'aa64', 'arm64-efi')
            made.touch()
        return target


class Several:
    """Folders that are looked through as one."""

    def __init__(self, folders):
        self.folders = folders

    def glob(self, pattern):
        return [found for folder in self.folders for found in folder.glob(pattern)]
