// Who counts as the state that gives advice, where no actor is named as its issuer.

import type { Actor, ReportRevision } from '@tocsin/contracts/theatre/report'
import { received, ticked } from '@tocsin/testing/report/record-builder'
import { aReport } from '@tocsin/testing/report/report-builder'
import { expect, it } from 'vitest'
import { formatDay } from '../../src/data/time.ts'
import { Engine } from '../../src/theatre/engine.ts'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { makePlace } from '../support/make-report.ts'
import { makeSilentPublisher } from '../support/silent-publisher.ts'

const pattern = 'third-party-convergence'
const rules = makeRuleSet([{ ruleId: pattern, ruleVersion: 1, pattern, parameters: {} }])

/** Alerts of three reports of advice on three days. */
function countAlerts(
  describeReport: (number: number) => { readonly actor: Actor | null; readonly source: string },
  advice: Pick<ReportRevision, 'category' | 'tactics'> = { category: 'advisory', tactics: [] }
): number {
  const engine = new Engine(rules, makeSilentPublisher)
  for (let number = 0; number < 3; number++) {
    const at = formatDay(45_000 + 3 * number)
    const { actor, source } = describeReport(number)
    const report = aReport({
      sourceId: source,
      externalId: `${number}`,
      occurred: { from: at, to: at },
      actors: actor === null ? [] : [actor],
      place: makePlace({ admin1: null, settlement: null, lat: null, lon: null }),
      ...advice
    })
    engine.apply(received(report))
  }
  engine.apply(ticked(formatDay(45_010)))
  return [...engine.listFindings()].length
}

it('counts actors without a role, else each source', () => {
  const states = ['US', 'UK', 'DE']
  const named = (role: string | null) => (number: number) => ({
    actor: { name: states[number]!, role },
    source: 'wire'
  })
  expect(countAlerts(named('issuer'))).toBe(1)
  expect(countAlerts(named(null))).toBe(1)
  expect(countAlerts(named('perpetrator'))).toBe(0)
  expect(countAlerts(number => ({ actor: null, source: `desk-${number}` }))).toBe(1)
  expect(countAlerts(() => ({ actor: null, source: 'wire' }))).toBe(0)
})

it('counts the issuer of an ordered departure of any category', () => {
  const departure = { category: 'other', tactics: ['ordered-departure'] } as const
  const byState = (number: number) => ({
    actor: { name: `state ${number}`, role: 'issuer' },
    source: 'wire'
  })
  expect(countAlerts(byState, departure)).toBe(1)
})
