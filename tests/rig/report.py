#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The program that vms boots to report, as far as it runs without firmware

Goal: it is a UEFI program for each machine, and its sums are right. Method: it is compiled as the
driver does; the part that needs no firmware is loaded here. Says TAP.
"""
import ctypes
import hashlib
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TOP / 'vms'), str(TOP / 'tests')]
# pylint: disable=wrong-import-position
import tap  # noqa: E402
from tap import expect  # noqa: E402
from driver import Trouble, nbp, profile  # noqa: E402

MACHINES = {'report-x64': 0x8664, 'report-ia32': 0x14c, 'report-aa64': 0xaa64, 'report-arm': 0x1c2}
EFI_APPLICATION = 10


class Header(ctypes.Structure):
    _fields_ = [('name', ctypes.c_char_p), ('value', ctypes.c_char_p)]


def each_is_a_program_for_its_machine():
    for name, machine in MACHINES.items():
        with tempfile.TemporaryDirectory() as folder:
            target = pathlib.Path(folder)
            nbp.make_report(nbp.REPORTS[name], target)
            image = (target / 'report.efi').read_bytes()
            at = struct.unpack_from('<I', image, 60)[0]
            expect(image[at:at + 4] == b'PE\0\0', name)
            expect(struct.unpack_from('<H', image, at + 4)[0] == machine, name)
            expect(struct.unpack_from('<H', image, at + 24 + 68)[0] == EFI_APPLICATION, name)
            said = hashlib.sha256((target / 'more.bin').read_bytes()).hexdigest()
            expect((target / 'more.sum').read_text() == said + '\n', name)
            expect(sorted(os.listdir(folder)) == ['more.bin', 'more.sum', 'report.efi'])


def its_sums_are_right():
    with tempfile.TemporaryDirectory() as folder:
        library = pathlib.Path(folder) / 'sum.so'
        subprocess.run([shutil.which('cc') or 'clang', '-shared', '-fPIC', '-I', TOP, '-o', library,
                        TOP / 'vms/payload/report/sum.c'], check=True)
        code = ctypes.CDLL(str(library))
        code.br_sum_length.restype = ctypes.c_size_t
        text = ctypes.create_string_buffer(65)
        for size in [*range(200), 1000, 65536]:
            octets = bytes(i * 7 & 255 for i in range(size))
            code.br_sum_hex(octets, ctypes.c_size_t(size), text)
            expect(text.value.decode() == hashlib.sha256(octets).hexdigest(), size)
        headers = (Header * 2)((b'Content-Type', b'7'), (b'content-LENGTH', b'1234 '))
        expect(code.br_sum_length(headers, ctypes.c_size_t(2)) == 1234)
        expect(code.br_sum_length(headers, ctypes.c_size_t(1)) == ctypes.c_size_t(-1).value)


def a_path_that_boots_it_ends_with_its_last_word():
    one = profile.Profile('aavmf64', {'words': {'nbp': 'report.efi'}}).path('pxe4')
    one.boot_report(nbp.report_of(one.words))
    expect(one.payload == 'report-aa64', one.payload)
    expect(one.wanted()[-3:] == ['NBP loaded', 'report begins', 'report ends'], one.wanted())
    try:
        nbp.report_of({'arch': '27'})
        expect(False, 'riscv64 has none')
    except Trouble as trouble:
        expect('27' in str(trouble), trouble)


def main():
    if not shutil.which('clang') or not shutil.which('lld-link'):
        tap.skip_all('clang or lld-link is missing')
    for test in (each_is_a_program_for_its_machine, its_sums_are_right,
                 a_path_that_boots_it_ends_with_its_last_word):
        tap.run(test)
    return tap.end()


if __name__ == '__main__':
    sys.exit(main())
