// Extracts the rows of JSON of any length: the members of a named list such as `features`, of a list
// at the top, or of a sequence of values (RFC 8142, or lines). The text is scanned for the bounds of
// values and each is given to JSON.parse, so that a broken row costs only itself. What is no
// feature is a row too: the importer refuses it, and nothing vanishes.

import { ImportFileError } from '../item/import-item.ts'

/** Longest feature, characters. */
const featureCharsMax = 4 * 1024 * 1024

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a
const [brace, braceEnd, bracket, bracketEnd] = [0x7b, 0x7d, 0x5b, 0x5d]
/**
 * Between values: white space, commas, the record separator of RFC 8142, and byte order marks of
 * files that were joined.
 */
const between = new Set([0x20, 0x09, 0x0a, 0x0d, 0x2c, 0x1e, 0xfeff])

/**
 * Texts of features, and of what is in their place, as they arrive: members of the first list with
 * one of the names. Rejects with ImportFileError if one never ends, or the text is no JSON at its
 * beginning or its end.
 */
export async function* splitFeatures(
  texts: AsyncIterable<string>,
  lists: ReadonlySet<string> = new Set(['features'])
): AsyncIterable<readonly string[]> {
  const scanner = new FeatureScanner(lists)
  for await (const text of texts) {
    const found: string[] = []
    try {
      scanner.push(text, found)
    } finally {
      if (found.length > 0) yield found
    }
  }
  const rest = scanner.end()
  if (rest !== null) yield [rest]
}

class FeatureScanner {
  readonly #lists: ReadonlySet<string>
  /** Text from the beginning of the current value. */
  #held = ''
  #at = 0
  #depth = 0
  #inString = false
  #escaped = false
  /** Start of the current string or row in `#held`; -1 if none is open. */
  #stringStart = -1
  #start = -1
  /** The current row is a number or a word, which ends where something else begins. */
  #isBare = false
  #lastString = ''
  /** The last character outside strings and rows that does not separate values. */
  #lastMark = 0
  /** Depth at which rows begin: 0, or within a list of features 1 or 2. */
  #rowDepth = 0
  #isBegun = false

  constructor(lists: ReadonlySet<string>) {
    this.#lists = lists
  }

  push(text: string, found: string[]): void {
    this.#held += text
    while (this.#at < this.#held.length) this.#step(this.#held.charCodeAt(this.#at), found)
    this.#clear()
  }

  /**
   * The rest of a truncated row; null if there is none. Throws ImportFileError if the text ends
   * between two rows of a list.
   */
  end(): string | null {
    if (this.#start >= 0) return this.#held.slice(this.#start)
    if (this.#depth > 0)
      throw new ImportFileError('the file ends before its list of rows does: it may have been cut')
    return null
  }

  #step(code: number, found: string[]): void {
    const at = this.#at++
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false
      else if (code === backslash) this.#escaped = true
      else if (code === quote) this.#handleStringEnd(at, found)
      return
    }
    const isBracket = code === brace || code === braceEnd || code === bracket || code === bracketEnd
    // Most characters: within a row.
    if (this.#start >= 0 && !this.#isBare && !isBracket && code !== quote) return
    const isBetween = between.has(code)
    if (!this.#isBegun && !isBetween) this.#begin(code)
    if (
      this.#isBare &&
      (isBetween || code === quote || code === brace || code === bracket || this.#isListEnd(code))
    )
      this.#emitFeature(at, found)
    if (code === quote) {
      this.#inString = true
      this.#stringStart = at
      if (this.#start < 0 && this.#depth === this.#rowDepth) this.#start = at
    } else if (code === brace || code === bracket) this.#handleOpen(code, at)
    else if ((code === braceEnd || code === bracketEnd) && !this.#isBare && !this.#isStray(code))
      this.#handleClose(at, found)
    else if (!isBetween && this.#start < 0 && this.#depth === this.#rowDepth) {
      this.#start = at
      this.#isBare = true
    }
    if (!isBetween) this.#lastMark = code
  }

  #begin(code: number): void {
    this.#isBegun = true
    if (code !== brace && code !== bracket)
      throw new ImportFileError('this is not GeoJSON: it begins with neither { nor [')
  }

  /** True at the end of the list whose rows are read. */
  #isListEnd(code: number): boolean {
    return code === bracketEnd && this.#rowDepth > 0 && this.#depth === this.#rowDepth
  }

  /**
   * An end where nothing of its kind is open: it closes no list of features, and is refused like
   * any other value.
   */
  #isStray(code: number): boolean {
    return this.#start < 0 && this.#depth === this.#rowDepth && !this.#isListEnd(code)
  }

  #handleStringEnd(at: number, found: string[]): void {
    this.#inString = false
    if (this.#start === this.#stringStart) this.#emitFeature(at + 1, found)
    else if (this.#depth === 1) this.#lastString = this.#held.slice(this.#stringStart + 1, at)
  }

  #handleOpen(code: number, at: number): void {
    const isRow = this.#start < 0 && this.#depth === this.#rowDepth
    // Behind a list of features that was closed one bracket too early: its other members are in no
    // list.
    const isLost = this.#start < 0 && !isRow && this.#depth === 1 && this.#lastMark !== colon
    if (isLost) throw new ImportFileError('a list of rows is closed before its last member')
    this.#depth++
    if (code === bracket && this.#rowDepth === 0 && this.#depth === 1) {
      this.#rowDepth = 1
    } else if (
      code === bracket &&
      this.#rowDepth === 0 &&
      this.#depth === 2 &&
      this.#lists.has(this.#lastString)
    ) {
      this.#rowDepth = 2
      this.#start = -1
    } else if (isRow) {
      this.#start = at
      if (this.#depth === 1) this.#lastString = ''
    }
  }

  #handleClose(at: number, found: string[]): void {
    if (this.#start < 0 && this.#depth === this.#rowDepth) this.#rowDepth = 0
    this.#depth--
    if (this.#start >= 0 && this.#depth === this.#rowDepth) this.#emitFeature(at + 1, found)
  }

  #emitFeature(end: number, found: string[]): void {
    found.push(this.#held.slice(this.#start, end))
    this.#start = -1
    this.#isBare = false
  }

  #clear(): void {
    const keptFrom = this.#start >= 0 ? this.#start : this.#inString ? this.#stringStart : this.#at
    if (this.#at - keptFrom > featureCharsMax) {
      throw new ImportFileError(`a row has more than ${featureCharsMax} characters, or never ends`)
    }
    this.#held = this.#held.slice(keptFrom)
    this.#at -= keptFrom
    if (this.#start >= 0) this.#start -= keptFrom
    this.#stringStart -= keptFrom
  }
}
