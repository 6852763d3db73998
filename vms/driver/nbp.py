# SPDX-License-Identifier: BSD-2-Clause
"""What a machine boots: one file that says it was started, for each architecture

GRUB, made here by grub-mkimage of modules from Debian's packages, with vms/payload/nbp.cfg
inside: it prints NBP-OK and powers the machine off. For s390x, where there is no GRUB, Linux and
an initrd. For an architecture without packages in Debian 12, a program of a few octets. And the
probe, of probe.py, which tests the firmware that loads it.
"""
import dataclasses
import functools
import hashlib
import os
import pathlib
import shutil
import struct
import subprocess

from . import Trouble, payload, probe
from .apt import locked, unpacked

SOURCE = pathlib.Path(__file__).resolve().parent.parent / 'payload'
COMMON = 'boot configfile echo halt minicmd net normal terminal test tftp'.split()
LAYOUT = 2  # changes when the files do without their inputs changing


@dataclasses.dataclass
class Grub:
    file: str
    image: str  # grub-mkimage -O
    architecture: str  # of the package; '' for that of this machine
    package: str
    modules: str = 'efinet'


GRUBS = {
    'grub-x64': Grub('grubx64.efi', 'x86_64-efi', '', 'grub-efi-amd64-bin'),
    'grub-ia32': Grub('grubia32.efi', 'i386-efi', '', 'grub-efi-ia32-bin'),
    'grub-bios': Grub('grub.0', 'i386-pc-pxe', '', 'grub-pc-bin', 'pxe serial'),
    'grub-aa64': Grub('grubaa64.efi', 'arm64-efi', 'arm64', 'grub-efi-arm64-bin'),
    'grub-arm': Grub('grubarm.efi', 'arm-efi', 'armhf', 'grub-efi-arm-bin'),
    'grub-ppc': Grub('grubppc.elf', 'powerpc-ieee1275', 'ppc64el', 'grub-ieee1275-bin', 'ofnet'),
}


def make_grub(grub, target, cache, tell):
    tools = unpacked(cache, tell, ['grub-common', 'libdevmapper1.02.1'])
    modules = unpacked(cache, tell, [grub.package], grub.architecture)[grub.package]
    library = payload.only(tools['libdevmapper1.02.1'], '**/libdevmapper.so.1.02.1').parent
    lines = (SOURCE / 'nbp.cfg').read_text(encoding='utf-8').splitlines(keepends=True)
    config = target / 'nbp.cfg'  # what reads it inside GRUB knows no comments
    config.write_text(''.join(line for line in lines if not line.startswith('#')),
                      encoding='utf-8')
    folder = modules / 'usr/lib/grub' / grub.image.removesuffix('-pxe')
    subprocess.run([tools['grub-common'] / 'usr/bin/grub-mkimage', '-O', grub.image, '-d', folder,
                    '-c', config, '-p', '', '-o', target / grub.file, *COMMON,
                    *grub.modules.split()],
                   env=dict(os.environ, LD_LIBRARY_PATH=str(library)), check=True)
    config.unlink()


def make_s390x(target, cache, tell):
    """Linux and an initrd, named by an .ins file: a file and the address it goes to, each line.

    The kernel finds the initrd's place and size at 0x10408, its command line at 0x10480:
    arch/s390/include/asm/setup.h, PARMAREA.
    """
    folders = unpacked(cache, tell, ['busybox-static'], 's390x')
    kernel = payload.kernel_of(cache, tell, 'linux-image-s390x', 's390x')
    shutil.copyfile(payload.only(kernel, 'boot/vmlinuz-*'), target / 'vmlinuz')
    busybox = payload.only(folders['busybox-static'], '**/bin/busybox')
    initrd = payload.make_initrd(busybox)
    (target / 'initrd.img').write_bytes(initrd)
    (target / 'initrd.at').write_bytes(struct.pack('>QQ', 0x02000000, len(initrd)))
    (target / 'parm').write_bytes(b'quiet panic=-1\0')
    shutil.copyfile(SOURCE / 's390x.ins', target / 's390x.ins')


