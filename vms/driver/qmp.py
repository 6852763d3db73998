# SPDX-License-Identifier: BSD-2-Clause
"""Words for a running QEMU, over its machine protocol"""
import contextlib
import json
import socket
import time

from . import Trouble

LIMIT_S = 60  # a word of ours takes far less, but the machine may be busy


class Qmp:
    """A connection to the socket of -qmp unix:PATH,server=on,wait=off, of a QEMU that is our @child."""

    def __init__(self, path, child):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(LIMIT_S)
        end = time.monotonic() + LIMIT_S
        while True:
            try:
                self.socket.connect(str(path))
                break
            except (FileNotFoundError, ConnectionRefusedError) as error:
                if child.process.poll() is not None:
                    raise Trouble(f'QEMU ended, exit code {child.process.returncode}') from None
                if time.monotonic() > end:
                    raise Trouble(f'QEMU does not listen on {path}: {error.strerror}') from None
                time.sleep(0.02)
        self.lines = self.socket.makefile('r', encoding='utf-8')
        with contextlib.suppress(OSError):  # if it is gone, the first word of ours tells
            self.lines.readline()  # its greeting
        self.say('qmp_capabilities')

    def say(self, what, **arguments):
        """Return: what it returns; Trouble with what it would not do."""
        text = json.dumps({'execute': what, 'arguments': arguments})
        try:
            self.socket.sendall(text.encode() + b'\n')
            for line in self.lines:
                answer = json.loads(line)
                if 'error' in answer:
                    raise Trouble(f'QEMU: {what}: {answer["error"]["desc"]}')
                if 'return' in answer:
                    return answer['return']
        except OSError as error:
            raise Trouble(f'QEMU: {what}: {error}') from None
        raise Trouble(f'QEMU: {what}: it went away')

    def close(self):
        self.lines.close()
        self.socket.close()
