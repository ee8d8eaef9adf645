// One quota for everything that keys share: what each limit refuses, and what is given back.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkCount, Quota } from '../../src/access/quota.ts'

describe('a quota', () => {
  it('refuses a key beyond its own limit, and everybody beyond the total', () => {
    const quota = new Quota({ total: 5, perKey: 3 })
    expect([quota.acquire('a', 3), quota.acquire('a'), quota.acquire('b', 3)]).toEqual([
      null,
      'key',
      'total'
    ])
    expect([quota.acquire('b', 2), quota.acquire('c'), quota.used]).toEqual([null, 'total', 5])
    quota.release('a')
    expect(quota.acquire('c')).toBeNull()
  })
  it('limits the owner by the total alone', () => {
    const quota = new Quota({ total: 2, perKey: 1 })
    expect([quota.acquire('owner'), quota.acquire('owner'), quota.acquire('owner')]).toEqual([
      null,
      null,
      'total'
    ])
  })
  it('is refused as `too-many`, with the limit and when to try again', () => {
    const quota = new Quota({ total: 2, perKey: 1 })
    quota.take('a', 'exports', 10)
    const own = {
      code: 'too-many',
      message: 'This key has 1 exports, which is the limit of one key.'
    }
    expect(() => quota.take('a', 'exports', 10)).toThrow(expect.objectContaining(own))
    quota.take('b', 'exports', 10)
    const all = {
      code: 'too-many',
      message: 'There are 2 exports, which is the limit.',
      retryAfterS: 10
    }
    expect(() => quota.take('c', 'exports', 10)).toThrow(expect.objectContaining(all))
  })
  it('counts what stands, by the key that made it', () => {
    const standing = [{ ownerKeyId: 'a' }, { ownerKeyId: 'a' }, { ownerKeyId: 'b' }]
    const ask = (id: string, total = 4) =>
      checkCount({ id }, 'views', { total, perKey: 2 }, standing)
    expect(() => ask('a')).toThrow('of one key')
    expect(() => ask('b')).not.toThrow()
    expect(() => ask('b', 3)).toThrow('There are 3 views')
  })

  const steps = fc.array(
    fc.tuple(fc.constantFrom('a', 'b', 'owner'), fc.integer({ min: 1, max: 4 }), fc.boolean())
  )
  it('is never used beyond a limit, and refuses only at one', () => {
    fc.assert(fc.property(steps, check))
  })
  function check(asked: readonly [string, number, boolean][]): void {
    const limits = { total: 9, perKey: 5 }
    const quota = new Quota(limits)
    const held = new Map<string, number[]>()
    for (const [keyId, amount, gives] of asked) {
      const own = held.get(keyId) ?? []
      if (gives && own.length > 0) {
        quota.release(keyId, own.pop())
        continue
      }
      const used = own.reduce((sum, each) => sum + each, 0)
      const fits = quota.used + amount <= limits.total
      const mayHave = keyId === 'owner' || used + amount <= limits.perKey
      expect(quota.acquire(keyId, amount) === null).toBe(fits && mayHave)
      if (fits && mayHave) held.set(keyId, [...own, amount])
    }
    const all = [...held.values()].flat().reduce((sum, each) => sum + each, 0)
    expect(quota.used).toBe(all)
  }
})
