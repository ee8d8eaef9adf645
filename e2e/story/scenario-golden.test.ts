// Every alert of the demonstration, as it is told: each event in order, and what each alert says
// last. What changes a finding or a sentence shows here as a difference for a person to judge; `npx
// vitest -u` over this file accepts it.

import type { AlertStatement } from '@tocsin/contracts/record/alert-event-v3'
import { engineVersion } from '@tocsin/contracts/record/records'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { defaultRules } from '@tocsin/engine/rules/default-rules'
import { makeRuleSet } from '@tocsin/engine/theatre/rule-set'
import { type StatedEvent, StatementFold } from '@tocsin/engine/theatre/statement-fold'
import { ticked } from '@tocsin/testing/report/record-builder'
import { expect, it } from 'vitest'
import { readScenario, type Scenario } from '../harness/scenario-files.ts'
import { openingOf, recordsOfScenario } from '../harness/scenario-records.ts'

const dayMs = 86_400_000
/** How long the theatre is followed after the last report: open alerts age and end. */
const daysAfter = 120

/**
 * Rules and sources, then each report when it comes, with a tick at each day's beginning in
 * between.
 */
function* course(scenario: Scenario, told: readonly TheatreRecord[]): Generator<TheatreRecord> {
  yield* openingOf(scenario)
  let nextMs = Math.ceil(Date.parse((told[0] as TheatreRecord).time) / dayMs) * dayMs
  for (const record of told) {
    for (; nextMs <= Date.parse(record.time); nextMs += dayMs)
      yield ticked(new Date(nextMs).toISOString())
    yield record
  }
  for (let day = 0; day < daysAfter; day++, nextMs += dayMs)
    yield ticked(new Date(nextMs).toISOString())
}

const minute = (time: string) => time.slice(0, 16).replace('T', ' ')
const day = (time: string | null) => time?.slice(0, 10) ?? 'now'

function describeEvent({ type, statement }: StatedEvent): string {
  const { times, ruleId, severity, status, notify, evidence, headline } = statement
  return `${minute(times.detectedAt)} ${type.slice('alert.'.length)} ${ruleId} (${severity}, ${status}, ${notify}, ${evidence.length}): ${headline}`
}

/**
 * The last statement of an alert, over some lines. `named`: what to call the first report of an
 * incident.
 */
function describeAlert(data: AlertStatement, named: (incidentId: string) => string): string {
  const {
    ruleId,
    headline,
    explanation,
    area,
    group,
    levels,
    measure,
    evidence,
    window,
    fatalities
  } = data
  const triggers = evidence.map(({ incidentId }) => named(incidentId))
  return [
    `${ruleId}: ${headline}`,
    `  ${explanation}`,
    `  ${data.status}, ${data.severity}, ${data.certainty}, ${data.urgency}, ${data.handling}; ${data.category.join(', ')}`,
    `  group ${JSON.stringify(group)}; area ${JSON.stringify(area)}`,
    `  window ${day(window.from)} to ${day(window.to)}; killed ${JSON.stringify(fatalities)}; measure ${JSON.stringify(measure)}`,
    ...levels.map(
      ({ level, at, reason, incidentId }) =>
        `  level ${level} at ${day(at)}: ${reason} (${incidentId === undefined ? '-' : named(incidentId)})`
    ),
    `  triggers ${triggers.join(', ')}; omitted ${data.evidenceOmitted}`,
    `  revision ${data.revision}`
  ].join('\n')
}

it('tells the alerts of the demonstration as they were told before', async () => {
  const scenario = await readScenario('sahel')
  const told = recordsOfScenario(scenario)
  const names = new Map(
    told.flatMap((record, index) =>
      record.type === 'report.received' ? [[record.data.reportId, `#${index + 1}`] as const] : []
    )
  )
  const fold = new StatementFold(makeRuleSet(defaultRules), {
    theatre: 'sahel',
    engine: engineVersion
  })
  const events: StatedEvent[] = []
  for (const record of course(scenario, told)) events.push(...fold.apply(record))
  const last = new Map(events.map(({ statement }) => [statement.alertId, statement]))
  const text = [
    ...events.map(describeEvent),
    '',
    ...[...last.values()].map(data => `${describeAlert(data, id => names.get(id) ?? id)}\n`)
  ].join('\n')
  await expect(text).toMatchFileSnapshot('scenario-golden.txt')
})
