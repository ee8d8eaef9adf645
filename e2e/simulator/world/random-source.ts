// All randomness of a simulated run, from one seed. Each user has a separate stream, so that one
// step more or less does not affect others. Source of the generator: sfc32 by C. Doty-Humphrey,
// public domain.

import type { Random } from '@tocsin/domain/ports'

export class RandomSource implements Random {
  readonly #name: string
  readonly #state: Uint32Array

  /** A stream by its name; equal names give equal streams. */
  constructor(name: string) {
    this.#name = name
    this.#state = seedOf(name)
    for (let i = 0; i < 12; i++) this.#next32()
  }

  /** Another stream, which depends on this one's name and not on how much was drawn from it. */
  fork(name: string): RandomSource {
    return new RandomSource(`${this.#name}/${name}`)
  }

  /** Uniform in [0, 1). */
  next(): number {
    return this.#next32() / 2 ** 32
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#next32() & 255)
  }

  /** An integer from `min` to `max`, both possible. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1))
  }

  happens(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(0, items.length - 1)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }

  /** One of the keys, as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][]
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [key, weight] of entries) {
      left -= weight
      if (left < 0) return key
    }
    return (entries.at(-1) as [K, number])[0]
  }

  shuffled<T>(items: readonly T[]): T[] {
    const list = [...items]
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.integer(0, i)
      ;[list[i], list[j]] = [list[j] as T, list[i] as T]
    }
    return list
  }

  #next32(): number {
    const s = this.#state as unknown as [number, number, number, number]
    const t = (s[0] + s[1] + s[3]) >>> 0
    s[3] = s[3] + 1
    s[0] = s[1] ^ (s[1] >>> 9)
    s[1] = s[2] + (s[2] << 3)
    s[2] = ((s[2] << 21) | (s[2] >>> 11)) + t
    return t
  }
}

/** Four words of FNV-1a over the name, each from another start. */
function seedOf(name: string): Uint32Array {
  return Uint32Array.from([0x811c9dc5, 0x01000193, 0x9e3779b9, 0x85ebca6b], start => {
    let hash = start
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
    return hash >>> 0
  })
}
