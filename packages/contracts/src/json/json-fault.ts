// Locates the first fault of a text that strict-json.ts has refused. Slower than JSON.parse, so
// only run on refused texts.

export type JsonFaultReason =
  | 'empty'
  | 'not-utf8'
  | 'malformed'
  | 'too-deep'
  | 'too-many-values'
  | 'duplicate-key'
  | 'forbidden-key'
  | 'number-too-large'
  | 'lone-surrogate'

export interface JsonFault {
  readonly reason: JsonFaultReason
  /** Bytes from the start; null if unknown. */
  readonly offset: number | null
  /** JSON pointer of the member or value; '' if the text is not valid up to there. */
  readonly at: string
}

/** Ends the walk at the first fault; never leaves this file. */
class Found extends Error {
  readonly fault: JsonFault

  constructor(fault: JsonFault) {
    super(fault.reason)
    this.fault = fault
  }
}

/**
 * The first fault of a text, from its start. The text must have one and bounded nesting: throws
 * RangeError if there is none. Pure; O(text).
 */
export function findFault(text: string): JsonFault {
  try {
    const walk = new Walk(text)
    walk.readDocument()
  } catch (error) {
    if (error instanceof Found)
      return { ...error.fault, offset: Buffer.byteLength(text.slice(0, error.fault.offset ?? 0)) }
    throw error
  }
  throw new RangeError('the text has no fault')
}

const numberPattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
const escapePattern = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y
const literals = ['true', 'false', 'null']

class Walk {
  readonly #text: string
  #i = 0

  constructor(text: string) {
    this.#text = text
  }

  readDocument(): void {
    this.#skipSpace()
    this.#readValue('')
    this.#skipSpace()
    if (this.#i < this.#text.length) this.#raiseMalformed()
  }

  #readValue(at: string): void {
    const first = this.#text[this.#i]
    const literal = literals.find(word => this.#text.startsWith(word, this.#i))
    if (first === '{') this.#readObject(at)
    else if (first === '[') this.#readArray(at)
    else if (first === '"') this.#checkWellFormed(this.#i, this.#readString(), at)
    else if (literal === undefined) this.#readNumber(at)
    else this.#i += literal.length
  }

  #readObject(at: string): void {
    const start = this.#i
    const keys = new Set<string>()
    this.#list('}', () => {
      const keyAt = this.#i
      if (this.#text[this.#i] !== '"') this.#raiseMalformed()
      const key = this.#readString()
      const here = `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
      if (keys.has(key)) this.#raiseFault('duplicate-key', keyAt, here)
      keys.add(key)
      if (!key.isWellFormed()) this.#raiseFault('lone-surrogate', keyAt, at)
      if (key === '__proto__') this.#raiseFault('forbidden-key', keyAt, here)
      this.#skipSpace()
      this.#expect(':')
      this.#skipSpace()
      this.#readValue(here)
    })
    if (keys.has('prototype') && at.endsWith('/constructor'))
      this.#raiseFault('forbidden-key', start, at)
  }

  #readArray(at: string): void {
    let index = 0
    this.#list(']', () => this.#readValue(`${at}/${index++}`))
  }

  /** `open item , item … close`, with the opening bracket next. */
  #list(close: string, item: () => void): void {
    this.#i++
    this.#skipSpace()
    if (this.#text[this.#i] === close) {
      this.#i++
      return
    }
    for (;;) {
      item()
      this.#skipSpace()
      if (this.#text[this.#i] === close) break
      this.#expect(',')
      this.#skipSpace()
    }
    this.#i++
  }

  #readString(): string {
    const start = this.#i
    for (this.#i++; this.#text[this.#i] !== '"'; this.#i++) {
      const code = this.#text.charCodeAt(this.#i)
      if (Number.isNaN(code) || code < 0x20) this.#raiseMalformed()
      if (code === 0x5c) this.#escape()
    }
    this.#i++
    return JSON.parse(this.#text.slice(start, this.#i)) as string
  }

  /** Leaves the last character of the escape as the current one. */
  #escape(): void {
    escapePattern.lastIndex = this.#i + 1
    const match = escapePattern.exec(this.#text)
    if (match === null) this.#raiseMalformed()
    this.#i += match[0].length
  }

  #readNumber(at: string): void {
    numberPattern.lastIndex = this.#i
    const match = numberPattern.exec(this.#text)
    if (match === null) this.#raiseMalformed()
    if (!Number.isFinite(Number(match[0]))) this.#raiseFault('number-too-large', this.#i, at)
    this.#i += match[0].length
  }

  #checkWellFormed(start: number, text: string, at: string): void {
    if (!text.isWellFormed()) this.#raiseFault('lone-surrogate', start, at)
  }

  #expect(character: string): void {
    if (this.#text[this.#i] !== character) this.#raiseMalformed()
    this.#i++
  }

  #skipSpace(): void {
    while (' \t\n\r'.includes(this.#text[this.#i] ?? 'x')) this.#i++
  }

  #raiseMalformed(): never {
    return this.#raiseFault('malformed', this.#i, '')
  }

  #raiseFault(reason: JsonFaultReason, offset: number, at: string): never {
    throw new Found({ reason, offset, at })
  }
}
