# SPDX-License-Identifier: BSD-2-Clause
"""What QEMU is called with, for a profile and what the caller has of his own"""
import pathlib
import shutil
import struct

from . import Trouble

# The rig's own root, as OVMF takes it from fw_cfg: `bootrig hello --authority` writes it
AUTHORITY = pathlib.Path(__file__).resolve().parent.parent / 'payload' / 'authority.bin'


def escaped(text):
    """A value inside a list of QEMU's properties: a comma is doubled."""
    return str(text).replace(',', ',,')


def plugged_into(socket):
    """The value of -netdev for a machine that plugs itself into the wire."""
    return f'stream,id=n0,server=off,addr.type=unix,addr.path={escaped(socket)}'


def last_words(path):
    """What QEMU itself said, not its guest: lines of its standard error."""
    lines = pathlib.Path(path).read_text(encoding='utf-8', errors='replace').splitlines()
    return [line for line in lines if 'terminating on signal' not in line]


def firmware_words(profile, files):
    """How QEMU is given each file; a word of the profile's own that names one does it alone."""
    own = ' '.join(profile.arguments)
    ways = {
        'code': ['-drive', 'if=pflash,unit=0,format=raw,readonly=on,file='],
        'vars': ['-drive', 'if=pflash,unit=1,format=raw,file='],
        'bios': ['-bios', ''],
        'kernel': ['-kernel', ''],
    }
    words = []
    for key, (option, prefix) in ways.items():
        if key in files and '{' + key + '}' not in own:
            value = escaped(files[key]) if prefix else files[key]
            words += [option, f'{prefix}{value}']
    return words


def nic_words(profile, model, mac):
    """The profile's network card, with a ROM of the caller's in the place of any other."""
    if not model:
        return []
    properties = [part for part in profile.nic_with.split(',')
                  if part and not (profile.rom and part.startswith('romfile='))]
    if profile.rom:
        properties.append(f'romfile={escaped(profile.rom)}')
    return ['-device', ','.join([model, 'netdev=n0', f'mac={mac}', *properties])]


def rom_is_for(path):
    """The PCI devices, as VENDOR:DEVICE, whose cards may have that option ROM: firmware runs it on
    no other, and says nothing (PCI Firmware Specification 3.0, 5.1). Trouble: it is none.
    """
    octets, at, devices = pathlib.Path(path).read_bytes(), 0, []
    while octets[at:at + 2] == b'\x55\xaa' and len(octets) >= at + 26:
        data = at + struct.unpack_from('<H', octets, at + 24)[0]
        if octets[data:data + 4] != b'PCIR' or len(octets) < data + 22:
            break
        devices.append('{:04x}:{:04x}'.format(*struct.unpack_from('<HH', octets, data + 4)))
        size = struct.unpack_from('<H', octets, data + 16)[0] * 512
        if octets[data + 21] & 0x80 or not size:
            break
        at += size
    if not devices:
        raise Trouble(f'{path}: no option ROM of a PCI card')
    return list(dict.fromkeys(devices))


def own_words(profile, names):
    """The profile's arguments, filled in; an option whose file nobody has is left out."""
    words = []
    for word in profile.arguments:
        lacking = [key for key in ('code', 'vars', 'bios', 'kernel')
                   if '{' + key + '}' in word and not names.get(key)]
        if lacking:
            if words and words[-1].startswith('-'):
                words.pop()
            continue
        alone = word.startswith('{') and word.endswith('}')
        words.append(word.format(**{key: value if alone else escaped(value)
                                    for key, value in names.items()}))
    return words


def command(profile, path, clock, folder, socket, network='', more=()):
    """Words to start QEMU with; the variable store is a copy in @folder.

    @network: the value of -netdev, where it is not the socket that QEMU is to connect to.
    """
    files = dict(profile.files)
    if 'vars' in files:
        files['vars'] = shutil.copyfile(files['vars'], folder / 'vars.fd')
    names = {'code': '', 'vars': '', 'bios': '', 'kernel': '', 'socket': str(socket),
             'mac': profile.mac, **{key: str(value) for key, value in files.items()}}
    words = [profile.qemu, *profile.clock_of(clock), *own_words(profile, names)]
    words += firmware_words(profile, files)
    if not any('{socket}' in word for word in profile.arguments):
        words += ['-netdev', network or plugged_into(socket)]
    words += nic_words(profile, profile.nic, profile.mac)
    for word in path.fw_cfg:
        words += ['-fw_cfg', word.replace('{authority}', escaped(AUTHORITY))]
    return [*words, *path.arguments, *more]
