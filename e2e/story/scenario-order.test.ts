// Promise 4 on the demonstration: its reports, corrections and withdrawals in any order, some
// repeated, with ticks in between, give the same findings. Generated reports are in the domain's
// own convergence test.

import type { AlertStatement } from '@tocsin/contracts/record/alert-event-v3'
import { engineVersion } from '@tocsin/contracts/record/records'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { defaultRules } from '@tocsin/engine/rules/default-rules'
import { makeRuleSet } from '@tocsin/engine/theatre/rule-set'
import { StatementFold } from '@tocsin/engine/theatre/statement-fold'
import { ticked } from '@tocsin/testing/report/record-builder'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readScenario } from '../harness/scenario-files.ts'
import { openingOf, recordsOfScenario } from '../harness/scenario-records.ts'
import { fullRun } from '../harness/test-size.ts'

const dayMs = 86_400_000
const runs = fullRun ? 10_000 : 100
const rules = makeRuleSet(defaultRules)
const scenario = await readScenario('sahel')
const told = recordsOfScenario(scenario)
const firstMs = Date.parse(scenario.lines[0]!.at)
const lastMs = Date.parse(scenario.lines.at(-1)!.at)

/**
 * The comparison: rule, group, window, reports, severity and levels of all alerts that are not
 * retracted, at the last tick.
 */
function findingsAfter(records: readonly TheatreRecord[]): readonly string[] {
  const fold = new StatementFold(rules, { theatre: 'sahel', engine: engineVersion })
  // Growth is published by a tick.
  const ticks = Array.from({ length: 8 }, (_, day) =>
    ticked(new Date(lastMs + (day + 1) * dayMs).toISOString())
  )
  const last = new Map<string, AlertStatement>()
  for (const record of [...openingOf(scenario), ...records, ...ticks])
    for (const { statement } of fold.apply(record)) last.set(statement.alertId, statement)
  return [...last.values()]
    .filter(({ status }) => status !== 'retracted')
    .map(({ ruleId, group, window, severity, levels, measure, evidence }) =>
      JSON.stringify({
        ...{ rule: ruleId, group, window, severity, levels, value: measure.value },
        triggers: evidence.map(({ incidentId }) => incidentId)
      })
    )
    .sort()
}

const shuffled = fc
  .tuple(
    fc.shuffledSubarray([...told], { minLength: told.length }),
    fc.subarray([...told], { maxLength: 10 }),
    fc.array(fc.integer({ min: firstMs, max: lastMs }), { maxLength: 20 })
  )
  .chain(([order, again, tickTimes]) => {
    const ticks = tickTimes.map(ms =>
      ticked(new Date(Math.floor(ms / 60_000) * 60_000).toISOString())
    )
    return fc.tuple(
      fc.constant(order),
      fc.shuffledSubarray([...again, ...ticks], { minLength: again.length + ticks.length }),
      fc.infiniteStream(fc.nat())
    )
  })
  .map(([order, extra, places]) =>
    extra.reduce(
      (all, record) => all.toSpliced((places.next().value as number) % (all.length + 1), 0, record),
      order as TheatreRecord[]
    )
  )

it(`ends in the same findings for any order of arrival of the demonstration (${runs} orders)`, {
  timeout: 600_000
}, () => {
  const findings = findingsAfter(told)
  const rules = findings.map(finding => (JSON.parse(finding) as { rule: string }).rule)
  expect(rules).toEqual(
    expect.arrayContaining([
      'siege',
      'retaliation-watch',
      'supply-line-interdiction',
      'third-party-convergence'
    ])
  )
  expect(findings.join('\n')).toContain('365 days')
  fc.assert(
    fc.property(shuffled, records => {
      expect(findingsAfter(records)).toEqual(findings)
    }),
    { numRuns: runs }
  )
})
