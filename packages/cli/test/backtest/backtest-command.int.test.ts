// backtest FILE end to end with made-up rows in the columns of UCDP GED: files, output and exit
// code.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AlertStatement } from '@tocsin/contracts/record/alert-event-v3'
import { decodeAlertRecord } from '@tocsin/contracts/record/records'
import { makeTempDir, removeDir } from '@tocsin/testing/process/temp-dir'
import { beforeEach, describe, expect, it } from 'vitest'
import type { BacktestReport } from '../../src/backtest/backtest-report.ts'
import { formatBacktest } from '../../src/backtest/backtest-words.ts'
import { runTocsin } from '../support/running-suite.ts'

let dir: string
beforeEach(async () => {
  dir = await makeTempDir()
  return () => removeDir(dir)
})

const header =
  'id,type_of_violence,side_a,side_b,where_prec,where_coordinates,latitude,longitude,country,date_start,date_end,date_prec,low,best,high,known'
interface Row {
  readonly id: number
  readonly at: string
  readonly place?: readonly [lat: number, lon: number]
  readonly country?: string
  readonly known?: string
}
const rowOf = ({ id, at, place = [14.5, -4.2], country = 'Mali', known = '' }: Row) =>
  `${id},3,Group A,Civilians,1,,${place[0]},${place[1]},${country},${at},${at},1,1,2,3,${known}`

/**
 * Three attacks at one place within a week: a front. Then a quiet year, and three more elsewhere.
 */
const rows: readonly Row[] = [
  { id: 1, at: '2012-03-01' },
  { id: 2, at: '2012-03-03', place: [14.52, -4.22] },
  { id: 3, at: '2012-03-06', place: [14.48, -4.18] },
  { id: 4, at: '2013-05-02', place: [13.3, 2.1], country: 'Niger' },
  { id: 5, at: '2013-05-03', place: [13.32, 2.1], country: 'Niger' },
  { id: 6, at: '2013-05-05', place: [13.3, 2.12], country: 'Niger' },
  { id: 7, at: '2013-07-05', place: [17, 8], country: 'Niger' }
]
const pack = `version: 1
id: mine
title: Mine
rules:
  - id: spots
    pattern: front
  - id: sieges
    pattern: siege
    enabled: false
  - id: mine-sieges
    pattern: siege
`

function fileOf(lines: readonly string[], name = 'events.csv'): string {
  const file = join(dir, name)
  writeFileSync(file, `${[header, ...lines].join('\n')}\n`)
  return file
}

async function backtest(file: string, out: string, ...more: string[]) {
  const { code, lines, notes } = await runTocsin(
    'backtest',
    file,
    '--format',
    'ucdp-ged',
    '--out',
    join(dir, out),
    '--json',
    ...more
  )
  if (lines[0] === undefined) throw new Error(notes.join('\n'))
  const written = readFileSync(join(dir, out, 'alerts.ndjson'))
  return { code, report: JSON.parse(lines[0]) as BacktestReport, written }
}

function packFile(): string {
  const file = join(dir, 'mine.yaml')
  writeFileSync(file, pack)
  return file
}

const linesOf = (written: Buffer) => written.toString('utf8').split('\n').slice(0, -1)

