# SPDX-License-Identifier: BSD-2-Clause
"""The driver of real machines: profiles, payloads, the wire, QEMU, and the verdict"""


class Trouble(Exception):
    """The rig itself cannot go on: says what to do about it, in one line"""
