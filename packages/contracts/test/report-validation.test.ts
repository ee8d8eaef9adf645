import { type Members, record } from '@tocsin/contracts/format/format'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldErrorsMax } from '../src/problem/problem-catalogue.ts'
import { normalizeName, normalizeNameOrNull } from '../src/report/normal-text.ts'
import { postedReportFormat, type ReportInput } from '../src/report/posted-report.ts'
import { checkScenarioLine, checkWithdrawal } from '../src/report/report-shape.ts'
import {
  checkReportTimes,
  type ParsedReport,
  parseReportInput
} from '../src/report/report-validation.ts'
import { badReports, fullReport, leastReport } from './golden/reports.ts'
import { type Schema, sampleOf } from './support/schema-samples.ts'

const reportOf = (value: unknown): ReportInput => {
  const parsed = parseReportInput(value)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.report
}
/** The fullest report, with a value for each member that has been added to the format since. */
const wholeReport: Readonly<Record<string, unknown>> = {
  ...(sampleOf(
    record(withoutNames(postedReportFormat.properties, Object.keys(fullReport))) as Schema,
    'whole'
  ) as object),
  ...fullReport
}
const errorsOf = (parsed: ParsedReport) => (parsed.ok ? [] : parsed.errors)

describe('parseReportInput', () => {
  it('takes the least report and fills in what it does not say', () => {
    expect(reportOf(leastReport)).toEqual({
      sourceId: 'wire-1',
      externalId: null,
      reportedAt: null,
      occurred: { from: '2025-06-01', to: '2025-06-01' },
      category: 'attack',
      tactics: [],
      location: {
        name: null,
        country: null,
        admin1: null,
        lat: 14.8252,
        lon: -5.2547,
        radiusKm: null
      },
      alsoAt: [],
      actors: [],
      targets: [],
      fatalities: { low: null, best: null, high: null },
      credibility: 6,
      handling: 'internal',
      drill: false,
      private: null
    })
  })

  it('has a normal form for each member of its format', () => {
    const { source: _, ...members } = postedReportFormat.properties
    expect(Object.keys(reportOf(wholeReport)).sort()).toEqual(
      ['sourceId', ...Object.keys(members)].sort()
    )
  })

  it('brings names that look alike to one form, of actors, places and persons, and words too', () => {
    const alike = [
      "Jama'at Al-Nusra",
      'Jama’at Al\u2011Nusra',
      "J\ufeffa\u00adma'at\u00a0 Al-Nu\u200bsra\u2060",
      "\u200fJama'at\u200e Al\u2212Nusra"
    ]
    for (const name of alike) {
      const role = 'perpe\u00adtrator\u200b'
      const location = { country: 'ML', name, admin1: name }
      const posted = {
        ...leastReport,
        actors: [{ name, role }],
        location,
        private: { persons: [{ name, aliases: [name, '\u200b'] }] }
      }
      expect(reportOf(posted)).toMatchObject({
        actors: [{ name: "Jama'at Al-Nusra", role: 'perpetrator' }],
        location: { name: "Jama'at Al-Nusra", admin1: "Jama'at Al-Nusra" },
        private: { persons: [{ name: "Jama'at Al-Nusra", aliases: ["Jama'at Al-Nusra"] }] }
      })
    }
  })

  it('leaves names of other scripts as they are written, joiners too, and takes one of which nothing is seen for none', () => {
    for (const name of ['جيش\u200cالعدل', 'क्\u200dष', 'Đồng Hới', '武装勢力', 'М-23'])
      expect(normalizeName(name)).toBe(name.normalize('NFC'))
    const unseen = { ...leastReport, actors: [{ name: '\u200b' }], targets: [{ kind: '\u00ad' }] }
    expect(reportOf(unseen)).toMatchObject({ actors: [], targets: [] })
    expect([
      normalizeNameOrNull('\u200b \u2060'),
      normalizeName('A\u200cB'),
      normalizeName('A\tB')
    ]).toEqual([null, 'AB', 'A B'])
  })

  it('turns instants with an offset into UTC and leaves days alone', () => {
    const occurred = { from: '2025-06-01T23:30:00-02:00', to: '2025-06-02' }
    expect(reportOf({ ...leastReport, occurred }).occurred).toEqual({
      from: '2025-06-02T01:30:00.000Z',
      to: '2025-06-02'
    })
  })

  it('takes a person whom nobody named: by a role, a kind or another name alone', () => {
    const persons = [
      { role: 'Captured', kind: 'commander' },
      { kind: 'commander' },
      { aliases: ['The Old One'] }
    ]
    expect(reportOf({ ...leastReport, private: { persons } }).private?.persons).toEqual([
      { name: null, aliases: [], role: 'captured', kind: 'commander' },
      { name: null, aliases: [], role: null, kind: 'commander' },
      { name: null, aliases: ['The Old One'], role: null, kind: null }
    ])
    expect(errorsOf(parseReportInput({ ...leastReport, private: { persons: [{}] } }))).toEqual([
      {
        pointer: '/private/persons/0',
        detail: 'must be a person with a name, or with what is known without it: a role or a kind'
      }
    ])
  })

  it.each(badReports)('refuses $name and names $pointer', ({ value, pointer }) => {
    const errors = errorsOf(parseReportInput(value))
    expect(errors.map(e => e.pointer)).toContain(pointer)
    for (const error of errors) expect(error.detail).toMatch(/^(?:is|must|lies|has) .{3,}/)
  })

  it('never repeats a value, so nothing private comes back in an error', () => {
    const value = {
      ...leastReport,
      private: { narrative: 7, persons: [{ name: 'CANARY\u0000', role: {} }], links: ['CANARY'] }
    }
    expect(JSON.stringify(errorsOf(parseReportInput(value)))).not.toContain('CANARY')
  })

  it('answers a flood of faults with a bounded list', () => {
    const flood = {
      ...leastReport,
      tactics: Array.from({ length: 50_000 }, () => ({})),
      ...manyMembers(5_000)
    }
    expect(errorsOf(parseReportInput(flood)).length).toBe(fieldErrorsMax)
  })

  it('never throws, and reads nothing else than an object as a report', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.anything()), value => {
        const parsed = parseReportInput(value)
        expect(parsed.ok || parsed.errors.length > 0).toBe(true)
      })
    )
  })

  it('takes a good report with any one member replaced, or names that member', () => {
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(wholeReport)), fc.jsonValue(), (member, value) => {
        const parsed = parseReportInput({ ...wholeReport, [member]: value })
        for (const error of errorsOf(parsed))
          expect(error.pointer.startsWith(`/${member}`)).toBe(true)
      })
    )
  })
})

