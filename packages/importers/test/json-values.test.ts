// Every value of a GeoJSON file is a row: what is no feature is refused with its reason, and
// nothing vanishes.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readMapping } from '../src/item/mapping-file.ts'
import { splitFeatures } from '../src/table/json-features.ts'
import { importText, refusalsOf } from './import-sample.ts'

const feature = {
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [-5.25, 14.8] },
  properties: { occurred: '2025-06-01', category: 'attack', externalId: 'G-1' }
}
const whole = JSON.stringify(feature)
const collection = (...members: readonly string[]) =>
  `{"type":"FeatureCollection","features":[${members.join(',\n')}]}`
const imported = (text: string | readonly string[]) => importText(text, 'geojson', { source: 'm' })
const kinds = async (text: string) => (await imported(text)).map(item => [item.row, item.kind])

describe('a value that nests too deeply', () => {
  it('costs only its row, in a table and in GeoJSON', async () => {
    const read = readMapping(
      'version: 1\nsource: { value: s }\noccurred: { from: d }\ncategory: { value: attack }\nlocation: { lat: a, lon: o }\n'
    )
    if (!read.ok) throw new Error(read.errors.join())
    const { mapping } = read
    const deep = '['.repeat(200_000) + ']'.repeat(200_000)
    const row = (x: string) => `{"d":"2025-06-01","a":14.8,"o":-5.2,"x":${x}}`
    const list = await importText(`[${row('1')},${row(deep)},${row('2')}]`, 'csv', { mapping })
    expect(list.map(item => item.kind)).toEqual(['report', 'refused', 'report'])
    const place = (x: string) => `{"type":"Feature","geometry":null,"properties":${row(x)}}`
    const features = collection(place('1'), place(deep))
    expect((await importText(features, 'geojson', { mapping })).map(item => item.kind)).toEqual([
      'report',
      'refused'
    ])
  })
})

describe('what is no feature', () => {
  it('in the list of features is refused in its place', async () => {
    const strange = [`[${whole}]`, '5', 'null', '"a, ] and \\" b"', 'true', '[]', '{}', '-1.5e3']
    const items = await imported(collection(whole, ...strange, whole))
    expect(items.map(item => item.row)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(items.filter(item => item.kind === 'report').map(item => item.row)).toEqual([1, 10])
    expect(refusalsOf(items).map(item => item.raw)).toEqual(strange)
    expect(refusalsOf(items)[0]?.faults).toEqual([
      {
        column: null,
        reason: 'unreadable',
        detail: 'is a list within the list of features: its members are not read'
      }
    ])
    expect(refusalsOf(items)[1]?.faults).toEqual([
      { column: null, reason: 'unreadable', detail: 'is not a feature, but a number' }
    ])
  })

  it('is a list or a collection in a list at the top; the features of that list are read', async () => {
    expect(await kinds(`[${whole},\n${whole}]`)).toEqual([
      [1, 'report'],
      [2, 'report']
    ])
    const nested = await imported(`[[${whole},${whole}], ${collection(whole)}, ${whole}]`)
    expect(nested.map(item => item.kind)).toEqual(['refused', 'refused', 'report'])
    expect(refusalsOf(nested)[1]?.faults[0]?.detail).toMatch('is a FeatureCollection within a list')
  })

  it('is a file that ends between two features, or is no JSON', async () => {
    await expect(imported(`{"features":[${whole},`)).rejects.toThrow('it may have been cut')
    await expect(imported('id,day\n1,2020-01-01\n')).rejects.toThrow('this is not GeoJSON')
  })
})

it('as many rows come as there are values, whatever they are and however the text is split', async () => {
  const texts = async (pieces: readonly string[]) => {
    const all: string[] = []
    async function* given() {
      yield* pieces
    }
    for await (const some of splitFeatures(given())) all.push(...some)
    return all
  }
  const values = fc.array(fc.oneof(fc.constant(feature), fc.jsonValue({ maxDepth: 3 })), {
    maxLength: 6
  })
  const property = fc.asyncProperty(
    values,
    fc.integer({ min: 1, max: 9 }),
    async (members, size) => {
      const written = members.map(member => JSON.stringify(member))
      const text = collection(...written)
      expect(await texts(text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? [])).toEqual(written)
    }
  )
  await fc.assert(property)
})
