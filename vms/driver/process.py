# SPDX-License-Identifier: BSD-2-Clause
"""A child process that cannot outlive us, and whose output comes as events"""
import contextlib
import ctypes
import os
import signal
import subprocess
import threading

PR_SET_PDEATHSIG = 1  # prctl(2)
LIBC = ctypes.CDLL(None, use_errno=True)


ENDINGS = {signal.SIGHUP, signal.SIGINT, signal.SIGTERM}  # by which a person ends us


@contextlib.contextmanager
def no_ending():
    """A word to end waits: a child is started and known to whoever stops it, or neither."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def die_with_parent():
    """In the child, before exec: killed when the driver is, even by SIGKILL."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)


class Child:
    """A process in a group of its own; readers put (name, octets) into a queue, b'' at the end."""

    def __init__(self, name, command, events, stdin=subprocess.DEVNULL,
                 stderr=subprocess.STDOUT):
        self.name, self.events = name, events
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr,
            start_new_session=True, preexec_fn=die_with_parent)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while octets := os.read(self.process.stdout.fileno(), 1 << 16):
            self.events.put((self.name, octets))
        self.events.put((self.name, b''))

    def wait(self, limit_s):
        """The exit code, or None if it runs on."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.process.wait(limit_s)
        return None

    def stop(self, limit_s=3):
        """Ask, then insist. Only this process and what it started."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.process.pid, sign)
                self.wait(limit_s)
        self.reader.join(limit_s)
        if not self.reader.is_alive():
            self.process.stdout.close()
        if self.process.stdin:
            with contextlib.suppress(OSError):
                self.process.stdin.close()
