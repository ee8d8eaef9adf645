// Predicates: the variables of an incident, the words of a failed evaluation, and that none throws or
// runs long.

import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import { computeRuns, computeShare } from '@tocsin/testing/process/test-size'
import { makeRevision, type ReportSketch } from '@tocsin/testing/report/report-sketch'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Incidents } from '../../src/data/incidents.ts'
import { Reports } from '../../src/data/reports.ts'
import { compilePredicate } from '../../src/rules/predicate.ts'
import { textMax } from '../../src/rules/predicate-limits.ts'
import { IncidentValues, listMax, predicateVariables } from '../../src/rules/predicate-variables.ts'

/** Of one to four bytes: plain, quoting, control, combining, bidirectional. */
const anyCharacter = fc.constantFrom(...'az0 -"\\<&\0\n\u0301éß漢\u202e\ufeff😀')

type Incident = readonly [incidents: Incidents, row: number]

function makeIncident(sketch: Partial<ReportSketch> = {}, more: Partial<ReportRevision> = {}) {
  const reports = new Reports()
  const incidents = new Incidents(reports)
  const report = { ...makeRevision({ id: 'a', at: '2025-06-01', ...sketch }), ...more }
  reports.configureSource(report.sourceId, 'B')
  const row = reports.acceptRevision(report)
  reports.write(row, report)
  return [incidents, incidents.compose([row])] as const
}

const sketch: Partial<ReportSketch> = {
  category: 'ambush',
  tactics: ['ied', 'convoy', 'other:price'],
  settlement: 'Dioura',
  admin1: 'ML-5',
  lat: 14.8252,
  lon: -5.2547,
  actors: [' JNIM ', 'Katiba Macina'],
  targets: ['military'],
  deaths: [null, 12, 20],
  persons: [{ key: 'k', role: 'victim', kind: 'aid-worker', aliasKeys: [] }],
  unnamed: [{ role: 'captured', kind: 'commander' }],
  alsoAt: [{ settlement: 'Djibo', admin1: 'BF-12', country: 'BF', lat: 14.0994, lon: -1.62554 }],
  neighbours: ['ML-4', 'ML-6'],
  seat: 'admin2'
}
const dioura = makeIncident(sketch)
/** With many kinds of target. */
const makeCrowd = (count: number) =>
  makeIncident(sketch, { targets: Array.from({ length: count }, (_, i) => ({ kind: `k${i}` })) })

function ask(
  text: string,
  [incidents, row]: Incident = dioura
): { answer: boolean; failures: string[] } {
  const compiled = compilePredicate(text)
  if (!compiled.ok) throw new Error(`${text}: ${JSON.stringify(compiled.errors)}`)
  const failures: string[] = []
  const answer = compiled.matches(incidents, row, { add: message => failures.push(message) })
  return { answer, failures }
}

