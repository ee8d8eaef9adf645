// Texts that say until when they hold: tickets, links, what a browser keeps. Sealed like cursors,
// under a secret for the one purpose: what opens was written here.

import { openCursor, sealCursor } from './sealed-cursor.ts'

export class SealedTokens<Content extends { readonly expiresAtMs: number }> {
  readonly #secret: Buffer
  readonly #prefix: string
  /** Longest that is opened, characters. */
  readonly #lengthMax: number

  constructor(secret: Buffer, prefix: string, lengthMax: number) {
    this.#secret = secret
    this.#prefix = prefix
    this.#lengthMax = lengthMax
  }

  seal(content: Content): string {
    return `${this.#prefix}${sealCursor(this.#secret, { cursors: [], extra: content })}`
  }

  /** Null if it is forged or expired. */
  open(text: string | undefined, nowMs: number): Content | null {
    if (!text?.startsWith(this.#prefix) || text.length > this.#lengthMax) return null
    const opened = openCursor(this.#secret, text.slice(this.#prefix.length))
    const content = opened.ok ? (opened.content.extra as Content) : null
    return content !== null && nowMs < content.expiresAtMs ? content : null
  }
}
