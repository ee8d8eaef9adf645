// import FILE against a running suite: every format, output, repetition, corrected refused rows,
// and a dry run that sends nothing.

import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { openEmbeddedLog } from '@tocsin/event-log/embedded/embedded-log'
import type { StoredRecord } from '@tocsin/event-log/port'
import { topics } from '@tocsin/event-log/topics'
import { countRefused, isBalanced, newTally } from '@tocsin/intake/imports/import-tally'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { allStored } from '@tocsin/testing/report/stored-records'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ImportOutcome } from '../../src/import/import-run.ts'
import { formatOutcome } from '../../src/import/import-words.ts'
import { RunningSuite, runTocsin } from '../support/running-suite.ts'

const samples = fileURLToPath(new URL('../../../importers/test/samples/', import.meta.url))
let out: string
let running: RunningSuite
beforeAll(async () => {
  running = await RunningSuite.start()
})
afterAll(() => running?.end())
beforeEach(async () => {
  out = await makeTempDir()
  return () => removeDir(out)
})

const finished = {
  finished: true,
  brokenBy: null,
  refused: null,
  notes: [],
  lastDays: {},
  elapsedMs: 1000,
  rowsNow: 3
}
const here = () => [...running.here, '--out', out]
const sample = (name: string) => join(samples, name)

async function imported(
  file: string,
  format: string,
  ...more: string[]
): Promise<{ code: number; outcome: ImportOutcome }> {
  const { code, lines, notes } = await runTocsin(
    'import',
    file,
    '--format',
    format,
    '--json',
    ...more,
    ...here()
  )
  if (lines[0] === undefined) throw new Error(notes.join('\n'))
  return { code, outcome: JSON.parse(lines[0]) as ImportOutcome }
}

