// For any file, an importer gives items or refuses the file as a whole; it never fails otherwise.

import { postedReportFormat } from '@tocsin/contracts/report/posted-report'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { importFormats } from '../src/formats.ts'
import { ImportFileError, type ImportItem } from '../src/item/import-item.ts'
import type { Mapping } from '../src/item/mapping-file.ts'
import { limits } from '../src/item/report-parts.ts'
import { bytesOf, importBytes } from './import-sample.ts'

/** Of one to four bytes: plain, quoting, control, combining, bidirectional. */
const anyCharacter = fc.constantFrom(...'az0 -"\\<&\0\n\u0301éß漢\u202e\ufeff😀')

const mapping: Mapping = {
  version: 1,
  source: { value: 's' },
  externalId: 'id',
  occurred: { from: 'day' },
  category: 'kind',
  location: { lat: 'lat', lon: 'lon' }
}

const heads: Readonly<Record<(typeof importFormats)[number], string>> = {
  'ucdp-ged':
    'id,type_of_violence,latitude,longitude,country,date_start,date_end,source_date,adm_1,where_prec,low,best,high\n',
  acled:
    'event_id_cnty,event_date,sub_event_type,country,latitude,longitude,time_precision,timestamp\n',
  gdelt: 'GLOBALEVENTID\tSQLDATE\tEventCode\tActionGeo_Lat\tActionGeo_Long\tDATEADDED\n',
  cap: '<alert><identifier>',
  geojson: '{"type":"FeatureCollection","features":[{"type":"Feature","properties":',
  csv: 'id,day,kind,lat,lon\n',
  kml: '<Placemark><name>',
  ndjson: ''
}

const piece = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 30 }),
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
  it.each(importFormats)(
    '%s gives items, each row once and in order, or refuses the file',
    async format => {
      await fc.assert(
        fc.asyncProperty(
          fc.boolean(),
          fc.array(piece, { maxLength: 60 }),
          async (hasHead, pieces) => {
            const text = (hasHead ? heads[format] : '') + pieces.join('')
            const items = await importBytes(bytesOf([text]), format, {
              mapping,
              source: 'x'
            }).catch((error: unknown): ImportItem[] => {
              expect(error).toBeInstanceOf(ImportFileError)
              return []
            })
            const rows = items.map(item => item.row)
            expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b))
            for (const item of items)
              if (item.kind === 'refused') expect(item.faults.length).toBeGreaterThan(0)
          }
        ),
        { numRuns: 200 }
      )
    }
  )
})

/** What the format of a posted report says at a path below its members. */
function keywordAt(path: string): unknown {
  return path
    .split('/')
    .reduce<unknown>(
      (schema, key) => (schema as Record<string, unknown>)[key],
      postedReportFormat.properties
    )
}

describe('the limits of texts and lists', () => {
  it('equal those of the contract', () => {
    expect(limits).toEqual({
      name: keywordAt('actors/items/properties/name/maxLength'),
      narrative: keywordAt('private/properties/narrative/maxLength'),
      list: keywordAt('actors/maxItems'),
      link: keywordAt('private/properties/links/items/maxLength'),
      externalId: keywordAt('externalId/maxLength')
    })
  })
})
