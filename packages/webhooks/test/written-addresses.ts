// Addresses in numbers, drawn mostly from the edges of what is special, and the many ways to write
// one.

import fc from 'fast-check'
import { blocks4, blocks6 } from './address-oracle.ts'

const anyOf = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n })

/** In a block, at its edges, and right beside it. */
function around(
  blocks: readonly { readonly from: bigint; readonly bits: number }[],
  width: number
): fc.Arbitrary<bigint> {
  const all = (1n << BigInt(width)) - 1n
  return fc.constantFrom(...blocks).chain(({ from, bits }) => {
    const size = 1n << BigInt(width - bits)
    const edges = [from, from + size - 1n, from - 1n, from + size].map(each => each & all)
    return fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: from, max: from + size - 1n }))
  })
}

export const address4 = fc.oneof(anyOf(32), { weight: 3, arbitrary: around(blocks4, 32) })

/** IPv6 forms that hold an IPv4 address: the address in the last or in a middle part. */
const holding4 = fc
  .tuple(
    address4,
    fc.constantFrom(
      0n,
      0xffffn << 32n,
      0xffffn << 48n,
      0x64_ff9bn << 96n,
      0x64_ff9b_0001n << 80n,
      0x5efen << 32n
    ),
    anyOf(48)
  )
  .chain(([v4, prefix, rest]) =>
    fc.constantFrom(
      prefix | v4,
      (0x64_ff9bn << 96n) | (rest << 32n) | v4,
      (0x2002n << 112n) | (v4 << 80n) | rest,
      (0x2001_0000n << 96n) | rest | (v4 ^ 0xffff_ffffn)
    )
  )

export const address6 = fc.oneof(
  anyOf(128),
  { weight: 3, arbitrary: around(blocks6, 128) },
  { weight: 3, arbitrary: holding4 }
)

const numeral = fc.constantFrom<(n: bigint) => string>(
  String,
  n => `0x${n.toString(16)}`,
  n => `0X${n.toString(16).toUpperCase()}`,
  n => `0${n.toString(8)}`,
  n => `0x000${n.toString(16)}`
)

/**
 * As `inet_aton` and browsers read it: one to four parts, each decimal, octal or hexadecimal; the
 * last holds the rest.
 */
export const written4 = (address: bigint): fc.Arbitrary<string> =>
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.array(numeral, { minLength: 4, maxLength: 4 }))
    .map(([count, forms]) => {
      const restBits = BigInt(8 * (5 - count))
      const octets = Array.from(
        { length: count - 1 },
        (_, i) => (address >> BigInt(24 - 8 * i)) & 0xffn
      )
      const parts = [...octets, address & ((1n << restBits) - 1n)]
      return parts.map((part, i) => (forms[i] as (n: bigint) => string)(part)).join('.')
    })

export const dotted4 = (address: bigint): string =>
  [24n, 16n, 8n, 0n].map(shift => String((address >> shift) & 0xffn)).join('.')

/**
 * Groups with or without leading zeros, in both cases, with zeros left out or not, with a dotted
 * end or not.
 */
export const written6 = (address: bigint): fc.Arbitrary<string> =>
  fc
    .record({
      isPadded: fc.boolean(),
      isUpper: fc.boolean(),
      isShort: fc.boolean(),
      isDotted: fc.boolean()
    })
    .map(form => {
      const groups = Array.from({ length: 8 }, (_, i) =>
        ((address >> BigInt(112 - 16 * i)) & 0xffffn).toString(16)
      )
      const shown = groups.map(group => (form.isPadded ? group.padStart(4, '0') : group))
      const parts = form.isDotted ? [...shown.slice(0, 6), dotted4(address & 0xffff_ffffn)] : shown
      const text = form.isShort ? withoutZeros(parts) : parts.join(':')
      return form.isUpper ? text.toUpperCase() : text
    })

/** The longest run of zeros as `::`. */
function withoutZeros(parts: readonly string[]): string {
  const isZero = (at: number) => /^0+$/.test(parts[at] ?? '')
  const runs = parts.map((_, at) => parts.slice(at).findIndex((_part, i) => !isZero(at + i)))
  const lengths = runs.map((length, at) => (length === -1 ? parts.length - at : length))
  const longest = Math.max(...lengths)
  if (longest < 1) return parts.join(':')
  const at = lengths.indexOf(longest)
  return `${parts.slice(0, at).join(':')}::${parts.slice(at + longest).join(':')}`
}

/** What browsers turn into digits and dots. */
const disguise = fc.constantFrom<(text: string) => string>(
  text => text,
  text => text.replace(/[0-9]/g, digit => String.fromCharCode(0xff10 + Number(digit))),
  text => text.replaceAll('.', '。'),
  text => text.replace(/[0-9]/, digit => `%3${digit}`),
  text => `${text}.`
)

export interface WrittenUrl {
  readonly text: string
  readonly address: bigint
  readonly family: 4 | 6
}

const rest = fc.record({
  scheme: fc.constantFrom('https', 'http', 'HTTP', 'hTTps'),
  user: fc.constantFrom('', '', '', 'user@', 'a:b@', '8.8.8.8@', 'public.example:443@'),
  port: fc.constantFrom('', '', ':80', ':443', ':8443', ':9'),
  path: fc.constantFrom('', '/', '/hook?x=1', '\\@8.8.8.8/', '/#x', '?u=https://8.8.8.8/')
})

/** URLs whose host is an address, in every notation. */
export const writtenUrl: fc.Arbitrary<WrittenUrl> = fc.oneof(
  address4.chain(address =>
    fc
      .tuple(written4(address), disguise, rest)
      .map(([host, hide, { scheme, user, port, path }]) => ({
        text: `${scheme}://${user}${hide(host)}${port}${path}`,
        address,
        family: 4 as const
      }))
  ),
  address6.chain(address =>
    fc.tuple(written6(address), rest).map(([host, { scheme, user, port, path }]) => ({
      text: `${scheme}://${user}[${host}]${port}${path}`,
      address,
      family: 6 as const
    }))
  )
)
