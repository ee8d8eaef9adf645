// Predicates against those of packages/domain: the same language, faults and answers.

import { assembleIncident, viewOf } from '@tocsin/domain/incident/incident'
import {
  compilePredicate as compileOther,
  constantFailure,
  type IncidentPredicate as OtherPredicate
} from '@tocsin/domain/predicate/incident-predicate'
import { predicateVariables as otherVariables } from '@tocsin/domain/predicate/incident-variables'
import type { ReportRevision } from '@tocsin/domain/report/report'
import { describe, expect, it } from 'vitest'
import { Incidents } from '../../src/data/incidents.ts'
import { Reports } from '../../src/data/reports.ts'
import {
  compilePredicate,
  findConstantFailure,
  type IncidentPredicate,
  PredicateFailures
} from '../../src/rules/predicate.ts'
import { predicateVariables } from '../../src/rules/predicate-variables.ts'
import { makeTheatreCourse } from '../support/theatre-course.ts'

const valid = [
  'category == "attack"',
  'category in ["attack", "clash"] || "ied" in tactics',
  'tactics.exists(t, t.startsWith("other:")) || tactics.all(t, size(t) > 4)',
  'tactics.filter(t, t != "ied").size() == 1',
  '"jnim" in perpetrators && "jnim" in actors',
  'actors.exists(a, a.contains("unknown"))',
  'country == "ML" && admin1 == "ML-4" && "ML-5" in areas && size(countries) == 1',
  'settlement == "Konna" && settlementId == "ML-4/konna" && seat == ""',
  'settlements.exists_one(s, s == "ML-4/diosso")',
  '"ML-5" in neighbours && areaCertain',
  'lat > 12.0 && lon < -3.0 && radiusKm <= 4.0',
  'places == 2 || size(neighbours) == 0',
  'deaths.best >= 10 && deaths.high == 20',
  'deaths.low == null || deaths.low >= 10',
  'deaths.best > 3',
  'credibility <= 3 && sources == 1 && gradeKnown && passesGrade',
  'handling == "internal" && !drill',
  'persons.count == 1 && size(persons.kinds) == 0 && size(persons.roles) == 0',
  'days == 1.0 && !exact',
  'days > 6.0',
  'targets == ["civilians"]',
  'targets[0] == "civilians"',
  'sources / (sources - 1) == 2'
]

const faulty = [
  '',
  'category',
  'category ==',
  'weather == "dry"',
  'category == "atack"',
  '"JNIM" in actors',
  'deaths.most > 3',
  'lat / radiusKm > 1.0',
  'tactics + targets == []',
  'category.matches("a+")',
  'type(category) == string',
  '{"a": 1} == {}',
  `category in [${Array.from({ length: 101 }, () => '"attack"').join(', ')}]`,
  'tactics.exists(a, tactics.exists(b, tactics.exists(c, a == b && b == c)))',
  'x'.repeat(2001)
]

const reports = [1, 2, 3].flatMap(seed =>
  makeTheatreCourse(seed, {
    reports: 60,
    days: 100,
    handlings: ['public', 'internal']
  }).records.flatMap(record => (record.type === 'report.received' ? [record.data] : []))
)

describe('a predicate', () => {
  it('has the variables of the table', () => {
    expect(predicateVariables).toEqual(otherVariables)
  })

  it.each(valid)('gives the same answers: %s', text => {
    const predicate = compilePredicate(text) as IncidentPredicate
    const other = compileOther(text) as OtherPredicate
    expect([predicate.ok, other.ok]).toEqual([true, true])
    for (const [i, report] of reports.entries()) {
      const pair = reports[i + 1] ?? report
      for (const members of [[report], [report, { ...pair, reportId: `${pair.reportId}-b` }]]) {
        const known: string[] = []
        const answer = other.test(assemble(members), message => known.push(message))
        const failures = new PredicateFailures()
        const { incidents, row } = compose(members)
        expect(predicate.matches(incidents, row, failures), JSON.stringify(members)).toBe(answer)
        expect(failures.lastMessage).toBe(known.at(-1) ?? null)
      }
    }
  })

  it.each(faulty)('has the same faults: %.60s', text => {
    const found = compilePredicate(text)
    expect(found.ok).toBe(false)
    expect(found).toEqual(compileOther(text))
  })

  it.each(['1 / 0 == 1', '[1][3] == 1', 'true', 'deaths.best > 1'])(
    'of constants alone fails the same way: %s',
    text => expect(findConstantFailure(text)).toEqual(constantFailure(text))
  )
})

function assemble(members: readonly ReportRevision[]) {
  return assembleIncident(members.map(report => viewOf(report, Date.parse(report.reportedAt), 'B')))
}

function compose(members: readonly ReportRevision[]) {
  const store = new Reports()
  const incidents = new Incidents(store)
  for (const { sourceId } of members) store.configureSource(sourceId, 'B')
  const rows = members.map(report => {
    const row = store.acceptRevision(report)
    store.write(row, report)
    return row
  })
  return { incidents, row: incidents.compose(rows) }
}
