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
FILLED_IN = ('code', 'vars', 'socket', 'mac')  # {NAME} in what QEMU is called with


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


class Table:
    """A table of a TOML file that says where it stands when something of it is wrong."""

    def __init__(self, path, rows, where=''):
        self.path, self.rows, self.where = path, rows, where

    def trouble(self, text):
        return Trouble(f'{self.path}: {self.where + ": " if self.where else ""}{text}')

    def get(self, key, kind, says, default=None):
        if key not in self.rows and default is not None:
            return default
        if key not in self.rows:
            raise self.trouble(f'no "{key}", {says} is expected')
        value = self.rows[key]
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.trouble(f'"{key}" is {value!r}, {says} is expected')
        return value

    def text(self, key):
        return self.get(key, str, 'a text')

    def texts(self, key, default=None):
        value = self.get(key, list, 'a list of texts', default)
        if not all(isinstance(word, str) for word in value):
            raise self.trouble(f'"{key}" is {value!r}, a list of texts is expected')
        return value

    def number(self, key):
        return self.get(key, (int, float), 'a number')

    def regex(self, key):
        try:
            return re.compile(self.text(key))
        except re.error as error:
            raise self.trouble(f'"{key}" is no regular expression: {error}') from None

    def table(self, key):
        return Table(self.path, self.get(key, dict, f'a table [{self.inside(key)}]'),
                     f'[{self.inside(key)}]')

    def tables(self, key):
        """The rows of an array of tables, each under a name with its number."""
        rows = self.get(key, list, f'[[{self.inside(key)}]]')
        if not all(isinstance(row, dict) for row in rows):
            raise self.trouble(f'"{key}" is no list of tables')
        return [Table(self.path, row, f'[[{self.inside(key)}]] {number}')
                for number, row in enumerate(rows, 1)]

    def inside(self, key):
        return f'{self.where.strip("[]")}.{key}' if self.where else key


class Profile:
    """One firmware and the machine it runs on. @name: of a profile here, or a path."""

    def __init__(self, name):
        table = load('profiles', name)
        machine, firmware = table.table('machine'), table.table('firmware')
        self.name, self.says = pathlib.Path(name).stem, table.text('says')
        self.qemu, self.mac = machine.text('qemu'), machine.text('mac')
        self.arguments = machine.texts('arguments')
        self.code, self.vars = firmware.text('code'), firmware.text('vars')
        check_words(machine, self.arguments)
        clocks = machine.table('clock')
        self.clock = {key: clocks.texts(key) for key in clocks.rows}
        self.packages = {self.qemu: machine.text('package'), self.code: firmware.text('package'),
                         self.vars: firmware.text('package')}
        self.failures = [Failure(row.regex('console'), row.text('says'))
                         for row in table.tables('failure')]
        paths = table.table('path')
        self.paths = {key: read_path(key, paths.table(key)) for key in paths.rows}

    def path(self, name):
        if name not in self.paths:
            raise Trouble(f'{self.name} has no path {name}, only {", ".join(self.paths)}')
        return self.paths[name]

    def clock_of(self, name):
        if name not in self.clock:
            raise Trouble(f'{self.name} has no clock {name}, only {", ".join(self.clock)}')
        return self.clock[name]

    def missing(self):
        """What of it is not on this machine: {thing: Debian package}."""
        return {thing: package for thing, package in self.packages.items()
                if not (os.path.exists(thing) if '/' in thing else shutil.which(thing))}


def check_words(machine, words):
    """What QEMU is called with names only what the driver fills in."""
    for word in words:
        try:
            word.format(**dict.fromkeys(FILLED_IN, ''))
        except (KeyError, IndexError, ValueError):
            raise machine.trouble(f'"{word}" wants something filled in that is none of '
                                  f'{", ".join(FILLED_IN)}') from None


def load(folder, name):
    """@name: one of the files in @folder, or a path with a slash or .toml in it."""
    if '/' in name or name.endswith('.toml'):
        path = pathlib.Path(name)
    else:
        path = HOME / folder / f'{name}.toml'
    if not path.exists():
        known = sorted(entry.stem for entry in (HOME / folder).glob('*.toml'))
        raise Trouble(f'no {name} in vms/{folder}, only {", ".join(known)}')
    try:
        return Table(path, tomllib.loads(path.read_text(encoding='utf-8')))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r' \(at line (\d+), column (\d+)\)', str(error))
        where = f'{path}:{place[1]}:{place[2]}' if place else f'{path}'
        raise Trouble(f'{where}: no TOML: {str(error).partition(" (at ")[0]}') from None
    except UnicodeDecodeError as error:
        raise Trouble(f'{path}: no TOML: octet {error.start} is no UTF-8') from None


def read_path(name, table):
    steps = []
    for step in table.tables('step'):
        source = 'wire' if 'wire' in step.rows else 'console'
        steps.append(Step(step.text('name'), source, step.regex(source)))
    if not steps:
        raise table.trouble('no step: a path is judged by its steps')
    return Path(name, table.text('says'), table.text('setup'), table.number('limit_s'),
                table.texts('fw_cfg', []), steps)


def read_setup(name, changes=()):
    """changes: SERVER:KEY=VALUE, each replacing what the file says."""
    table = load('setups', name)
    words = {row.text('name'): row.texts('words', []) for row in table.tables('server')}
    servers = {row.text('name'): {key: value for key, value in row.rows.items()
                                  if key not in ('name', 'words')}
               for row in table.tables('server')}
    for change in changes:
        match = re.fullmatch(r'([^:=]+):([^=]+)=(.*)', change)
        if not match or match[1] not in servers:
            raise Trouble(f'"{change}" is not SERVER:KEY=VALUE with one of {", ".join(servers)}')
        servers[match[1]][match[2]] = match[3]
    net = table.table('net')
    return Setup(name, table.text('says'), net.text('name'), net.text('cidr'),
                 [Server(key, words[key], settings) for key, settings in servers.items()])
