// The domain names areas in headlines. It reads no tables, so it has a copy of their names, which
// this test compares.

import { readFileSync } from 'node:fs'
import { areaInCountry, areaName } from '@tocsin/domain/space-time/area-names'
import { describe, expect, it } from 'vitest'
import { Tables } from '../src/table/table-file.ts'

const tables = new Tables(readFileSync(new URL('../src/world/areas.bin', import.meta.url)))
const known = tables.readLines('codes').map(line => line.split('\t') as [string, string])

describe('the names of areas in headlines', () => {
  it('are those of the gazetteer', () => {
    expect(known.length).toBeGreaterThan(5000)
    expect(known.map(([code]) => areaName(code))).toEqual(
      known.map(([, name]) => name.replaceAll('`', '’'))
    )
  })

  it('include their country; any other text is unchanged', () => {
    expect(['ML-5', 'BF-JSL', 'ML-99', 'MLX', 'Ségou', 'XX-1'].map(areaInCountry)).toEqual([
      'Mopti (Mali)',
      'BF-JSL (Burkina Faso)',
      'ML-99 (Mali)',
      'MLX',
      'Ségou',
      'XX-1'
    ])
  })
})
