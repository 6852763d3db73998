# SPDX-License-Identifier: BSD-2-Clause
"""Reading captures and taking packets apart, octet-exact; standard library only."""
import struct


def read_pcap(path):
    """(number, time_ns, octets, original_size) of pcap or pcapng (Ethernet only), by time: what
    two processors recorded at once may stand in the file the other way round."""
    return sorted(_read_file(path), key=lambda record: record[1])


def _read_file(path):
    data = open(path, 'rb').read()
    magic = struct.unpack('<I', data[:4])[0]
    if magic == 0x0a0d0d0a:
        yield from _read_pcapng(data)
        return
    order = '<' if magic in (0xa1b2c3d4, 0xa1b23c4d) else '>'
    nano = struct.unpack(order + 'I', data[:4])[0] == 0xa1b23c4d
    at, n = 24, 0
    while at + 16 <= len(data):
        s, f, cap, orig = struct.unpack_from(order + 'IIII', data, at)
        at += 16
        n += 1
        yield n, s * 10**9 + f * (1 if nano else 1000), data[at:at + cap], orig
        at += cap


def _read_pcapng(data):
    at, n = 0, 0
    res = []
    while at + 12 <= len(data):
        kind, size = struct.unpack_from('<II', data, at)
        body = data[at + 8:at + size - 4]
        if kind == 0x0a0d0d0a:
            res = []
        elif kind == 1:
            tick = 10**-6
            o = 8
            while o + 4 <= len(body):
                code, ln = struct.unpack_from('<HH', body, o)
                if code == 9:
                    v = body[o + 4]
                    tick = 2.0**-(v & 127) if v & 128 else 10.0**-v
                if code == 0:
                    break
                o += 4 + (ln + 3 & ~3)
            res.append(tick)
        elif kind == 6:
            iface, hi, lo, cap, orig = struct.unpack_from('<IIIII', body, 0)
            n += 1
            t = hi << 32 | lo
            tick = res[iface] if iface < len(res) else 1e-6
            ns = t if tick == 1e-9 else int(t * tick * 1e9)
            yield n, ns, body[20:20 + cap], orig
        at += size


def ip(b):
    return '.'.join(str(x) for x in b)


class P:
    """One packet. Everything of interest as attributes; f holds what is compared."""
    __slots__ = ('n', 't', 'raw', 'size', 'eth_dst', 'eth_src', 'eth_type', 'vlan', 'kind', 'f',
                 'src', 'dst', 'sport', 'dport', 'payload', 'paylen', 'l4', 'ipid',
                 'seq', 'ack', 'flags', 'extra', 'iphl', 'end')


def parse(n, t, raw, size):
    p = P()
    p.n, p.t, p.raw, p.size = n, t, raw, size
    p.kind, p.f, p.l4, p.end = 'other', {}, None, size
    p.src = p.dst = None
    p.sport = p.dport = None
    p.payload, p.paylen, p.vlan, p.extra = b'', 0, None, {}
    if len(raw) < 14:
        return p
    p.eth_dst, p.eth_src = raw[:6], raw[6:12]
    p.eth_type = struct.unpack('>H', raw[12:14])[0]
    at = 14
    if p.eth_type == 0x8100:
        p.vlan = struct.unpack('>H', raw[14:16])[0]
        p.eth_type = struct.unpack('>H', raw[16:18])[0]
        at = 18
    f = p.f
    f['eth.dst'] = p.eth_dst.hex(':')
    if p.vlan is not None:
        f['vlan'] = p.vlan
    if p.eth_type == 0x0806 and len(raw) >= at + 28:
        a = raw[at:at + 28]
        op = struct.unpack('>H', a[6:8])[0]
        p.kind = 'arp'
        p.src, p.dst = ip(a[14:18]), ip(a[24:28])
        f.update({'arp.op': op, 'arp.spa': p.src, 'arp.tha': a[18:24].hex(':'), 'arp.tpa': p.dst})
        f['frame.size'] = size
        p.end = at + 28
        p.extra['sha'] = a[8:14].hex(':')
        return p
    if p.eth_type == 0x86dd:
        p.kind = 'ipv6'
        return p
    if p.eth_type != 0x0800 or len(raw) < at + 20:
        return p
    h = raw[at:]
    hl = (h[0] & 15) * 4
    p.iphl = at + hl
    total, ident, frag = struct.unpack('>HHH', h[2:8])
    p.ipid = ident
    p.end = at + total      # octets behind it are padding, or what QEMU's recorder put there
    p.src, p.dst = ip(h[12:16]), ip(h[16:20])
    f['ip.hlen'] = hl
    f['ip.tos'] = h[1]
    f['ip.df'] = bool(frag & 0x4000)
    f['ip.frag'] = frag & 0x3fff
    f['ip.ttl'] = h[8]
    f['ip.src'] = p.src
    f['ip.dst'] = p.dst
    f['frame.size'] = size
    proto = h[9]
    body = h[hl:]
    bodylen = total - hl
    if frag & 0x1fff:
        p.kind = 'fragment'
        return p
    if proto == 17 and len(body) >= 8:
        p.l4 = 'udp'
        p.sport, p.dport, ulen, csum = struct.unpack('>HHHH', body[:8])
        f['udp.checksum'] = 'none' if csum == 0 else 'present'
        p.payload, p.paylen = body[8:8 + max(0, bodylen - 8)], ulen - 8
        f['udp.paylen'] = p.paylen
        p.kind = 'udp'
    elif proto == 6 and len(body) >= 20:
        p.l4 = 'tcp'
        p.sport, p.dport, seq, ack, off, win, cs, urg = struct.unpack('>HHIIHHHH', body[:20])
        th = (off >> 12) * 4
        p.seq, p.ack, p.flags = seq, ack, off & 0x1ff
        p.payload, p.paylen = body[th:max(th, min(len(body), bodylen))], bodylen - th
        f['tcp.flags'] = ''.join(c for b, c in zip((2, 16, 8, 1, 4, 32), 'SAPFRU') if off & b)
        f['tcp.window'] = win
        f['tcp.options'] = body[20:th].hex()
        p.kind = 'tcp'
    elif proto == 1 and len(body) >= 8:
        p.l4 = 'icmp'
        p.kind = 'icmp'
        f['icmp.type'] = '%d/%d' % (body[0], body[1])
        f['icmp.len'] = bodylen
        p.payload = body
    elif proto == 2:
        p.kind = 'igmp'
    return p


