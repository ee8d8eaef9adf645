// A canary word, planted where private content may stand and searched for wherever it could leak,
// in all usual encodings.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Finds a word in bytes and texts, in any case and encoding. */
export class Canary {
  readonly word: string
  readonly #forms: ReadonlyMap<string, string>

  constructor(word: string) {
    this.word = word
    const utf8 = Buffer.from(word)
    const forms = [
      ['plain', word],
      ['utf16le', Buffer.from(word, 'utf16le').toString('latin1')],
      ['utf16be', Buffer.from(word, 'utf16le').swap16().toString('latin1')],
      ['hex', utf8.toString('hex')],
      ['percent', [...utf8].map(byte => `%${byte.toString(16)}`).join('')],
      [
        'json-escapes',
        [...word].map(c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
      ],
      ['reversed', [...word].reverse().join('')],
      ...[0, 1, 2].map(shift => [`base64+${shift}`, base64Core(utf8, shift)])
    ] as [string, string][]
    this.#forms = new Map(forms.map(([name, form]) => [name, form.toLowerCase()]))
  }

  /** Names of the encodings in which the word occurs; empty if it does not. */
  formsIn(haystack: Uint8Array | string): readonly string[] {
    const text = (
      typeof haystack === 'string' ? haystack : Buffer.from(haystack).toString('latin1')
    ).toLowerCase()
    return [...this.#forms].filter(([, form]) => text.includes(form)).map(([name]) => name)
  }

  /** Files below a folder that hold it, as `path: forms`. */
  filesIn(folder: string): readonly string[] {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .flatMap(file => {
        const forms = this.formsIn(readFileSync(file))
        return forms.length === 0 ? [] : [`${file}: ${forms.join(', ')}`]
      })
  }
}

/**
 * The base64 characters that depend only on the word, if it begins `shift` bytes into a group of
 * three.
 */
function base64Core(word: Buffer, shift: number): string {
  const encoded = Buffer.concat([Buffer.alloc(shift), word]).toString('base64')
  const first = Math.ceil((shift * 8) / 6)
  const last = Math.floor(((shift + word.length) * 8) / 6)
  return encoded.slice(first, last)
}
