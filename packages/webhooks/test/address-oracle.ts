// Which addresses are public, written from the registries of IANA and in numbers: it shares no code
// and no table with what it judges. Sources: "IANA IPv4 Special-Purpose Address Registry" and "IANA
// IPv6 Special-Purpose Address Registry" (RFC 6890), "IPv4 Multicast Address Space", "Internet
// Protocol Version 6 Address Space".

/**
 * `special`: globally reachable by the registry, for a purpose that is no webhook. A sender may
 * refuse it.
 */
export type Reach = 'public' | 'special' | 'closed'

interface Block {
  readonly from: bigint
  readonly bits: number
  readonly reach: Reach
}

function block4(text: string, reach: Reach = 'closed'): Block {
  const [address = '', bits = ''] = text.split('/')
  return { from: numberOf(address), bits: Number(bits), reach }
}

function numberOf(dotted: string): bigint {
  return dotted.split('.').reduce((sum, octet) => sum * 256n + BigInt(octet), 0n)
}

/** `groups`: those before the first `::`. */
function block6(groups: string, bits: number, reach: Reach = 'closed'): Block {
  const known = groups === '' ? [] : groups.split(':')
  const from = Array.from({ length: 8 }, (_, i) => BigInt(`0x${known[i] ?? '0'}`)).reduce(
    (sum, group) => sum * 65_536n + group,
    0n
  )
  return { from, bits, reach }
}

/** The narrowest block that holds an address decides. */
export const blocks4: readonly Block[] = [
  block4('0.0.0.0/8'),
  block4('10.0.0.0/8'),
  block4('100.64.0.0/10'),
  block4('127.0.0.0/8'),
  block4('169.254.0.0/16'),
  block4('172.16.0.0/12'),
  block4('192.0.0.0/24'),
  block4('192.0.0.9/32', 'special'),
  block4('192.0.0.10/32', 'special'),
  block4('192.0.2.0/24'),
  block4('192.31.196.0/24', 'special'),
  block4('192.52.193.0/24', 'special'),
  block4('192.88.99.0/24'),
  block4('192.168.0.0/16'),
  block4('192.175.48.0/24', 'special'),
  block4('198.18.0.0/15'),
  block4('198.51.100.0/24'),
  block4('203.0.113.0/24'),
  block4('224.0.0.0/4'),
  block4('240.0.0.0/4'),
  // Not in a registry: one cloud routes it to the host itself.
  block4('168.63.129.16/32')
]

export const blocks6: readonly Block[] = [
  block6('', 0),
  block6('2000', 3, 'public'),
  block6('2001', 23),
  block6('2001', 32),
  block6('2001:1:0:0:0:0:0:1', 128, 'special'),
  block6('2001:1:0:0:0:0:0:2', 128, 'special'),
  block6('2001:1:0:0:0:0:0:3', 128, 'special'),
  block6('2001:2', 48),
  block6('2001:3', 32, 'special'),
  block6('2001:4:112', 48, 'special'),
  block6('2001:10', 28),
  block6('2001:20', 28, 'special'),
  block6('2001:30', 28, 'special'),
  block6('2001:db8', 32),
  block6('2002', 16),
  block6('2620:4f:8000', 48, 'special'),
  block6('3fff', 20),
  block6('64:ff9b:1', 48),
  block6('100', 64),
  block6('100:0:0:1', 64),
  block6('5f00', 16),
  block6('fc00', 7),
  block6('fe80', 10),
  block6('fec0', 10),
  block6('ff00', 8)
]

const mapped = block6('0:0:0:0:0:ffff', 96)
const translated = block6('64:ff9b', 96)

function isIn(address: bigint, { from, bits }: Block, width: number): boolean {
  const rest = BigInt(width - bits)
  return address >> rest === from >> rest
}

function narrowest(address: bigint, blocks: readonly Block[], width: number): Reach {
  const holding = blocks
    .filter(each => isIn(address, each, width))
    .toSorted((a, b) => b.bits - a.bits)
  return holding[0]?.reach ?? 'public'
}

export function reachOf4(address: bigint): Reach {
  return narrowest(address, blocks4, 32)
}

/** Mapped and translated addresses lead to the IPv4 address in them. */
export function reachOf6(address: bigint): Reach {
  if (isIn(address, mapped, 128) || isIn(address, translated, 128))
    return reachOf4(address & 0xffff_ffffn)
  return narrowest(address, blocks6, 128)
}
