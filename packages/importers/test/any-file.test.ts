// Whatever a file holds, an importer gives items or says that the file is not of its format; it never fails in another way.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import schema from '../../contracts/src/schemas/report.v1.schema.json' with { type: 'json' }
import { importFormats } from '../src/formats.ts'
import { ImportFileError, type ImportItem } from '../src/item/import-item.ts'
import type { Mapping } from '../src/item/mapping-file.ts'
import { limits } from '../src/item/report-parts.ts'
import { bytesOf, importBytes } from './import-sample.ts'

const mapping: Mapping = {
  version: 1,
  source: { value: 's' },
  externalId: 'id',
  occurred: { from: 'day' },
  category: 'kind',
  location: { lat: 'lat', lon: 'lon' }
}

const heads: Readonly<Record<(typeof importFormats)[number], string>> = {
  'ucdp-ged': 'id,type_of_violence,latitude,longitude,country,date_start,date_end,source_date,adm_1,where_prec,low,best,high\n',
  acled: 'event_id_cnty,event_date,sub_event_type,country,latitude,longitude,time_precision,timestamp\n',
  gdelt: 'GLOBALEVENTID\tSQLDATE\tEventCode\tActionGeo_Lat\tActionGeo_Long\tDATEADDED\n',
  cap: '<alert><identifier>',
  geojson: '{"type":"FeatureCollection","features":[{"type":"Feature","properties":',
  csv: 'id,day,kind,lat,lon\n',
  ndjson: ''
}

const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '"',
    ',',
    '\t',
    '\n',
    '\r\n',
    '1',
    '2020-01-02',
    'Mali',
    'Armed clash',
    '{',
    '}',
    '[',
    ']',
    '<info>',
    '</alert>',
    '<area>',
    ':',
    '1e999',
    '-0'
  )
)

describe('any file', () => {
  it.each(importFormats)('%s gives items, each row once and in order, or is not of the format', async format => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(piece, { maxLength: 60 }), async (hasHead, pieces) => {
        const text = (hasHead ? heads[format] : '') + pieces.join('')
        const items = await importBytes(bytesOf([text]), format, { mapping, source: 'x' }).catch(
          (error: unknown): ImportItem[] => {
            expect(error).toBeInstanceOf(ImportFileError)
            return []
          }
        )
        const rows = items.map(item => item.row)
        expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b))
        for (const item of items) if (item.kind === 'refused') expect(item.faults.length).toBeGreaterThan(0)
      }),
      { numRuns: 200 }
    )
  })
})

describe('the limits of texts and lists', () => {
  it('are those of the contract', () => {
    const { properties } = schema
    expect(limits).toEqual({
      name: properties.actors.items.properties.name.maxLength,
      narrative: properties.private.properties.narrative.maxLength,
      list: properties.actors.maxItems,
      link: properties.private.properties.links.items.maxLength,
      externalId: properties.externalId.maxLength
    })
  })
})