describe('a predicate', () => {
  it.each([
    ['category == "ambush"', true],
    ['category in ["attack", "ambush"]', true],
    ['"ied" in tactics && !("suicide" in tactics)', true],
    ['tactics.exists(t, t.startsWith("other:"))', true],
    ['tactics.all(t, size(t) > 2)', true],
    ['tactics.filter(t, t != "ied").size() == 2', true],
    ['"jnim" in perpetrators', true],
    ['perpetrators.exists(p, p.contains("macina"))', true],
    ['country == "ML" && admin1 == "ML-5" && "BF-12" in areas && "BF" in countries', true],
    ['settlement == "Dioura" && settlementId == "ML-5/dioura" && seat == "admin2"', true],
    ['settlements.exists_one(s, s == "BF-12/djibo")', true],
    ['"ML-4" in neighbours && areaCertain', true],
    ['lat > 14 && lat < 15.5 && radiusKm <= 2', true],
    ['places == 2', true],
    ['deaths.best >= 10 && deaths.high == 20', true],
    ['deaths.low == null || deaths.low >= 10', true],
    ['deaths.low != null && deaths.low >= 10', false],
    ['credibility <= 3 && sources == 1 && gradeKnown && passesGrade', true],
    ['handling == "internal" && !drill', true],
    ['persons.count == 2 && "aid-worker" in persons.kinds && "victim" in persons.roles', true],
    ['"commander" in persons.kinds && "captured" in persons.roles', true],
    ['days == 1.0 && !exact', true],
    ['targets == ["military"]', true],
    ['sources / 2 == 0', true]
  ])('%s is %s', (text, expected) => {
    expect(ask(text)).toEqual({ answer: expected, failures: [] })
  })

  it("has every variable of the table, with the table's type", () => {
    expect(
      Object.getOwnPropertyNames(IncidentValues.prototype)
        .filter(name => name !== 'constructor')
        .sort()
    ).toEqual(Object.keys(predicateVariables).sort())
    for (const [name, { type }] of Object.entries(predicateVariables)) {
      const text =
        type === 'Deaths'
          ? 'deaths.low == deaths.low'
          : type === 'Persons'
            ? 'persons.kinds == persons.kinds'
            : `${name} == ${name}`
      expect(ask(text)).toEqual({ answer: true, failures: [] })
    }
    for (const { meaning } of Object.values(predicateVariables))
      expect(meaning.length).toBeGreaterThan(5)
  })

  it('sees an unknown value as an empty text or as null', () => {
    const nowhere = makeIncident({
      settlement: undefined as never,
      admin1: null,
      lat: null,
      lon: null
    })
    expect(
      ask('settlement == "" && settlementId == "" && admin1 == "" && seat == ""', nowhere).answer
    ).toBe(true)
    expect(
      ask('lat == null && lon == null && radiusKm == null && deaths.best == null', nowhere).answer
    ).toBe(true)
  })

  it('counts an interval by its days, and an instant as none', () => {
    expect(ask('days == 10.0', makeIncident({ at: '2025-06-01', to: '2025-06-10' })).answer).toBe(
      true
    )
    expect(
      ask(
        'days == 0.0 && exact',
        makeIncident({ at: '2025-06-01T10:00:00Z', to: '2025-06-01T10:00:00Z' })
      ).answer
    ).toBe(true)
  })

  it.each([
    ['deaths.low >= 10', 'not known'],
    ['deaths.low + 1 > 2', 'not known'],
    ['1 / (sources - 1) > 0', 'division by zero'],
    ['1 % (sources - 1) > 0', 'modulo by zero'],
    ['tactics[7] == "ied"', 'a list has no item 7'],
    ['deaths[category] == 1', 'No such key'],
    ['9223372036854775807 + sources > 0', 'overflow'],
    ['int(category) == 1', 'cannot convert'],
    ['tactics.exists(t, 1 / (sources - 1) == 0)', 'division by zero']
  ])('%s fails: the incident does not match, and the failure is reported once', (text, why) => {
    const { answer, failures } = ask(text)
    expect(answer).toBe(false)
    expect(failures).toHaveLength(1)
    expect(failures[0]).toContain(why)
  })

  it('does not fail if the other side of an or decides', () => {
    expect(ask('deaths.low >= 10 || category == "ambush"')).toEqual({ answer: true, failures: [] })
    expect(ask('deaths.low >= 10 && category == "attack"')).toEqual({ answer: false, failures: [] })
  })

  it(`fails if it reads more than ${listMax} of anything`, () => {
    expect(ask('size(targets) > 1', makeCrowd(listMax + 1))).toEqual({
      answer: false,
      failures: [`it has more than ${listMax} targets`]
    })
  })
})

const nested = (n: number) => `${'('.repeat(n)}true${')'.repeat(n)}`

describe('a bad predicate is refused with position and reason', () => {
  it.each([
    ['', 1, 1, 'empty'],
    ['category ==', 1, 12, 'Unexpected token'],
    ['category = "attack"', 1, 10, 'Unexpected character'],
    ['category == "attack', 1, 13, 'Unterminated'],
    ['category == "attack" &&\n  foo == 1', 2, 3, 'Unknown variable: foo'],
    ['categroy == "attack"', 1, 1, 'Unknown variable'],
    ['category > 3', 1, 1, 'no such overload'],
    ['category', 1, 1, 'must say true or false'],
    ['deaths.lowest > 3', 1, 8, 'No such key'],
    ['__proto__ == 1', 1, 1, 'Reserved identifier'],
    ['category == "atack"', 1, 13, 'never "atack"'],
    ['"suicde" in tactics', 1, 1, 'never "suicde"'],
    ['"JNIM" in perpetrators', 1, 1, 'write "jnim"'],
    ['actors.filter(a, a != "x").exists(b, b.startsWith("Jn"))', 1, 51, 'write "jn"'],
    ['category.matches("(a+)+$")', 1, 1, 'no matches()'],
    ['tactics.map(t, t + t).size() > 1', 1, 1, 'no map()'],
    ['{"a": 1}["a"] == 1', 1, 1, 'maps'],
    ['(tactics + tactics).exists(t, t == "ied")', 1, 2, 'not joined'],
    ['1.0 / 0.0 > 1.0', 1, 1, 'may be zero'],
    ['"a" + 1 == "b"', 1, 1, 'no such overload'],
    ['[1, "a"].exists(x, x == 1)', 1, 5, 'same type'],
    [
      'tactics.exists(a, tactics.exists(b, tactics.exists(c, a == c && b == c)))',
      1,
      1,
      'too much work'
    ],
    [nested(200), 1, 41, 'maxDepth'],
    [`${'!'.repeat(1900)}true`, 1, null, 'maxAstNodes'],
    [
      `category in [${Array.from({ length: 101 }, () => '"attack"').join(',')}]`,
      1,
      null,
      'maxListElements'
    ],
    [Array.from({ length: 200 }, () => 'true').join(' && '), 1, null, 'maxAstNodes'],
    ['x'.repeat(textMax + 1), 1, 1, `longer than ${textMax}`]
  ] as const)('%s', (text, line, column, reason) => {
    const compiled = compilePredicate(text)
    if (compiled.ok) throw new Error('it was taken')
    expect(compiled.errors[0]?.message).toContain(reason)
    expect(compiled.errors[0]?.line).toBe(line)
    if (column !== null) expect(compiled.errors[0]?.column).toBe(column)
  })

  it('all faults of its tree at once', () => {
    const compiled = compilePredicate(
      'category == "atack" && "JNIM" in perpetrators && category.matches("x")'
    )
    expect(compiled.ok ? [] : compiled.errors.map(e => e.column)).toEqual([13, 24, 50])
  })
})

