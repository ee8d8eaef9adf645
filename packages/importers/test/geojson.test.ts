import { describe, expect, it } from 'vitest'
import type { Mapping } from '../src/item/mapping-file.ts'
import { contractErrors, importText, refusalsOf, reportsOf } from './import-sample.ts'

const point = { type: 'Point', coordinates: [-5.25, 14.8] }
const properties = { occurred: '2025-06-01', category: 'attack', externalId: 'G-1', colour: 'red' }
const feature = (more: object = {}) => ({ type: 'Feature', geometry: point, properties, ...more })
const collection = (...features: readonly unknown[]) =>
  JSON.stringify({
    type: 'FeatureCollection',
    name: 'features',
    crs: { features: ['{'] },
    features
  })

describe('GeoJSON', () => {
  it('uses properties that are members of a report, and ignores others', async () => {
    const items = await importText(collection(feature()), 'geojson', { source: 'map-1' })
    expect(items).toMatchObject([
      {
        kind: 'report',
        row: 1,
        report: {
          source: { id: 'map-1' },
          externalId: 'G-1',
          occurred: { from: '2025-06-01', to: '2025-06-01' },
          category: 'attack',
          location: { lat: 14.8, lon: -5.25 }
        }
      }
    ])
    expect(contractErrors(items)).toEqual([])
  })

  it('reads a sequence of features too, and refuses a malformed one', async () => {
    const lines = `${JSON.stringify(feature())}\n\u001e{"type":"Feature","geometry":}\n${JSON.stringify(feature({ type: 'Point' }))}\n`
    const items = await importText(lines, 'geojson', { source: 'm' })
    expect(items.map(item => [item.row, item.kind])).toEqual([
      [1, 'report'],
      [2, 'refused'],
      [3, 'refused']
    ])
    expect(refusalsOf(items)[0]?.raw).toBe('{"type":"Feature","geometry":}')
  })

  it('refuses invalid coordinates, and a truncated feature', async () => {
    const bad = feature({ geometry: { type: 'Point', coordinates: [200, 100] } })
    expect(refusalsOf(await importText(collection(bad), 'geojson', { source: 'm' }))).toMatchObject(
      [{ faults: [{ column: 'geometry', reason: 'malformed' }] }]
    )
    const cut = collection(feature(), feature()).slice(0, -40)
    expect((await importText(cut, 'geojson', { source: 'm' })).map(item => item.kind)).toEqual([
      'report',
      'refused'
    ])
  })

  it('reads properties by a mapping', async () => {
    const mapping: Mapping = {
      version: 1,
      source: { value: 'map-2' },
      externalId: 'id',
      occurred: { from: 'when' },
      category: { column: 'kind', values: { Raid: 'attack' } },
      location: { lat: 'geometry.lat', lon: 'geometry.lon', radiusKm: { value: 3 } }
    }
    const items = await importText(
      collection(feature({ id: 'x9', properties: { when: '1 March 2024', kind: 'raid' } })),
      'geojson',
      {
        mapping
      }
    )
    expect(reportsOf(items)[0]?.report).toEqual({
      source: { id: 'map-2' },
      externalId: 'x9',
      occurred: { from: '2024-03-01', to: '2024-03-01' },
      category: 'attack',
      location: { lat: 14.8, lon: -5.25, radiusKm: 3 }
    })
  })
})
