// Every alert of the demonstration, as it is told: each event in order, and what each alert says
// last. What changes a finding or a sentence shows here as a difference for a person to judge; `npx
// vitest -u` over this file accepts it.

import { digest } from '@tocsin/contracts/json/digest'
import type { AlertEvent, AlertState } from '@tocsin/domain/alert/alert'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { TheatreFold } from '@tocsin/domain/theatre/theatre-fold'
import { ticked } from '@tocsin/testing/report/record-builder'
import { expect, it } from 'vitest'
import { readScenario, type Scenario } from '../harness/scenario-files.ts'
import { openingOf, recordsOfScenario } from '../harness/scenario-records.ts'

const dayMs = 86_400_000
/** How long the theatre is followed after the last report: open alerts age and end. */
const daysAfter = 120

type Told = Extract<AlertEvent, { data: AlertState }>

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

const isTold = (event: AlertEvent): event is Told => event.type !== 'alert.action-refused'

const minute = (time: string) => time.slice(0, 16).replace('T', ' ')
const day = (time: string | null) => time?.slice(0, 10) ?? 'now'

function toldAs({ type, data }: Told): string {
  const { times, ruleId, severity, status, notify, evidence, headline } = data
  return `${minute(times.detectedAt)} ${type.slice('alert.'.length)} ${ruleId} (${severity}, ${status}, ${notify}, ${evidence.length}): ${headline}`
}

/**
 * The last statement of an alert, over some lines. `named`: what to call the first report of an
 * incident.
 */
function lastSaid(data: AlertState, named: (incidentId: string) => string): string {
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
  const role = (wanted: string) =>
    evidence
      .filter(piece => piece.role === wanted)
      .map(({ incidentId, revision }) => `${named(incidentId)} r${revision}`)
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
    `  triggers ${role('trigger').join(', ')}`,
    `  support ${role('support').join(', ')}; omitted ${data.evidenceOmitted}`,
    `  revision ${data.revision}, part of another ${data.partOf !== null}`
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
  const fold = new TheatreFold('sahel', digest)
  const events: Told[] = []
  for (const record of course(scenario, told))
    events.push(...fold.apply(record).alerts.filter(isTold))
  const last = new Map(events.map(event => [event.data.alertId, event.data]))
  const text = [
    ...events.map(toldAs),
    '',
    ...[...last.values()].map(data => `${lastSaid(data, id => names.get(id) ?? id)}\n`)
  ].join('\n')
  await expect(text).toMatchFileSnapshot('scenario-golden.txt')
})
