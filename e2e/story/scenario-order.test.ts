// Promise 4 on the demonstration: its reports, corrections and withdrawals in any order, some
// repeated, with ticks in between, give the same findings. Generated reports are in the domain's
// own convergence test.

import { digest } from '@tocsin/contracts/json/digest'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { TheatreFold } from '@tocsin/domain/theatre/theatre-fold'
import { ticked } from '@tocsin/testing/report/record-builder'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readScenario } from '../harness/scenario-files.ts'
import { openingOf, recordsOfScenario } from '../harness/scenario-records.ts'
import { fullRun } from '../harness/test-size.ts'

const runs = fullRun ? 10_000 : 100
const scenario = await readScenario('sahel')
const told = recordsOfScenario(scenario)
const firstMs = Date.parse(scenario.lines[0]!.at)
const lastMs = Date.parse(scenario.lines.at(-1)!.at)

/**
 * The comparison: rule, group, window, reports, severity and levels of all alerts that are not
 * retracted, at the last tick.
 */
function findingsAfter(records: readonly TheatreRecord[]): readonly string[] {
  const fold = new TheatreFold('sahel', digest)
  for (const record of [...openingOf(scenario), ...records]) fold.apply(record)
  // One event per alert and record: pending output is published by the next ticks.
  for (let minute = 1; minute <= 5; minute++)
    fold.apply(ticked(new Date(lastMs + minute * 60_000).toISOString()))
  return [...fold.alerts.entries]
    .filter(entry => entry.state.status !== 'retracted' && entry.held !== null)
    .map(({ state, held }) =>
      JSON.stringify({
        rule: state.ruleId,
        group: state.group,
        window: state.window,
        reports: held?.finding.triggers.flatMap(incident => incident.reportIds).sort(),
        severity: state.severity,
        // An incident is called by its first report: which one a level names depends on the order.
        levels: state.levels.map(({ incidentId, ...level }) => level)
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