describe('backtest', () => {
  it('writes every alert event with the whole statement, in order', async () => {
    const { code, written, report } = await backtest(
      fileOf(rows.map(rowOf)),
      'out',
      '--theatres',
      'one',
      '--rules',
      packFile()
    )
    expect(code).toBe(0)
    expect(report.theatres).toBe('one')
    const lines = linesOf(written)
    const states = lines.map(line => {
      const decoded = decodeAlertRecord(Buffer.from(line))
      if (decoded.kind !== 'decoded') throw new Error(`${decoded.kind}: ${line}`)
      return { ...(decoded.record.data as AlertStatement), type: decoded.record.type }
    })
    expect(states.map(({ seq }) => seq)).toEqual(states.map((_, i) => i + 1))
    const raised = states.filter(({ type }) => type === 'alert.raised')
    expect(
      raised.map(({ ruleId, area, times, evidence }) => [
        ruleId,
        area.country,
        times.detectedAt,
        evidence.length
      ])
    ).toEqual([
      ['spots', ['ML'], '2012-03-07T00:00:00.000Z', 3],
      ['spots', ['NE'], '2013-05-06T00:00:00.000Z', 3]
    ])
  })

  it('reports what was raised, how late, and what never fired', async () => {
    const { report } = await backtest(fileOf(rows.map(rowOf)), 'out', '--rules', packFile())
    expect(report).toMatchObject({
      version: 1,
      file: 'events.csv',
      read: {
        reports: 7,
        countries: ['ML', 'NE'],
        sources: ['ucdp-ged'],
        knownBy: { stated: 0, event: 7, 'event-later': 0 },
        from: '2012-03-01T23:59:59.999Z',
        to: '2013-07-05T23:59:59.999Z'
      },
      alerts: { raised: 2, topLevel: 2 },
      silentRules: ['mine-sieges'],
      countries: { ML: { reports: 3, raised: 1 }, NE: { reports: 4, raised: 1 } }
    })
    expect(report.rules.spots).toMatchObject({
      raised: 2,
      byYear: { '2012': 1, '2013': 1 },
      delayFromFirstIncidentDays: { median: 4, max: 6 },
      delayFromReportDays: { median: 0, max: 0 }
    })
    expect(report.ruleVersions.map(({ ruleId }) => ruleId)).toEqual(['spots', 'mine-sieges'])
    expect(JSON.parse(readFileSync(join(dir, 'out', 'report.json'), 'utf8'))).toEqual(report)
    expect(readdirSync(join(dir, 'out')).sort()).toEqual([
      'alerts.csv',
      'alerts.ndjson',
      'report.json'
    ])
  })

  it('writes a row for each alert, with the labels that it met', async () => {
    const labels = join(dir, 'labels.csv')
    writeFileSync(
      labels,
      'id,area,lat,lon,radius km,from,to\nnear,,14.5,-4.2,20,2012-03-01,2012-03-06\nfar,NE,,,,2012-03-01,2012-03-06\n'
    )
    const file = fileOf(rows.map(rowOf))
    const out = join(dir, 'out')
    const told = await runTocsin(
      ...['backtest', file, '--format', 'ucdp-ged', '--out', out],
      ...['--rules', packFile(), '--labels', labels, '--no-ndjson', '--html']
    )
    expect(told.code).toBe(0)
    expect(readdirSync(out).sort()).toEqual(['alerts.csv', 'report.html', 'report.json'])
    const [head, ...alerts] = readFileSync(join(out, 'alerts.csv'), 'utf8').trim().split('\n')
    const found = alerts.map(line =>
      Object.fromEntries(line.split(',').map((cell, i) => [head!.split(',')[i], cell]))
    )
    expect(found).toMatchObject([
      { rule: 'spots', theatre: 'backtest-ml', triggers: '3', deathsBest: '6', labels: 'near' },
      { rule: 'spots', theatre: 'backtest-ne', notices: '1', labels: '' }
    ])
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as BacktestReport
    expect(report.judged).toMatchObject({ labels: 2, found: 1, falseAlarms: 1 })
    expect(told.lines).toContain('missed: far')
    const page = readFileSync(join(out, 'report.html'), 'utf8')
    expect(page).toContain('<p><bdi>missed: far</bdi></p>')
    expect(page.match(/<td><bdi>spots<\/bdi><\/td>/g)).toHaveLength(3)
    // A week, and a mark on the map, lead to each alert; nothing is asked of another place.
    const anchors = [...page.matchAll(/<tr id="([^"]+)">/g)].map(([, id]) => `href="#${id}"`)
    expect(anchors).toHaveLength(2)
    for (const link of anchors) expect(page.split(link).length - 1).toBe(3)
    expect(page).not.toMatch(/https?:/)
  })

  it('replays releases: rows enter, are corrected and withdrawn as each was known', async () => {
    const releases = join(dir, 'releases')
    mkdirSync(releases)
    const write = (name: string, of: readonly Row[]) =>
      writeFileSync(join(releases, name), `${[header, ...of.map(rowOf)].join('\n')}\n`)
    const [one, two, three] = rows as [Row, Row, Row]
    write('first.csv', [one, two])
    write('second.csv', [one, { ...two, place: [14.5, -4.2] }, three])
    write('third.csv', [one, three])
    writeFileSync(
      join(releases, 'releases.csv'),
      'file,known from\nfirst.csv,2012-03-07\nsecond.csv,2012-03-10\nthird.csv,2012-03-20\n'
    )
    const { code, lines } = await runTocsin(
      ...['backtest', '--releases', releases, '--out', join(dir, 'out')],
      ...['--rules', packFile(), '--json']
    )
    expect(code).toBe(0)
    const report = JSON.parse(lines[0]!) as BacktestReport
    expect(report.read.releases).toEqual([
      { knownFrom: '2012-03-07', rows: 2, changed: 2, withdrawn: 0 },
      { knownFrom: '2012-03-10', rows: 3, changed: 2, withdrawn: 0 },
      { knownFrom: '2012-03-20', rows: 2, changed: 0, withdrawn: 1 }
    ])
    const events = linesOf(readFileSync(join(dir, 'out', 'alerts.ndjson'))).map(line => {
      const { type, time } = JSON.parse(line)
      return [type.split('.')[2], time.slice(0, 10)]
    })
    // Three attacks were known on the 10th, and two from the 20th on.
    expect(events[0]).toEqual(['raised', '2012-03-11'])
    expect(events).toContainEqual(['retracted', '2012-03-21'])
  })

  it('refuses releases without the day from which they were known', async () => {
    const releases = join(dir, 'releases')
    mkdirSync(releases)
    writeFileSync(join(releases, 'GEDEvent_v24_1.csv'), `${header}\n`)
    const refused = await runTocsin('backtest', '--releases', releases)
    expect(refused.code).toBe(2)
    expect(refused.notes.join()).toContain('state it in releases.csv (file,knownFrom)')
  })

  it('sets the budget of a rule that has one, and compares two packs', async () => {
    const clusters = join(dir, 'clusters.yaml')
    writeFileSync(
      clusters,
      'version: 1\nid: c\ntitle: C\nrules:\n  - id: clusters\n    pattern: cluster\n'
    )
    const { report, code } = await backtest(
      fileOf(rows.map(rowOf)),
      'out',
      ...['--theatres', 'one', '--rules', clusters, '--budget', '12', '--compare', packFile()]
    )
    expect(code).toBe(0)
    expect(report.ruleVersions[0]?.parameters).toEqual({ budget: 12 })
    expect(readdirSync(join(dir, 'out'))).toContain('compared-alerts.csv')
    // The front of the first month: rule cluster knows too little then.
    expect(report.compared).toMatchObject({ told: { alerts: 2 }, judged: null, shared: 1 })
    expect(report.compared?.onlyThere).toMatchObject([{ rule: 'spots', theatre: 'backtest' }])
    expect(formatBacktest(report)).toContain('only by the other pack:')
    const none = await runTocsin(
      ...['backtest', fileOf(rows.map(rowOf)), '--format', 'ucdp-ged'],
      ...['--rules', packFile(), '--budget', '4']
    )
    expect(none).toMatchObject({ code: 2 })
  })

  it.each([
    ['id,from\na,2012-03-01\n', 'row 2: states no area, and no lat, lon and radiusKm'],
    ['id,area,from\na,ML,1 March\n', 'row 2: from is not a day, YYYY-MM-DD: 1 March'],
    ['id,lat,lon,from\na,14,-4,2012-03-01\n', 'row 2: lat, lon and radiusKm belong together'],
    ['id,area,from\na,ML,2012-03-01\na,ML,2012-03-02\n', 'row 3: id a is there twice'],
    ['name,from\n', 'the first line does not name id']
  ])('refuses labels that it cannot read: %j', async (text, fault) => {
    const labels = join(dir, 'labels.csv')
    writeFileSync(labels, text)
    const { code, notes } = await runTocsin(
      ...['backtest', fileOf(rows.map(rowOf)), '--format', 'ucdp-ged', '--labels', labels]
    )
    expect(code).toBe(1)
    expect(notes.join('\n')).toContain(fault)
  })

  it('names the rules for which the places of the file are too coarse', async () => {
    const coarse = rows.map(row => rowOf(row).replace(',1,,', ',4,,'))
    const sharp = await backtest(fileOf(rows.map(rowOf)), 'sharp')
    const { report } = await backtest(fileOf(coarse, 'coarse.csv'), 'coarse')
    expect(sharp.report.tooCoarse.map(({ rule }) => rule)).not.toContain('front')
    expect(report.tooCoarse).toContainEqual({
      rule: 'front',
      reports: rows.length,
      needs: 'a point known to within 20 km'
    })
    expect(report.silentRules).toContain('front')
    expect(formatBacktest(report)).toContain(
      `too coarse for front: the places of ${rows.length} of ${rows.length} reports; it needs a point known to within 20 km`
    )
  })

  it('replays in order of knowledge, for any order of the file', async () => {
    const known = rows.map((row, i) => ({ ...row, known: i === 1 ? '2012-06-01' : '' }))
    const inOrder = await backtest(
      fileOf(known.map(rowOf)),
      'one',
      '--known-at',
      'known',
      '--rules',
      packFile()
    )
    expect(inOrder.report.read.knownBy).toEqual({ stated: 1, event: 6, 'event-later': 0 })
    const raised = linesOf(inOrder.written)
      .map(line => JSON.parse(line))
      .filter(({ type }) => type === 'tocsin.alert.raised.v1')
    // The second of three is known in June: only then there are three.
    expect(raised[0]).toMatchObject({ time: '2012-06-02T00:00:00.000Z', data: { notify: 'quiet' } })
    expect(inOrder.report.rules.spots?.delayFromFirstIncidentDays?.max).toBe(93)
    const reversed = await backtest(
      fileOf(known.map(rowOf).reverse(), 'reversed.csv'),
      'two',
      '--known-at',
      'known',
      '--rules',
      packFile()
    )
    expect(reversed.written.equals(inOrder.written)).toBe(true)
  })

  it('writes nothing derived from private content: other names and texts give the same alerts', async () => {
    const reportOf = (name: string, day: number, isNumbered: boolean) => ({
      source: { id: 'desk' },
      ...(isNumbered ? { externalId: `D-${day}` } : {}),
      reportedAt: `2012-03-0${day}T12:00:00Z`,
      occurred: { from: `2012-03-0${day}`, to: `2012-03-0${day}` },
      category: 'attack',
      location: { country: 'ML', lat: 14.5 + day / 100, lon: -4.2, radiusKm: 1 },
      private: {
        narrative: `${name} told us what was seen at the well.`,
        persons: [{ name, role: 'abducted' }]
      }
    })
    for (const isNumbered of [false, true]) {
      const written = async (names: readonly string[]) => {
        const file = join(dir, `${names.join('')}.ndjson`)
        // The first two lines of a day name different persons, so they are two reports.
        const lines = [1, 2, 3].flatMap(day =>
          names.map(name => JSON.stringify(reportOf(name, day, isNumbered)))
        )
        writeFileSync(file, lines.join('\n'))
        const out = join(dir, `out-${names.join('')}`)
        const { code, notes } = await runTocsin(
          'backtest',
          file,
          '--format',
          'ndjson',
          '--out',
          out,
          '--rules',
          packFile(),
          '--json'
        )
        expect([code, notes.join()]).toEqual([0, ''])
        return readFileSync(join(out, 'alerts.ndjson'), 'utf8')
      }
      const one = await written(['Aminata', 'Moussa'])
      expect(one).toContain('tocsin.alert.raised.v1')
      expect(await written(['Awa', 'Ibrahim'])).toBe(one)
    }
  })

  it('replays each country in its own theatre unless one theatre for all is requested', async () => {
    const { written, report } = await backtest(
      fileOf(rows.map(rowOf)),
      'out',
      '--rules',
      packFile()
    )
    const events = linesOf(written).map(line => JSON.parse(line))
    const raised = events.filter(({ type }) => type === 'tocsin.alert.raised.v1')
    expect(raised.map(({ theatre, data }) => [theatre, data.ruleId, data.area.country])).toEqual([
      ['backtest-ml', 'spots', ['ML']],
      ['backtest-ne', 'spots', ['NE']]
    ])
    // Each theatre has a chain of its own; together they are in order of time.
    for (const theatre of ['backtest-ml', 'backtest-ne'])
      expect(events.filter(e => e.theatre === theatre).map(e => e.data.seq)[0]).toBe(1)
    expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).toSorted())
    expect(report.theatres).toBe('country')
  })

  it('counts refused and repeated rows, and exits with 1 if any was refused', async () => {
    const lines = [...rows.map(rowOf), rowOf(rows[0] as Row), rowOf({ id: 8, at: '2013-02-30' })]
    const { code, report } = await backtest(fileOf(lines), 'out')
    expect(code).toBe(1)
    expect(report.read.tally).toMatchObject({
      rows: 9,
      accepted: 7,
      duplicates: 1,
      refused: { malformed: { date_start: 1 } }
    })
    const told = await runTocsin(
      'backtest',
      fileOf(lines),
      '--format',
      'ucdp-ged',
      '--out',
      join(dir, 'out'),
      '--rules',
      packFile()
    )
    expect(told.lines[0]).toBe('9 rows: 7 reports, 1 duplicates, 1 refused')
    expect(told.lines.join('\n')).toMatch(/^spots +2 +2 /m)
  })

  it('refuses invalid options before it writes anything', async () => {
    const file = fileOf(rows.map(rowOf))
    const refusals = [
      ['-', '--format', 'ucdp-ged'],
      [file, '--format', 'csv'],
      [file, '--format', 'ndjson', '--known-at', 'known'],
      [file, '--format', 'ucdp-ged', '--rules', 'no-such-pack'],
      [join(dir, 'none.csv'), '--format', 'ucdp-ged']
    ]
    for (const args of refusals)
      expect(
        await runTocsin('backtest', ...args, '--out', join(dir, 'out')),
        args.join(' ')
      ).toMatchObject({
        code: 2,
        lines: []
      })
    expect(existsSync(join(dir, 'out'))).toBe(false)
    mkdirSync(join(dir, 'out'))
    writeFileSync(join(dir, 'other.csv'), 'a,b\n1,2\n')
    expect(
      await runTocsin(
        'backtest',
        join(dir, 'other.csv'),
        '--format',
        'ucdp-ged',
        '--out',
        join(dir, 'out')
      )
    ).toMatchObject({
      code: 1
    })
    expect(readdirSync(join(dir, 'out'))).toEqual([])
  })

  it('writes no alert for a file without reports', async () => {
    const { code, report, written } = await backtest(fileOf(['refused']), 'out')
    expect([code, written.length, report.read.from]).toEqual([1, 0, null])
  })

  it('applies withdrawals of a CAP file', async () => {
    const alert = (
      id: string,
      type: string,
      references = ''
    ) => `<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
      <identifier>${id}</identifier><sender>office@example.org</sender><sent>2020-05-0${id}T10:00:00+00:00</sent><status>Actual</status><msgType>${type}</msgType><scope>Public</scope>${references}
      <info><category>Security</category><event>Attack</event><urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty><area><areaDesc>Mopti</areaDesc><circle>14.5,-4.2 5</circle></area></info></alert>`
    const file = join(dir, 'alerts.xml')
    const references = '<references>office@example.org,1,2020-05-01T10:00:00+00:00</references>'
    writeFileSync(
      file,
      `<alerts>${alert('1', 'Alert')}${alert('2', 'Cancel', references)}</alerts>`
    )
    const { lines, code, notes } = await runTocsin(
      'backtest',
      file,
      '--format',
      'cap',
      '--out',
      join(dir, 'out'),
      '--json'
    )
    expect(notes).toEqual([])
    expect(JSON.parse(lines[0] as string).read.tally).toMatchObject({
      rows: 2,
      accepted: 1,
      withdrawn: 1
    })
    expect(code).toBe(0)
  })
})