DHCP_TYPES = {1: 'discover', 2: 'offer', 3: 'request', 4: 'decline', 5: 'ack', 6: 'nak',
              7: 'release', 8: 'inform'}


def dhcp(p):
    """Dissect BOOTP/DHCP into p.f and p.extra; False if it is none."""
    b = p.payload
    if len(b) < 240 or b[236:240] != b'\x63\x82\x53\x63':
        if len(b) < 236 or b[0] not in (1, 2):
            return False
    f, e = p.f, p.extra
    op, htype, hlen, hops, xid, secs, flags = struct.unpack('>BBBBIHH', b[:12])
    f['dhcp.op'], f['dhcp.htype'], f['dhcp.hlen'], f['dhcp.hops'] = op, htype, hlen, hops
    e['xid'] = xid
    f['dhcp.secs'], f['dhcp.flags'] = secs, '0x%04x' % flags
    for i, name in enumerate(('ciaddr', 'yiaddr', 'siaddr', 'giaddr')):
        f['dhcp.' + name] = ip(b[12 + 4 * i:16 + 4 * i])
    f['dhcp.chaddr'] = b[28:44].hex()
    f['dhcp.sname'] = b[44:108].rstrip(b'\0').hex()
    f['dhcp.file'] = b[108:236].rstrip(b'\0').decode('latin1')
    opts, order, i = {}, [], 240
    end = None
    while i < len(b):
        c = b[i]
        if c == 0:
            order.append(0)
            i += 1
            continue
        if c == 255:
            end = i
            order.append(255)
            break
        if i + 1 >= len(b):
            break
        ln = b[i + 1]
        opts.setdefault(c, b[i + 2:i + 2 + ln])
        order.append(c)
        i += 2 + ln
    f['dhcp.order'] = ' '.join(str(c) for c in order)
    tail = b[end + 1:] if end is not None else b''
    f['dhcp.padding'] = '%d%s' % (len(tail), '' if not any(tail) else ' nonzero')
    for c, v in opts.items():
        if c == 55:
            f['opt55'] = ' '.join(str(x) for x in v)
        else:
            f['opt%d' % c] = v.hex()
    e['opts'] = opts
    e['type'] = DHCP_TYPES.get(opts.get(53, b'\0')[0], 'bootp')
    p.kind = 'dhcp'
    f['udp.sport'], f['udp.dport'] = p.sport, p.dport
    return True


def tftp(p):
    b = p.payload
    if len(b) < 4:
        return False
    op = struct.unpack('>H', b[:2])[0]
    f, e = p.f, p.extra
    p.kind = 'tftp'
    e['op'] = op
    if op in (1, 2):
        parts = b[2:].split(b'\0')
        f['tftp.op'] = 'rrq' if op == 1 else 'wrq'
        f['tftp.file'] = parts[0].decode('latin1')
        f['tftp.mode'] = parts[1].decode('latin1') if len(parts) > 1 else None
        rest = parts[2:]
        tail = b''
        if rest and rest[-1] == b'':
            rest = rest[:-1]
        else:
            tail = b'no NUL at the end'
        f['tftp.options'] = ' '.join(x.decode('latin1') for x in rest) + tail.decode()
        f['tftp.option-order'] = ' '.join(x.decode('latin1') for x in rest[::2])
        f['udp.dport'] = p.dport
    elif op == 3:
        f['tftp.op'] = 'data'
        e['block'] = struct.unpack('>H', b[2:4])[0]
    elif op == 4:
        f['tftp.op'] = 'ack'
        e['block'] = struct.unpack('>H', b[2:4])[0]
        f['tftp.block'] = e['block']
        f['tftp.tail'] = b[4:].hex()
    elif op == 5:
        f['tftp.op'] = 'error'
        f['tftp.code'] = struct.unpack('>H', b[2:4])[0]
        f['tftp.text'] = b[4:].decode('latin1')
    elif op == 6:
        f['tftp.op'] = 'oack'
    else:
        p.kind = 'udp'
        return False
    return True