describe('checkReportTimes', () => {
  const now = Date.parse('2025-06-02T12:00:00Z')
  const at = (from: string, to: string, reportedAt?: string) =>
    checkReportTimes(
      reportOf({ ...leastReport, occurred: { from, to }, ...(reportedAt ? { reportedAt } : {}) }),
      now
    ).map(e => e.pointer)

  it('lets pass what happened up to a day after now', () => {
    expect(at('2025-06-02', '2025-06-03')).toEqual([])
    expect(at('2025-06-03T12:00:00Z', '2025-06-03T12:00:00Z', '2025-06-03T12:00:00Z')).toEqual([])
  })

  it('refuses what lies further ahead, field by field', () => {
    expect(at('2025-06-01', '2025-06-04')).toEqual(['/occurred/to'])
    expect(at('2025-06-03T12:00:00.001Z', '2025-06-04')).toEqual(['/occurred/from', '/occurred/to'])
    expect(at('2025-06-01', '2025-06-01', '2025-06-05T00:00:00Z')).toEqual(['/reportedAt'])
  })
})

describe('the other bodies', () => {
  it('a withdrawal needs a reason and nothing else', () => {
    expect(checkWithdrawal({ reason: 'sent in error' }).ok).toBe(true)
    expect(checkWithdrawal({})).toEqual({
      ok: false,
      errors: [{ pointer: '/reason', detail: 'is missing' }]
    })
    expect(checkWithdrawal({ reason: 'x', force: true }).ok).toBe(false)
  })

  it('a line of a scenario holds exactly one deed', () => {
    const at = '2025-06-02T09:00:00.000Z'
    expect(checkScenarioLine({ at, report: leastReport }).ok).toBe(true)
    expect(
      checkScenarioLine({
        at,
        delete: { source: { id: 'wire-1' }, externalId: 'W-1', reason: 'wrong' }
      }).ok
    ).toBe(true)
    expect(checkScenarioLine({ at }).ok).toBe(false)
    expect(checkScenarioLine({ at, report: leastReport, put: { externalId: 'W-1' } }).ok).toBe(
      false
    )
    expect(checkScenarioLine({ at, put: leastReport }).ok).toBe(false)
  })
})

function withoutNames(members: Members, names: readonly string[]): Members {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)))
}

function manyMembers(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`extra${i}`, i]))
}

describe('coordinates that were lost on their way', () => {
  const at = (lat: number, lon: number, more: object = {}) =>
    parseReportInput({ ...leastReport, location: { lat, lon, ...more } })

  it('are refused where they are 0, 0, or would be written so, whatever stands beside them', () => {
    for (const [lat, lon] of [
      [0, 0],
      [-0, 0.0001],
      [0.049, -0.049]
    ] as const) {
      expect(
        errorsOf(at(lat, lon, { country: 'ML', name: 'Dioura' })).map(({ pointer }) => pointer)
      ).toEqual(['/location/lat'])
    }
    const further = parseReportInput({
      ...leastReport,
      alsoAt: [
        { name: 'Dioura', country: 'ML' },
        { lat: 0, lon: 0 }
      ]
    })
    expect(errorsOf(further).map(({ pointer }) => pointer)).toEqual(['/alsoAt/1/lat'])
  })
})
