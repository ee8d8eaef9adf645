// An import in the browser: the guessed format, and the counted answers.

import { describe, expect, it } from 'vitest'
import {
  afterBatch,
  afterWithdrawal,
  guessFormat,
  nothingSent
} from '../src/records/import-file.ts'

describe('the likely format of a file', () => {
  it.each([
    ['ucdp-ged', 'a.csv', 'id,type_of_violence,latitude'],
    ['acled', 'a.xlsx.csv', 'event_id_cnty,event_date'],
    ['gdelt', '20240301.export.CSV', '1\t2'],
    ['kml', 'a.xml', '<?xml?><kml xmlns="x">'],
    ['cap', 'alerts.xml', '<alert>'],
    ['geojson', 'a.json', '{"type":"FeatureCollection"'],
    ['ndjson', 'a.ndjson.gz', '\u001f\u008b'],
    ['csv', 'log.xlsx', 'PK']
  ] as const)('is %s', (format, name, head) => {
    expect(guessFormat(name, head)).toBe(format)
  })
})

describe('a batch that was sent', () => {
  const taken = (line: number, duplicate: boolean) => ({ line, status: 202, duplicate })
  const end = { complete: true }

  it('adds what was stored, what was there and what is refused', () => {
    const before = { ...nothingSent, lines: 500, accepted: 500 }
    const refused = { line: 3, status: 422, detail: 'Too late.' }
    expect(afterBatch(before, 3, [taken(1, false), taken(2, true), refused, end])).toEqual({
      ...{ lines: 503, withdrawn: 0, accepted: 501, duplicates: 1 },
      ...{ refused: ['Too late.'], refusedCount: 1 }
    })
  })

  it('counts only whole: cut off, ended early, or too busy for one', () => {
    expect(afterBatch(nothingSent, 2, [taken(1, false)])).toBeNull()
    const problem = { code: 'too-many', detail: 'Enough.', status: 429 }
    expect(afterBatch(nothingSent, 2, [taken(1, false), { complete: false, problem }])).toBe(
      problem
    )
    const busy = { line: 2, status: 503, detail: 'Busy.' }
    expect(afterBatch(nothingSent, 2, [taken(1, false), busy, end])).toMatchObject({
      detail: 'Busy.'
    })
  })
})

describe('a withdrawal that was sent', () => {
  const of = { reportId: 'r1', externalId: 'W-1', reason: 'Wrong.', mayBeAbsent: false }
  const answered = (status: number) => ({ status, detail: 'No.' })

  it('counts once it is answered, and is sent again where it is not', () => {
    expect(afterWithdrawal(nothingSent, of, answered(202))).toMatchObject({
      lines: 1,
      withdrawn: 1
    })
    expect(afterWithdrawal(nothingSent, of, answered(404))).toMatchObject({
      ...{ lines: 1, withdrawn: 0, refused: ['W-1: No.'], refusedCount: 1 }
    })
    expect(afterWithdrawal(nothingSent, { ...of, mayBeAbsent: true }, answered(404))).toEqual({
      ...nothingSent,
      lines: 1
    })
    expect(afterWithdrawal(nothingSent, of, answered(503))).toBeNull()
  })
})
