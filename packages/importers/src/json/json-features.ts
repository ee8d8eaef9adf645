// Extracts features from GeoJSON of any length: the members of the list `features`, or a sequence of features (RFC 8142, or
// lines). The text is scanned for the bounds of objects and each is given to JSON.parse, so that a broken feature costs only
// itself.

import { ImportFileError } from '../item/import-item.ts'

/** Longest feature, characters. */
const featureCharsMax = 4 * 1024 * 1024

const quote = 0x22
const backslash = 0x5c

/** Texts of features as they arrive. Rejects with ImportFileError if one never ends. */
export async function* featureTexts(texts: AsyncIterable<string>): AsyncIterable<readonly string[]> {
  const scanner = new FeatureScanner()
  for await (const text of texts) {
    const found = scanner.push(text)
    if (found.length > 0) yield found
  }
  const rest = scanner.end()
  if (rest !== null) yield [rest]
}

class FeatureScanner {
  /** Text from the beginning of the current value. */
  #held = ''
  #at = 0
  #depth = 0
  #inString = false
  #escaped = false
  /** Start of the current string or object in `#held`; -1 if none is open. */
  #stringStart = -1
  #start = -1
  #lastString = ''
  /** Depth of the members of `features`; 0 before the list is reached. */
  #listDepth = 0
  #hadList = false

  push(text: string): readonly string[] {
    const found: string[] = []
    this.#held += text
    while (this.#at < this.#held.length) this.#step(this.#held.charCodeAt(this.#at), found)
    this.#forget()
    return found
  }

  /** The rest of a truncated feature; null if there is none. */
  end(): string | null {
    const isOpen = this.#start >= 0 && (this.#listDepth > 0 || !this.#hadList)
    return isOpen ? this.#held.slice(this.#start) : null
  }

  #step(code: number, found: string[]): void {
    const at = this.#at++
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false
      else if (code === backslash) this.#escaped = true
      else if (code === quote) {
        this.#inString = false
        if (this.#depth === 1) this.#lastString = this.#held.slice(this.#stringStart + 1, at)
      }
      return
    }
    if (code === quote) {
      this.#inString = true
      this.#stringStart = at
    } else if (code === 0x7b /* { */ || code === 0x5b /* [ */) this.#opened(code, at)
    else if (code === 0x7d /* } */ || code === 0x5d /* ] */) this.#closed(at, found)
  }

  #opened(code: number, at: number): void {
    this.#depth++
    if (code === 0x5b && this.#depth === 2 && this.#lastString === 'features') {
      this.#listDepth = 3
      this.#hadList = true
      this.#start = -1
    } else if (code === 0x7b && this.#start < 0 && (this.#depth === 1 || this.#depth === this.#listDepth)) this.#start = at
  }

  #closed(at: number, found: string[]): void {
    const isFeature = this.#start >= 0 && (this.#listDepth > 0 ? this.#depth === this.#listDepth : this.#depth === 1)
    this.#depth = Math.max(0, this.#depth - 1)
    if (this.#listDepth > 0 && this.#depth < this.#listDepth - 1) this.#listDepth = 0
    if (!isFeature) return
    // Text around the list is not a feature.
    if (this.#listDepth > 0 || !this.#hadList) found.push(this.#held.slice(this.#start, at + 1))
    this.#start = -1
  }

  #forget(): void {
    const keptFrom = this.#start >= 0 ? this.#start : this.#inString ? this.#stringStart : this.#at
    if (this.#at - keptFrom > featureCharsMax) {
      throw new ImportFileError(`a feature has more than ${featureCharsMax} characters, or never ends`)
    }
    this.#held = this.#held.slice(keptFrom)
    this.#at -= keptFrom
    if (this.#start >= 0) this.#start -= keptFrom
    this.#stringStart -= keptFrom
  }
}
