# SPDX-License-Identifier: BSD-2-Clause
"""What vms/profiles and vms/setups say, read and checked"""
import dataclasses
import os
import pathlib
import re
import shutil
import tomllib

from . import Trouble

HOME = pathlib.Path(__file__).resolve().parent.parent


@dataclasses.dataclass
class Step:
    """How far a boot came: a line of the wire or of the console shows it."""
    name: str
    source: str  # 'wire' or 'console'
    pattern: re.Pattern


@dataclasses.dataclass
class Failure:
    pattern: re.Pattern
    says: str


@dataclasses.dataclass
class Path:
    """One way to boot: PXE or HTTP."""
    name: str
    says: str
    setup: str
    limit_s: float
    fw_cfg: list
    steps: list


@dataclasses.dataclass
class Server:
    """A host of the setup: its words are those of `bootrig lan`."""
    name: str
    words: list
    settings: dict


@dataclasses.dataclass
class Setup:
    """What the machine finds on its network."""
    name: str
    says: str
    net: str
    cidr: str
    servers: list


class Profile:
    """One firmware and the machine it runs on."""

    def __init__(self, name):
        table = load('profiles', name)
        machine, firmware = table['machine'], table['firmware']
        self.name, self.says = name, table['says']
        self.qemu, self.mac = machine['qemu'], machine['mac']
        self.arguments, self.clock = machine['arguments'], machine['clock']
        self.code, self.vars = firmware['code'], firmware['vars']
        self.packages = {self.qemu: machine['package'], self.code: firmware['package'],
                         self.vars: firmware['package']}
        self.failures = [Failure(re.compile(row['console']), row['says'])
                         for row in table['failure']]
        self.paths = {key: read_path(key, row) for key, row in table['path'].items()}

    def path(self, name):
        if name not in self.paths:
            raise Trouble(f'{self.name} has no path {name}, only {", ".join(self.paths)}')
        return self.paths[name]

    def missing(self):
        """What of it is not on this machine: {thing: Debian package}."""
        return {thing: package for thing, package in self.packages.items()
                if not (os.path.exists(thing) if '/' in thing else shutil.which(thing))}


def load(folder, name):
    path = HOME / folder / f'{name}.toml'
    if not path.exists():
        known = sorted(entry.stem for entry in (HOME / folder).glob('*.toml'))
        raise Trouble(f'no {name} in vms/{folder}, only {", ".join(known)}')
    with open(path, 'rb') as file:
        return tomllib.load(file)


def read_path(name, row):
    steps = []
    for step in row['step']:
        source = 'wire' if 'wire' in step else 'console'
        steps.append(Step(step['name'], source, re.compile(step[source])))
    return Path(name, row['says'], row['setup'], row['limit_s'], row['fw_cfg'], steps)


def read_setup(name, changes=()):
    """changes: SERVER:KEY=VALUE, each replacing what the file says."""
    table = load('setups', name)
    servers = {row['name']: dict(row) for row in table['server']}
    for change in changes:
        match = re.fullmatch(r'([^:=]+):([^=]+)=(.*)', change)
        if not match or match[1] not in servers:
            raise Trouble(f'"{change}" is not SERVER:KEY=VALUE with one of {", ".join(servers)}')
        servers[match[1]][match[2]] = match[3]
    net = table['net']
    return Setup(name, table['says'], net['name'], net['cidr'], [
        Server(row.pop('name'), row.pop('words', []), row) for row in servers.values()])