describe('import', () => {
  it.each([
    // One row of the original has latitude and longitude swapped.
    ['ucdp-ged-14-columns.tsv', 'ucdp-ged', { rows: 18, accepted: 17, refused: 1, skipped: 0 }],
    ['acled-shaped.csv', 'acled', { rows: 30, accepted: 25, refused: 5, skipped: 0 }],
    ['gdelt-1.tsv', 'gdelt', { rows: 15, accepted: 3, refused: 0, skipped: 12 }],
    ['australia.cap', 'cap', { rows: 1, accepted: 1, refused: 0, skipped: 0 }]
  ] as const)(
    'of %s has counts that add up, and finds only duplicates the second time',
    async (name, format, expected) => {
      const first = await imported(sample(name), format)
      const countsOf = ({ tally }: ImportOutcome) => ({
        rows: tally.rows,
        accepted: tally.accepted,
        refused: countRefused(tally),
        skipped: tally.skipped['not-violence'] ?? 0
      })
      expect(countsOf(first.outcome)).toEqual(expected)
      expect(isBalanced(first.outcome.tally)).toBe(true)
      expect(first.code).toBe(expected.refused > 0 ? 1 : 0)
      const before = await reportsInLog()
      const again = await imported(sample(name), format)
      expect(countsOf(again.outcome)).toEqual({ ...expected, accepted: 0 })
      expect(again.outcome.tally.duplicates).toBe(expected.accepted)
      expect(await reportsInLog()).toEqual(before)
      expect(before.length).toBeGreaterThan(0)
    }
  )

  it.each([
    ['backfill lowers its priority on the machine', [], true],
    ['live reports do not', ['--live'], false]
  ] as const)('of %s', async (_what, options, gaveWay) => {
    const file = join(out, 'one.ndjson')
    const report = {
      source: { id: 'log-3' },
      externalId: '1',
      occurred: { from: '2024-01-02', to: '2024-01-02' },
      category: 'attack'
    }
    writeFileSync(file, `${JSON.stringify({ ...report, location: { lat: 14, lon: -5 } })}\n`)
    expect(
      await runTocsin('import', file, '--format', 'ndjson', ...options, ...here())
    ).toMatchObject({ code: 0, gaveWay })
  })

  it('gives the reason for each refused row, in a file that can be corrected and imported', async () => {
    const bad = readFileSync(sample('acled-shaped.csv'), 'utf8').replaceAll('BAD', 'MENDED')
    const file = join(out, 'events.csv')
    writeFileSync(file, bad)
    const { lines, code } = await runTocsin('import', file, '--format', 'acled', ...here())
    expect(code).toBe(1)
    expect(lines.join('\n')).toMatch(
      /^rows +30 {2}read\naccepted +0\nduplicates +25 {2}there already\nrefused +5\n/
    )
    expect(lines).toContain('                     1  malformed event_date')
    const fileOf = (ending: string) =>
      join(out, readdirSync(out).find(name => name.endsWith(ending)) as string)
    const reasons = readFileSync(fileOf('.refused.reasons.csv'), 'utf8').split('\n')
    expect(reasons[0]).toBe('row,column,reason,detail')
    expect(reasons[1]).toMatch(
      /^27,event_date,malformed,"is not a day: ""03\/04\/2024"" \(day or month first/
    )
    const refused = fileOf('.refused.csv')
    expect(refused).toMatch(/events\.csv\.[0-9a-f]{12}\.refused\.csv$/)
    // An unedited file may be overwritten.
    expect(await runTocsin('import', file, '--format', 'acled', ...here())).toMatchObject({
      code: 1
    })
    const mended = readFileSync(refused, 'utf8')
      .replace('03/04/2024', '2024-04-03')
      .replace('Sword fight', 'Armed clash')
      .replace(/^MENDED900(?:28|29|30).*\n/gm, '')
    writeFileSync(refused, mended)
    utimesSync(refused, new Date(), new Date())
    const over = await runTocsin('import', file, '--format', 'acled', ...here())
    expect([over.code, over.notes.at(-1)]).toEqual([
      2,
      expect.stringContaining('rows that were edited')
    ])
    expect(readFileSync(refused, 'utf8')).toBe(mended)
    expect(await imported(refused, 'acled')).toMatchObject({
      code: 0,
      outcome: { tally: { rows: 2, accepted: 2 } }
    })
  })

  it.each([
    [
      'a header alone',
      'acled',
      'event_id_cnty,event_date,sub_event_type,country,latitude,longitude\n'
    ],
    ['nothing', 'ndjson', ''],
    ['an empty list', 'geojson', '{"type":"FeatureCollection","features":[]}'],
    ['a web page', 'ucdp-ged', '<!DOCTYPE html><html><title>Sign in</title>'],
    ['an error', 'acled', '{"status":403,"message":"Access denied"}']
  ])('of a file with %s says so, and exits with 1', async (_what, format, text) => {
    const file = join(out, 'file')
    writeFileSync(file, text)
    for (const more of [['--dry-run'], []]) {
      const end = await runTocsin('import', file, '--format', format, ...more, ...here())
      expect(end).toMatchObject({ code: 1, lines: [] })
      expect(end.notes.at(-1)).toMatch(/no rows|web page|Access denied/)
    }
  })

  it('of a later edition lists what it lacks, and withdraws it by the list or an option', async () => {
    const file = join(out, 'ged.csv')
    const edition = async (ids: readonly number[], reportedAt: string, ...more: string[]) => {
      const rows = ids.map(
        id => `${id},3,A,14.5,-4.1,Mali,2025-10-0${id % 10},2025-10-0${id % 10}\n`
      )
      writeFileSync(
        file,
        `id,type_of_violence,side_a,latitude,longitude,country,date_start,date_end\n${rows.join('')}`
      )
      const options = ['--source', 'ged-editions', '--reported-at', reportedAt, ...more]
      return runTocsin('import', file, '--format', 'ucdp-ged', ...options, ...here())
    }
    await edition([901, 902, 903, 904], '2026-01-01')
    const earlier = await edition([902, 904], '2025-12-01')
    expect(earlier.lines.join('\n')).not.toContain('not in this edition')
    const later = await edition([901, 902, 904], '2026-02-01')
    expect(later.code).toBe(0)
    expect(later.lines.join('\n')).toContain(
      '1 report of this source is not in this edition: 903 (2025-10-03, ML)'
    )
    const list = join(
      out,
      readdirSync(out).find(name => name.endsWith('.dropped.ndjson')) as string
    )
    expect(await imported(list, 'ndjson')).toMatchObject({ outcome: { tally: { withdrawn: 1 } } })
    const last = await edition([901, 904], '2026-03-01', '--withdraw-dropped')
    expect(last.lines.join('\n')).toContain('not in this edition, and withdrawn: 902')
    expect((await edition([902], '2026-04-01')).lines.join('\n')).toContain(
      'before, which is final'
    )
  })

  it('reads a packed CSV with a mapping', async () => {
    const mapping = join(out, 'mapping.yaml')
    writeFileSync(
      mapping,
      'version: 1\nsource: { value: log-1 }\nexternalId: ref\noccurred: { from: day }\ncategory: { column: kind, values: { raid: attack } }\nlocation: { lat: lat, lon: lon }\n'
    )
    const csv = join(out, 'log.csv.gz')
    writeFileSync(
      csv,
      gzipSync(
        'ref,day,kind,lat,lon\n1,2024-01-02,raid,14,-5\n2,2024-01-02,storm,14,-5\n3,2024-01-02,raid,95,-5\n'
      )
    )
    expect(await imported(csv, 'csv', '--map', mapping)).toMatchObject({
      outcome: {
        tally: {
          rows: 3,
          accepted: 1,
          refused: { 'unknown-value': { kind: 1 }, contract: { lat: 1 } }
        }
      }
    })
  })

  it('counts rows with a vague or contradictory place', async () => {
    const mapping = join(out, 'mapping.yaml')
    writeFileSync(
      mapping,
      'version: 1\nsource: { value: log-3 }\nexternalId: ref\noccurred: { from: day }\ncategory: { value: attack }\nlocation: { name: place, country: country, lat: lat, lon: lon }\n'
    )
    const csv = join(out, 'places.csv')
    writeFileSync(
      csv,
      'ref,day,place,country,lat,lon\n1,2024-01-02,Djibo,BF,,\n2,2024-01-02,,ML,48.8566,2.3522\n3,2024-01-02,Kamona,ML,,\n4,2024-01-02,Xyzzyplugh,ML,,\n5,2024-01-02,,ML,0.0,0.0\n'
    )
    const places = { contradicting: 1, unresolved: 1, ambiguous: 1 }
    const dry = await runTocsin('import', csv, '--format', 'csv', '--map', mapping, '--dry-run')
    expect(dry.lines.join('\n')).toMatch(/^places .*contradicting 1/m)
    expect(await imported(csv, 'csv', '--map', mapping)).toMatchObject({
      outcome: { tally: { rows: 5, accepted: 4, refused: { contract: { lat: 1 } }, places } }
    })
    expect(
      formatOutcome({ ...finished, tally: { ...newTally(), rows: 3, accepted: 3, places } })
    ).toContain(
      'of them              1  have coordinates far outside their country: they trigger nothing by place'
    )
  })

  it('imports the readable part of a damaged file, and says where it ends', async () => {
    const rows = Array.from(
      { length: 3000 },
      (_, i) => `${i},1,A,B,${(i % 50) / 10},2,Mali,2001-01-02,2001-01-02,0,1,2`
    )
    const packed = gzipSync(
      `id,type_of_violence,side_a,side_b,latitude,longitude,country,date_start,date_end,low,best,high\n${rows.join('\n')}\n`
    )
    const file = join(out, 'broken.csv.gz')
    writeFileSync(file, packed.subarray(0, packed.length - 200))
    const { code, lines } = await runTocsin('import', file, '--format', 'ucdp-ged', ...here())
    expect(code).toBe(1)
    expect(lines.join('\n')).toMatch(
      /the file could not be read after these rows: the compressed file is damaged/
    )
    const accepted = Number(/accepted +([\d,]+)/.exec(lines[1] as string)?.[1]?.replace(',', ''))
    expect(accepted).toBeGreaterThan(0)
    const dry = await runTocsin('import', file, '--format', 'ucdp-ged', '--dry-run')
    expect(dry.code).toBe(1)
    expect(dry.lines.join('\n')).toMatch(
      /the file could not be read after these rows: the compressed file is damaged/
    )
    expect(dry.lines[1]).toContain(accepted.toLocaleString('en-US'))
  })

  it('withdraws what a later alert cancels', async () => {
    const cancel = readFileSync(sample('australia.cap'), 'utf8')
      .replace('<cap:msgType>Alert', '<cap:msgType>Cancel')
      .replace('40184<', '40185<')
      .replace(
        '<cap:code>',
        '<cap:references>webmaster@rfs.nsw.gov.au,tag:www.rfs.nsw.gov.au2011-10-06:40184,2011-10-05T23:04:00+10:00</cap:references><cap:code>'
      )
    const file = join(out, 'cancel.cap')
    writeFileSync(file, cancel)
    expect(await imported(file, 'cap')).toMatchObject({
      code: 0,
      outcome: { tally: { rows: 1, withdrawn: 1 } }
    })
    expect(await imported(file, 'cap')).toMatchObject({
      code: 0,
      outcome: { tally: { rows: 1, withdrawn: 1 } }
    })
    expect(await imported(sample('australia.cap'), 'cap')).toMatchObject({
      code: 0,
      outcome: { tally: { staysWithdrawn: 1 } }
    })
    writeFileSync(file, cancel.replace('40184,2011', 'never,2011'))
    expect(await imported(file, 'cap')).toMatchObject({
      code: 1,
      outcome: { tally: { refused: { 'unknown-value': { references: 1 } } } }
    })
  })

  it('shows the result of a dry run, and sends nothing', async () => {
    const before = await reportsInLog()
    const { code, lines } = await runTocsin(
      'import',
      sample('acled-shaped.csv'),
      '--format',
      'acled',
      '--dry-run',
      '--source',
      'dry-1'
    )
    const text = lines.join('\n')
    expect(code).toBe(1)
    expect(text).toMatch(/^rows +30 {2}read\nunderstood +25 {2}would be posted\nrefused +5\n/)
    expect(text).toContain('occurred      2024-03-01 to 2024-03-12')
    expect(text).toMatch(/categories {4}.*explosion 4/)
    expect(text).toMatch(/countries {5}.*ML 3/)
    expect(text).toMatch(
      /^28 +sub_event_type +unknown-value +is not a sub-event type of ACLED: "Sword fight"$/m
    )
    expect(text).toContain('row 2 would be\n{"source":{"id":"dry-1"}')
    expect(text).not.toContain('made up for a test')
    expect(lines.at(-1)).toBe('nothing was sent')
    expect(readdirSync(out)).toEqual([])
    expect(await reportsInLog()).toEqual(before)
  })

  it('exits with 2 for wrong usage, and with 1 if the file is not of the format', async () => {
    expect(await runTocsin('import', 'nowhere.csv', '--format', 'acled', ...here())).toMatchObject({
      code: 2
    })
    expect(
      await runTocsin('import', sample('gdelt-1.tsv'), '--format', 'excel', ...here())
    ).toMatchObject({ code: 2 })
    expect(
      await runTocsin('import', sample('gdelt-1.tsv'), '--format', 'csv', ...here())
    ).toMatchObject({
      code: 2,
      notes: [expect.stringMatching(/^csv needs a mapping of its columns: --map FILE/)]
    })
    expect(
      await runTocsin('import', sample('gdelt-1.tsv'), '--format', 'acled', ...here())
    ).toMatchObject({
      code: 1,
      notes: [expect.stringContaining('this is not a table of ACLED')]
    })
    for (const format of ['ndjson', 'cap'])
      expect(
        await runTocsin(
          'import',
          sample('gdelt-1.tsv'),
          '--format',
          format,
          '--reported-at',
          '2024-01-02',
          ...here()
        )
      ).toMatchObject({ code: 2 })
    const map = join(out, 'bad.yaml')
    writeFileSync(map, 'version: 2\n')
    const { code, notes } = await runTocsin(
      'import',
      sample('gdelt-1.tsv'),
      '--format',
      'csv',
      '--map',
      map,
      ...here()
    )
    expect([code, notes[0]]).toEqual([2, expect.stringContaining('is not a valid mapping:\n')])
  })
})

/** The ids of all report records in the log, without ticks. */
async function reportsInLog(): Promise<readonly string[]> {
  await using log = await openEmbeddedLog({ dataDir: running.dataDir })
  return (await allStored(log, topics.incidents)).filter(isOfReport).map(record => record.id)
}

function isOfReport({ value }: StoredRecord): boolean {
  return Buffer.from(value ?? []).includes('"tocsin.report.')
}
