// HMAC-SHA-256 of texts under one key, as two plain hashes: for a text of a few hundred bytes an
// new HMAC object costs more than the hashing. Source: RFC 2104.

import { createHmac, hash, type KeyObject } from 'node:crypto'

/** Of SHA-256, bytes. */
const [blockBytes, hashBytes] = [64, 32]
/** Longer texts are hashed by an HMAC object, bytes. */
const textBytesMax = 16 * 1024
/** UTF-8 takes at most this many bytes for each unit of UTF-16. */
const bytesOfUnitMax = 3

export class KeyedHash {
  readonly #secret: KeyObject
  /** The key's inner block, then the text. */
  readonly #inner = Buffer.allocUnsafeSlow(blockBytes + textBytesMax)
  /** The key's outer block, then the inner hash. */
  readonly #outer = Buffer.allocUnsafeSlow(blockBytes + hashBytes)

  constructor(secret: KeyObject) {
    this.#secret = secret
    const exported = secret.export()
    const key = exported.length > blockBytes ? hash('sha256', exported, 'buffer') : exported
    for (let i = 0; i < blockBytes; i++) {
      const byte = key[i] ?? 0
      this.#inner[i] = byte ^ 0x36
      this.#outer[i] = byte ^ 0x5c
    }
  }

  /** The whole HMAC of a text in UTF-8, 64 hex digits. Pure. */
  hashHex(text: string): string {
    if (text.length * bytesOfUnitMax > textBytesMax)
      return createHmac('sha256', this.#secret).update(text).digest('hex')
    const length = this.#inner.write(text, blockBytes)
    this.#outer.write(
      hash('sha256', this.#inner.subarray(0, blockBytes + length), 'binary'),
      blockBytes,
      'latin1'
    )
    return hash('sha256', this.#outer, 'hex')
  }
}
