#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A boot server of one's own: own_server.py ADDRESS FOLDER FILE (proxyDHCP, port 4011, TFTP)"""
import os
import socket
import struct
import sys
import threading

ADDRESS, FOLDER, FILE = sys.argv[1:4]
COOKIE = b'\x63\x82\x53\x63'


def bound(port, address=''):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b'eth0')
    sock.bind((address, port))
    return sock


def options(data):
    found, at = {}, 240
    while at + 1 < len(data) and data[at] != 255:
        size = 1 + data[at + 1] if data[at] else 0
        found[data[at]], at = data[at + 2:at + 1 + size], at + 1 + size
    return found


def boot_service(sock, kinds, answer, target=None):
    while True:
        data, peer = sock.recvfrom(4096)
        asked = options(data) if data[:1] == b'\1' and data[236:240] == COOKIE else {}
        if not asked.get(60, b'').startswith(b'PXEClient') or asked.get(53) not in kinds:
            continue
        here = socket.inet_aton(ADDRESS)
        reply = b'\2' + data[1:3] + b'\0' + data[4:8] + b'\0\0' + data[10:12] + bytes(8) + here + data[24:44]
        reply += bytes(64) + FILE.encode().ljust(128, b'\0') + COOKIE
        for code, value in ((53, answer), (54, here), (60, b'PXEClient'), (97, asked.get(97)), (43, b'\6\1\x08\xff')):
            reply += bytes([code, len(value)]) + value if value else b''
        sock.sendto((reply + b'\xff').ljust(300, b'\0'), target or peer)


def transfer(request, peer):
    sock = bound(0, ADDRESS)
    sock.settimeout(1)
    name, _, *words = request[2:].split(b'\0')[:-1]
    path = os.path.realpath(FOLDER + '/' + name.decode(errors='replace'))
    if request[1] != 1 or not path.startswith(os.path.realpath(FOLDER) + '/') or not os.path.isfile(path):
        sock.sendto(struct.pack('!HH', 5, request[1]) + b'no such file\0', peer)
        return
    wanted = {key.lower(): value for key, value in zip(words[::2], words[1::2])}
    granted = {b'blksize': min(int(wanted.get(b'blksize', 512)), 1468), b'tsize': os.path.getsize(path)}
    oack = b''.join(b'%b\0%d\0' % (key, granted[key]) for key in granted if key in wanted)
    with open(path, 'rb') as file:
        block, packet = 0, b'\0\6' + oack
        while block == 0 or len(packet) == 4 + granted[b'blksize']:
            if block > 0 or not oack:
                block += 1
                packet = struct.pack('!HH', 3, block & 0xffff) + file.read(granted[b'blksize'])
            for _ in range(5):
                sock.sendto(packet, peer)
                try:
                    said, who = sock.recvfrom(1500)
                except TimeoutError:
                    continue
                if who == peer and said[:4] == struct.pack('!HH', 4, block & 0xffff):
                    break
                if who == peer and said[1] == 5:
                    return
            else:
                return
            oack = b''


for arguments in ((bound(67), (b'\1',), b'\2', ('255.255.255.255', 68)), (bound(4011), (b'\3', b'\x08'), b'\5')):
    threading.Thread(target=boot_service, args=arguments, daemon=True).start()
requests = bound(69, ADDRESS)
print('ready', flush=True)
while True:
    threading.Thread(target=transfer, args=requests.recvfrom(4096), daemon=True).start()