describe('no predicate', () => {
  const word = fc.constantFrom(
    ...Object.keys(predicateVariables),
    'deaths.low',
    'persons.kinds',
    'null',
    'true',
    '1',
    '2.5',
    '"a"',
    '[1]',
    't',
    '('
  )
  const { term } = fc.letrec<{ term: string }>(tie => ({
    term: fc.oneof(
      { depthSize: 'small' },
      word,
      fc
        .tuple(
          tie('term'),
          fc.constantFrom('==', '!=', '<', '&&', '||', '+', '-', '*', '/', '%', 'in', '?'),
          tie('term')
        )
        .map(([a, op, b]) => (op === '?' ? `(${a}) ? (${b}) : (${a})` : `(${a}) ${op} (${b})`)),
      fc
        .tuple(
          tie('term'),
          fc.constantFrom('exists', 'all', 'filter', 'exists_one', 'map'),
          tie('term')
        )
        .map(([a, m, b]) => `(${a}).${m}(t, ${b})`),
      fc
        .tuple(
          fc.constantFrom('size', '!', '-', 'string', 'int', 'double', 'has', 'type'),
          tie('term')
        )
        .map(([f, a]) => `${f}(${a})`),
      fc.tuple(tie('term'), tie('term')).map(([a, b]) => `(${a})[${b}]`)
    )
  }))

  // Mostly well-typed, so that many compile and some fail at this incident.
  const amount = fc.constantFrom(
    'sources',
    'credibility',
    'deaths.low',
    'deaths.high',
    'places - 2',
    '1',
    '7 % (places - 2)',
    'size(tactics)'
  )
  const plausible = fc
    .array(
      fc.tuple(
        amount,
        fc.constantFrom('<', '>=', '==', '+ 1 >', '/ (sources - 1) <'),
        amount,
        fc.constantFrom('&&', '||', '&& !')
      ),
      {
        minLength: 1,
        maxLength: 4
      }
    )
    .map(parts => `${parts.map(([a, op, b, and]) => `(${a} ${op} ${b}) ${and} `).join('')}(true)`)

  it('throws or returns anything but true or false, however it is written', () => {
    let [compiled, answered, failed] = [0, 0, 0]
    fc.assert(
      fc.property(
        fc.oneof(plausible, term, fc.string({ unit: anyCharacter, maxLength: 60 })),
        text => {
          const predicate = compilePredicate(text)
          if (!predicate.ok) {
            expect(predicate.errors.length).toBeGreaterThan(0)
            return
          }
          compiled += 1
          let failures = 0
          const add = () => {
            failures += 1
          }
          const answer = predicate.matches(...dioura, { add })
          expect(typeof answer).toBe('boolean')
          expect(failures).toBeLessThanOrEqual(1)
          if (failures > 0) expect(answer).toBe(false)
          answered += 1 - failures
          failed += failures
        }
      ),
      { numRuns: computeRuns(5000, 10) }
    )
    expect(compiled).toBeGreaterThan(computeShare(1000, 5000, 10))
    expect(answered).toBeGreaterThan(computeShare(300, 5000, 10))
    expect(failed).toBeGreaterThan(computeShare(100, 5000, 10))
  })

  it('that is taken runs long, where every loop turns as often as it can', () => {
    const most = makeCrowd(listMax)
    const text = 'targets.all(a, targets.all(b, b != "x"))'
    expect(ask(text, most).answer).toBe(true)
    const compiled = compilePredicate(text)
    if (!compiled.ok) throw new Error('it was refused')
    const times = Array.from({ length: 20 }, () => {
      const before = performance.now()
      compiled.matches(...most, { add: () => undefined })
      return performance.now() - before
    })
    // The minimum of twenty, so that a busy machine cannot fail it: a tenth of this is usual.
    expect(Math.min(...times)).toBeLessThan(50)
  })
})
