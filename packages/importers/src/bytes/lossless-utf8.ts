// Lossless reading of possibly invalid UTF-8: each invalid byte becomes U+FFFD plus a carrier of
// the byte, and is restored on writing. So a row refused for its bytes can be written unchanged.

/** Marks an invalid byte when a carrier follows; alone it is an ordinary character. */
export const undecoded = '\u{FFFD}'
/** Carries a byte: a lone surrogate, which no valid text contains. */
const carrierBase = 0xdc00
const kept = /\uFFFD([\uDC80-\uDCFF])/
const mark = '\u{FEFF}'

export class LosslessDecoder {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  #pending: Buffer = Buffer.alloc(0)
  #isFirst = true

  /**
   * The text of some bytes, after the remainder of earlier ones; an incomplete character waits for
   * the next.
   */
  decode(chunk: Uint8Array, isLast: boolean): string {
    const bytes = Buffer.concat([this.#pending, chunk])
    const end = isLast ? bytes.length : measureWhole(bytes)
    this.#pending = bytes.subarray(end)
    const whole = bytes.subarray(0, end)
    let text = this.#decoder.decode(whole)
    if (text.includes(undecoded)) text = decodeLossless(whole)
    if (text === '' || !this.#isFirst) return text
    this.#isFirst = false
    return text.startsWith(mark) ? text.slice(1) : text
  }
}

/** The bytes of a text in UTF-8, with the carried bytes restored. */
export function encodeLossless(text: string): Buffer {
  if (!text.includes(undecoded)) return Buffer.from(text)
  const parts = text.split(kept)
  // A carrier follows each of these texts but the last.
  return Buffer.concat(
    parts.map((part, i) =>
      i % 2 === 0 ? Buffer.from(part) : Buffer.from([part.charCodeAt(0) - carrierBase])
    )
  )
}

function decodeLossless(bytes: Buffer): string {
  const parts: string[] = []
  let start = 0
  for (let at = 0; at < bytes.length; ) {
    const length = measureCharacter(bytes, at)
    if (length > 0) {
      at += length
      continue
    }
    parts.push(
      bytes.toString('utf8', start, at),
      undecoded,
      String.fromCharCode(carrierBase + (bytes[at] as number))
    )
    start = ++at
  }
  parts.push(bytes.toString('utf8', start))
  return parts.join('')
}

/** Length in bytes of the character that begins here; 0 if invalid. Source: RFC 3629, section 4. */
function measureCharacter(bytes: Buffer, at: number): number {
  const first = bytes[at] as number
  const length = parseLength(first)
  if (length <= 1) return length
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i]
    if (next === undefined || next >> 6 !== 0b10) return 0
  }
  const second = bytes[at + 1] as number
  const isTooLong = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90)
  const isNone = (first === 0xed && second > 0x9f) || (first === 0xf4 && second > 0x8f)
  return isTooLong || isNone ? 0 : length
}

function parseLength(first: number): number {
  if (first < 0x80) return 1
  if (first < 0xc2 || first > 0xf4) return 0
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
}

/** Length without an incomplete character at the end. */
function measureWhole(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] as number
    if (byte >> 6 === 0b10) continue
    return parseLength(byte) > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}
