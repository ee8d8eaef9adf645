// Digests of ids: what they are, and that none keeps more in memory than its digits.

import { createHash } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { digest, takeIdDigits } from '../../src/json/digest.ts'

const collect = (() => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
})()

describe('a digest', () => {
  it('is the first half of SHA-256 over its parts with their lengths, and tells lists apart that join alike', () => {
    const whole = createHash('sha256').update('2:ab1:c').digest('hex')
    expect(digest('ab', 'c')).toBe(whole.slice(0, 32))
    expect(digest('a', 'bc')).not.toBe(digest('ab', 'c'))
    expect(digest('é')).toBe(createHash('sha256').update('2:é').digest('hex').slice(0, 32))
    expect(takeIdDigits(whole)).toBe(whole.slice(0, 32))
  })

  it('keeps nothing of the hash that it is the start of: some 48 bytes, where a slice holds 112', () => {
    const count = 50_000
    const ids: string[] = new Array(count).fill('')
    collect()
    const before = process.memoryUsage().heapUsed
    for (let i = 0; i < count; i++) ids[i] = digest(String(i))
    collect()
    const each = (process.memoryUsage().heapUsed - before) / count
    expect(new Set(ids).size).toBe(count)
    expect(each).toBeLessThan(80)
  })
})
