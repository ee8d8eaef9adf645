import { createSecretKey } from 'node:crypto'
import type { PrivateTexts } from '@tocsin/contracts/report/private-texts'
import { describe, expect, it } from 'vitest'
import { deriveKeys, narrativeLengthMin, normalLink } from '../../src/privacy/derived-keys.ts'

const secret = createSecretKey(Buffer.alloc(32, 7))
const texts = (change: Partial<PrivateTexts>): PrivateTexts => ({
  narrative: null,
  links: [],
  persons: [],
  ...change
})
const person = (name: string, aliases: string[] = []) => ({
  name,
  aliases,
  role: 'abducted',
  kind: null
})

describe('deriveKeys', () => {
  it('gives a person the same key for any spelling of the name, and another person another key', () => {
    const keys = ['Aïssata Traoré', 'AISSATA TRAORE', ' aïssata   traoré '].map(
      name => deriveKeys(texts({ persons: [person(name)] }), secret).persons[0]?.key
    )
    expect(new Set(keys).size).toBe(1)
    expect(deriveKeys(texts({ persons: [person('Awa Traoré')] }), secret).persons[0]?.key).not.toBe(
      keys[0]
    )
  })

  it('gives an alias the key that the name itself would have', () => {
    const [one] = deriveKeys(
      texts({ persons: [person('La Voix de Tonka', ['Aïssata Traoré', 'la voix de TONKA'])] }),
      secret
    ).persons
    const [other] = deriveKeys(texts({ persons: [person('Aissata Traore')] }), secret).persons
    expect(one?.aliasKeys).toEqual([other?.key])
  })

  it('gives a copy of a narrative the key of the original, and a short narrative none', () => {
    const key = (narrative: string) => deriveKeys(texts({ narrative }), secret).narrativeKey
    expect(key('Fighters overran the base at dawn.')).toBe(
      key('“Fighters  overran\nthe base, at dawn”')
    )
    expect(key('Fighters overran the base at dusk.')).not.toBe(
      key('Fighters overran the base at dawn.')
    )
    expect(key('x'.repeat(narrativeLengthMin - 1))).toBeNull()
  })

  it('depends on the secret: another suite has other keys', () => {
    const all = texts({
      narrative: 'Fighters overran the base at dawn.',
      links: ['https://a.example/x'],
      persons: [person('A')]
    })
    const [mine, theirs] = [
      deriveKeys(all, secret),
      deriveKeys(all, createSecretKey(Buffer.alloc(32, 8)))
    ]
    const keysOf = (d: typeof mine) => [d.narrativeKey, ...d.linkKeys, ...d.persons.map(p => p.key)]
    for (const key of keysOf(mine)) {
      expect(key).toMatch(/^[0-9a-f]{32}$/)
      expect(keysOf(theirs)).not.toContain(key)
    }
  })
})

describe('normalLink', () => {
  it.each([
    ['http://www.wire.example/a/', 'https://wire.example/a'],
    ['https://wire.example/a?utm_source=x&id=3#top', 'https://WIRE.example/a?id=3'],
    ['https://wire.example/a?b=1&a=2', 'https://wire.example/a?a=2&b=1']
  ])('normalises %s and %s to the same link', (one, other) => {
    expect(normalLink(one)).toBe(normalLink(other))
  })

  it('keeps different pages distinct', () => {
    expect(normalLink('https://wire.example/a?id=3')).not.toBe(
      normalLink('https://wire.example/a?id=4')
    )
  })
})