def pe_image(machine, code):
    """A UEFI program of one section. Microsoft's PE format; UEFI 2.10 2.1.1."""
    size = -(-len(code) // 512) * 512
    dos = b'MZ'.ljust(60, b'\0') + struct.pack('<I', 64)
    coff = struct.pack('<HHIIIHH', machine, 1, 0, 0, 0, 112 + 16 * 8, 0x0206)
    optional = struct.pack('<HBBIIIII', 0x20b, 0, 0, size, 0, 0, 4096, 4096)
    optional += struct.pack('<QIIHHHHHHIIIIHHQQQQII', 0, 4096, 512, 0, 0, 0, 0, 0, 0, 0,
                            4096 + 4096, 512, 0, 10, 0, 0, 0, 0, 0, 0, 16)
    section = struct.pack('<8sIIIIIIHHI', b'.text', len(code), 4096, size, 512, 0, 0, 0, 0,
                          0x60000020)
    head = dos + b'PE\0\0' + coff + optional + bytes(16 * 8) + section
    return head.ljust(512, b'\0') + code.ljust(size, b'\0')


def make_riscv64(target, _cache, _tell):
    """GRUB for it is not in Debian 12: it prints NBP-OK and asks the firmware to power off.

    The instructions are those of the RISC-V ISA, in the formats I and U; offsets into the tables
    of the firmware from UEFI 2.10 4.3 (ConOut 64, RuntimeServices 88), 12.4 (OutputString 8) and
    4.5 (ResetSystem 104).
    """
    a0, a1, a2, a3, s1, t0, ra = 10, 11, 12, 13, 9, 5, 1

    def addi(to, of, number):
        return number << 20 | of << 15 | to << 7 | 0x13

    def load(to, offset, of):
        return offset << 20 | of << 15 | 3 << 12 | to << 7 | 0x03

    def call(register):
        return register << 15 | ra << 7 | 0x67

    words = [addi(s1, a1, 0), load(a0, 64, s1), a1 << 7 | 0x17, 0, load(t0, 8, a0), call(t0),
             load(t0, 88, s1), load(t0, 104, t0), addi(a0, 0, 2), addi(a1, 0, 0), addi(a2, 0, 0),
             addi(a3, 0, 0), call(t0), 0x6f]  # the last one is a jump to itself
    words[3] = addi(a1, a1, 4 * (len(words) - 2))  # where the text is, as seen from the auipc
    code = struct.pack(f'<{len(words)}I', *words) + 'NBP-OK riscv64\r\n\0'.encode('utf-16-le')
    (target / 'bootriscv64.efi').write_bytes(pe_image(0x5064, code))


MAKERS = {'linux-s390x': make_s390x, 'print-riscv64': make_riscv64,
          **{name: functools.partial(probe.make, name) for name in probe.NAMES}}


def inputs_of(name):
    """What the files depend on besides packages, as one short word."""
    digest = hashlib.sha256(f'{LAYOUT} {name} {GRUBS.get(name)} {COMMON}'.encode())
    for file in ('nbp.cfg', 's390x.ins', 'init'):
        digest.update((SOURCE / file).read_bytes())
    if name in probe.NAMES:
        digest.update(f'{probe.compilers()} {probe.COMMON} {probe.TARGETS} {probe.FILES}'.encode())
        for file in probe.sources():
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def prepare(cache, tell, name):
    """Return: the root of a boot server with that payload, made if it is not in the cache.

    @name: one of those here, or linux-x64/TREE or linux-aa64/TREE of payload.py.
    """
    whole, _, tree = name.partition('/')
    if whole == 'linux-x64':
        return payload.prepare_linux(cache, tell)[0] / tree
    if whole == 'linux-aa64':
        return payload.prepare_arm64(cache, tell) / tree
    if name not in GRUBS and name not in MAKERS:
        known = ', '.join(sorted([*GRUBS, *MAKERS, 'linux-aa64', 'linux-x64']))
        raise Trouble(f'no payload {name}, only {known}')
    with locked(cache):
        target = cache / 'boot' / f'{name}-{inputs_of(name)}'
        made = target.with_name(target.name + '.made')
        if not made.exists():
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            if name in GRUBS:
                make_grub(GRUBS[name], target, cache, tell)
            else:
                MAKERS[name](target, cache, tell)
            for entry in target.iterdir():
                entry.chmod(0o644)
            made.touch()
        return target
