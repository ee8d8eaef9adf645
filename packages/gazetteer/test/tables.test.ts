import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeRings, encodeRings } from '../src/map/ring-codec.ts'
import { isOneSlipAway } from '../src/name/misspellings.ts'
import { buildIndex, NameIndex } from '../src/name/name-index.ts'
import { nameKey } from '../src/name/place-names.ts'
import { soundKey } from '../src/name/sound-key.ts'
import { TableFileError, Tables, writeTables } from '../src/table/table-file.ts'

describe('a table file', () => {
  const file = writeTables({
    small: Uint8Array.of(1, 2, 3),
    wide: Int32Array.of(-1, 7),
    text: Uint8Array.from(Buffer.from('a\nb'))
  })

  it('round-trips, at any address in memory', () => {
    for (const bytes of [file, Buffer.concat([Buffer.from('xyz'), file]).subarray(3)]) {
      const tables = new Tables(bytes)
      expect([...tables.readU8('small')]).toEqual([1, 2, 3])
      expect([...tables.readI32('wide')]).toEqual([-1, 7])
      expect(tables.readLines('text')).toEqual(['a', 'b'])
    }
  })

  it('is refused if it is truncated, of another kind, or lacks a table', () => {
    expect(() => new Tables(file.subarray(0, file.length - 8))).toThrow(TableFileError)
    expect(() => new Tables(Buffer.from('{"type":"FeatureCollection"}    '))).toThrow(
      TableFileError
    )
    expect(() => new Tables(file).readU32('wide')).toThrow(TableFileError)
  })
})

describe('rings on disk', () => {
  const corner = fc.tuple(
    fc.integer({ min: -180_000, max: 180_000 }),
    fc.integer({ min: -90_000, max: 90_000 })
  )
  const ring = fc
    .array(corner, { minLength: 3, maxLength: 12 })
    .map(corners => [...corners, corners[0] as [number, number]])

  it('round-trip', () => {
    fc.assert(
      fc.property(fc.array(ring, { maxLength: 6 }), rings => {
        const corners = rings.flat()
        const starts = [0]
        for (const one of rings) starts.push((starts.at(-1) as number) + one.length)
        const tables = {
          xs: Int32Array.from(corners, ([x]) => x),
          ys: Int32Array.from(corners, ([, y]) => y),
          ringStarts: Uint32Array.from(starts),
          ringAreas: Uint16Array.from(rings, (_, i) => i)
        }
        expect(decodeRings(encodeRings(tables))).toEqual(tables)
      })
    )
  })
})

describe('an index of names', () => {
  const name = fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom(...'abcdé') })

  it('finds exactly the rows of a key', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, fc.nat({ max: 200_000 })), { maxLength: 40 }),
        name,
        (pairs, asked) => {
          const index = new NameIndex(buildIndex(pairs))
          for (const key of [asked, ...pairs.map(([key]) => key)]) {
            const rows = [
              ...new Set(pairs.filter(pair => pair[0] === key).map(pair => pair[1]))
            ].sort((a, b) => a - b)
            expect(index.find(key)).toEqual(rows)
          }
        }
      )
    )
  })

  it('finds the keys one edit away, like a comparison of letters', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 40 }), name, (keys, asked) => {
        const index = new NameIndex(buildIndex(keys.map((key, row) => [key, row])))
        const near = [...index.findOneSlipAway(asked, 'abcdé')].sort((a, b) => a - b)
        const expected = keys.flatMap((key, row) => (isOneSlipAway(asked, key) ? [row] : []))
        // An edit may give the name itself if two adjacent letters are equal, which is harmless.
        expect(near.filter(row => keys[row] !== asked)).toEqual(
          expected.filter(row => keys[row] !== asked)
        )
      })
    )
  })
})

describe('keys of names', () => {
  it.each([
    ["N'Gouma", 'NGOUMA'],
    ['Ké-Macina', 'ke macina'],
    ['Ŝtraße', 'strasse'],
    ['مَدينة', 'مدينة']
  ])('are equal for %s and %s', (a, b) => {
    expect(nameKey(a)).toBe(nameKey(b))
  })

  it('keep the vowels of scripts that write them as marks', () => {
    expect(nameKey('कानपुर')).not.toBe(nameKey('कनपर'))
  })

  it.each([
    ['Ouagadougou', 'Wagadugu'],
    ['Djibo', 'Jibo'],
    ['Харьков', 'Kharkov'],
    ['Ségou', 'Segu'],
    ['Tchintabaraden', 'Chintabaraden']
  ])('sound the same for %s and %s', (a, b) => {
    expect(soundKey(a)).toBe(soundKey(b))
  })
})
