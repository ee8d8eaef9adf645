import { scopes } from '@tocsin/contracts/record/control-record'
import { handlings, maySee } from '@tocsin/contracts/theatre/handling'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Authority, findExcess, reaches } from '../../src/access/principal.ts'

const someScopes = fc.subarray([...scopes])
const theatres = fc.oneof(
  fc.constant('*' as const),
  fc.subarray(['sahel', 'coast', 'delta'], { minLength: 1 })
)
const limit = fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined })
const limits = fc.record({ perMinute: limit, perDay: limit }, { requiredKeys: [] }).map(named => {
  const given = Object.entries(named).filter(([, value]) => value !== undefined)
  return given.length === 0 ? {} : { limits: Object.fromEntries(given) }
})
const authority: fc.Arbitrary<Authority> = fc
  .tuple(
    fc.record({
      scopes: someScopes,
      theatres,
      handling: fc.constantFrom(...handlings),
      expiresAtMs: fc.constantFrom(null, 1, 2, 3)
    }),
    limits
  )
  .map(([one, more]) => ({ ...one, ...more }))
const may = ({ scopes: held }: Authority, scope: string) =>
  [...held].some(each => each === 'admin' || each === scope)

describe('delegation', () => {
  it('never grants more scopes, theatres or handling than its creator has', () => {
    fc.assert(
      fc.property(authority, authority, (held, wanted) => {
        if (findExcess(held, wanted) !== null) return
        for (const scope of scopes) if (may(wanted, scope)) expect(may(held, scope)).toBe(true)
        for (const level of handlings)
          if (maySee(wanted.handling, level)) expect(maySee(held.handling, level)).toBe(true)
        for (const id of ['sahel', 'coast', 'delta', 'a future theatre'])
          if (wanted.theatres === '*' || wanted.theatres.includes(id))
            expect(held.theatres === '*' || held.theatres.includes(id)).toBe(true)
        for (const now of [0, 1, 2, 3, 4])
          if (now < (wanted.expiresAtMs ?? 9)) expect(now).toBeLessThan(held.expiresAtMs ?? 9)
        for (const [name, value] of Object.entries(held.limits ?? {}))
          expect((wanted.limits as Record<string, number>)[name]).toBeLessThanOrEqual(value)
      })
    )
  })

  it('covers everything that the creator has, and two steps grant no more than one', () => {
    fc.assert(fc.property(authority, held => void expect(findExcess(held, held)).toBeNull()))
    fc.assert(
      fc.property(authority, authority, authority, (a, b, c) => {
        if (findExcess(a, b) === null && findExcess(b, c) === null)
          expect(findExcess(a, c)).toBeNull()
      })
    )
  })

  it.each([
    ['scopes', { scopes: ['alerts:read'] }, { scopes: ['alerts:read', 'rules:manage'] }],
    ['scopes', { scopes: ['reports:write'] }, { scopes: ['admin'] }],
    [null, { scopes: ['admin'] }, { scopes: ['persons:read', 'admin'] }],
    ['theatres', { theatres: ['sahel'] }, { theatres: '*' }],
    ['theatres', { theatres: ['sahel'] }, { theatres: ['sahel', 'coast'] }],
    ['handling', { handling: 'partners' }, { handling: 'internal' }],
    ['expiry', { expiresAtMs: 5 }, { expiresAtMs: null }],
    ['expiry', { expiresAtMs: 5 }, { expiresAtMs: 6 }],
    ['limits', { limits: { perMinute: 5 } }, {}],
    ['limits', { limits: { perMinute: 5 } }, { limits: { perMinute: 6 } }],
    ['limits', { limits: { perMinute: 5 } }, { limits: { perDay: 1 } }],
    ['limits', { limits: { perMinute: 5 } }, { limits: 'none' }],
    [null, { limits: 'none' }, { limits: { perMinute: 6 } }],
    [null, {}, { limits: { perMinute: 6 } }]
  ] as const)('names %s: %j gives %j', (excess, held, wanted) => {
    const all = {
      scopes: ['admin'],
      theatres: '*',
      handling: 'restricted',
      expiresAtMs: null
    } as const
    expect(findExcess({ ...all, ...held }, { ...all, ...wanted })).toBe(excess)
  })

  it('reaches what both theatres and handling allow', () => {
    const held = { theatres: ['sahel'], handling: 'partners' } as const
    expect(reaches(held, { theatres: ['sahel'], handling: 'public' })).toBe(true)
    expect(reaches(held, { theatres: [], handling: 'public' })).toBe(true)
    expect(reaches(held, { theatres: ['coast'], handling: 'public' })).toBe(false)
    expect(reaches(held, { theatres: ['sahel'], handling: 'internal' })).toBe(false)
  })
})
