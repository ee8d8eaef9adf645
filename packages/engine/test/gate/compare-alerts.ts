// Compares the alerts of this engine with those of packages/domain, both with the default rules, on
// files of UCDP GED and on scenarios: `node compare-alerts.ts [--list RULE] FILE…`. Two alerts of a
// rule match if they have a trigger in common. `--list` prints the alerts that match none.

import { parseArgs } from 'node:util'
import { severities } from '@tocsin/domain/record/severity'
import type { RuleVersion, TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { noFacts } from '../../../../services/rules/src/theatre/published-alerts.ts'
import { TheatreOwner } from '../../../../services/rules/src/theatre/theatre-owner.ts'
import { allRules } from '../../../bench/src/load/fold-engine.ts'
import {
  type AlertChange,
  changesAlert,
  parseAlertRecord
} from '../../../contracts/src/record/alert-event-v3.ts'
import { ruleDefinitions } from '../../src/rules/catalogue.ts'
import { LevelFold } from '../../src/theatre/level-fold.ts'
import { makeRuleSet } from '../../src/theatre/rule-set.ts'
import { readArchiveRecords, readScenarioRecords } from './read-records.ts'

interface Seen {
  readonly id: string
  readonly ruleId: string
  readonly raised: string
  readonly group: string
  /** Ids of incidents that were a trigger at any time. */
  readonly triggers: Set<string>
  status: string
  from: string
  to: string | null
  /** Highest reached. */
  level: number
  severity: number
  /** Names of its events, in order. */
  readonly events: string[]
}

interface Course {
  readonly alerts: ReadonlyMap<string, Seen>
  readonly events: number
  readonly bytes: number
}

type Statement = Pick<Seen, 'id' | 'ruleId' | 'status' | 'from' | 'to' | 'level'> & {
  readonly raised: string
  readonly name: string
  readonly group: object
  readonly severity: string
  readonly triggers: readonly string[]
}

function note(alerts: Map<string, Seen>, statement: Statement): void {
  const { id, ruleId, raised, group, triggers, name, severity, level, ...rest } = statement
  const seen = alerts.get(id) ?? {
    ...{ id, ruleId, raised, group: JSON.stringify(group), triggers: new Set<string>() },
    ...{ ...rest, level: 0, severity: 0, events: [] }
  }
  alerts.set(id, seen)
  Object.assign(seen, rest)
  seen.level = Math.max(seen.level, level)
  seen.severity = Math.max(seen.severity, severities.indexOf(severity as 'minor'))
  seen.events.push(name)
  for (const trigger of triggers) seen.triggers.add(trigger)
}

function foldPresent(records: readonly TheatreRecord[]): Course {
  const { theatre } = records[0]!
  const owner = new TheatreOwner(
    theatre,
    { ...noFacts(), lastIncidentSeq: Number.MAX_SAFE_INTEGER },
    null
  )
  const alerts = new Map<string, Seen>()
  let [events, bytes] = [0, 0]
  const fold = (record: TheatreRecord) => {
    const output = owner.take(record)
    for (const { value } of output.alerts) bytes += value?.length ?? 0
    for (const event of output.events) {
      if (event.type === 'alert.action-refused') continue
      events += 1
      const { alertId, ruleId, status, levels, severity, window, group, evidence } = event.data
      note(alerts, {
        ...{ id: alertId, ruleId, status, level: levels.length, severity, group },
        ...{ from: window.from.slice(0, 10), to: window.to?.slice(0, 10) ?? null },
        ...{ raised: record.time.slice(0, 10), name: event.type.slice(6) },
        triggers: evidence.flatMap(({ role, incidentId }) => (role === 'trigger' ? incidentId : []))
      })
    }
  }
  for (const record of records) fold(record)
  return { alerts, events, bytes }
}

function foldNext(records: readonly TheatreRecord[], rules: readonly RuleVersion[]): Course {
  const alerts = new Map<string, Seen>()
  const states = new Map<string, Partial<AlertChange>>()
  /** Of the reports in the order of the log: events name a report by its place. */
  const ids: string[] = []
  let [events, bytes] = [0, 0]
  const write = (text: string) => {
    events += 1
    bytes += text.length
    const { event, envelope } = parseAlertRecord(text)
    if (!changesAlert(event)) return
    const { data } = event
    const state = { ...states.get(data.alertId), ...data }
    states.set(data.alertId, state)
    note(alerts, {
      id: data.alertId,
      ruleId: state.ruleId!,
      status: state.status!,
      level: state.levels!.length,
      severity: state.severity!,
      group: state.group!,
      from: state.from!,
      to: state.to ?? null,
      raised: envelope.time.slice(0, 10),
      name: event.type.slice(6),
      triggers: (data.added ?? []).map(number => ids[number - 1]!)
    })
  }
  const { theatre } = records[0]!
  const fold = new LevelFold(makeRuleSet(rules), {
    theatre,
    fold: 'internal',
    engine: 'next',
    write
  })
  for (const record of records) {
    if (record.type === 'report.received') ids.push(record.data.reportId)
    fold.apply(record)
  }
  return { alerts, events, bytes }
}

function listFinal({ alerts }: Course, ruleId: string): readonly Seen[] {
  return [...alerts.values()].filter(one => one.ruleId === ruleId && one.status !== 'retracted')
}

/** Of each alert, the one of the others with most triggers in common. */
function matchAlerts(own: readonly Seen[], others: readonly Seen[]): ReadonlyMap<Seen, Seen> {
  const byTrigger = new Map<string, Seen[]>()
  for (const other of others)
    for (const trigger of other.triggers)
      byTrigger.set(trigger, [...(byTrigger.get(trigger) ?? []), other])
  const matched = new Map<Seen, Seen>()
  for (const one of own) {
    const counts = new Map<Seen, number>()
    for (const trigger of one.triggers)
      for (const other of byTrigger.get(trigger) ?? [])
        counts.set(other, (counts.get(other) ?? 0) + 1)
    const [best] = [...counts].sort((a, b) => b[1] - a[1])
    if (best !== undefined) matched.set(one, best[0])
  }
  return matched
}

const header = [
  ...['rule', 'today', 'found', '%', 'here', 'known', '%', 'same day', 'earlier', 'later'],
  ...['severity =', '>', '<', 'triggers', 'here', 'common', 'retracted', 'here']
]
const widths = [25, 6, 6, 4, 6, 6, 4, 9, 8, 6, 11, 5, 5, 9, 7, 7, 10, 6]

function printRow(cells: readonly (string | number)[]): void {
  console.log(
    cells
      .map((cell, i) => (i === 0 ? `${cell}`.padEnd(widths[0]!) : `${cell}`.padStart(widths[i]!)))
      .join('')
  )
}

function compareRule(present: Course, next: Course, ruleId: string, list: boolean): void {
  const [theirs, ours] = [listFinal(present, ruleId), listFinal(next, ruleId)]
  const found = matchAlerts(theirs, ours)
  const known = matchAlerts(ours, theirs)
  const pairs = [...found]
  const count = (test: (a: Seen, b: Seen) => boolean) => pairs.filter(([a, b]) => test(a, b)).length
  const percent = (part: number, whole: number) =>
    whole === 0 ? '–' : Math.round((100 * part) / whole)
  const collect = (alerts: readonly Seen[]) => new Set(alerts.flatMap(one => [...one.triggers]))
  const [triggers, here] = [collect(theirs), collect(ours)]
  const countRetracted = ({ alerts }: Course) =>
    [...alerts.values()].filter(one => one.ruleId === ruleId && one.status === 'retracted').length
  printRow([
    ...[ruleId, theirs.length, found.size, percent(found.size, theirs.length)],
    ...[ours.length, known.size, percent(known.size, ours.length)],
    count((a, b) => a.raised === b.raised),
    count((a, b) => b.raised < a.raised),
    count((a, b) => b.raised > a.raised),
    count((a, b) => a.severity === b.severity),
    count((a, b) => b.severity > a.severity),
    count((a, b) => b.severity < a.severity),
    ...[triggers.size, here.size, triggers.intersection(here).size],
    ...[countRetracted(present), countRetracted(next)]
  ])
  if (!list) return
  for (const one of theirs) if (!found.has(one)) console.log('  only today', formatSeen(one))
  for (const one of ours) if (!known.has(one)) console.log('  only here ', formatSeen(one))
  for (const [one, other] of pairs)
    if (one.raised !== other.raised || one.severity !== other.severity)
      console.log('  differs   ', formatSeen(one), '\n         for', formatSeen(other))
}

function formatSeen({ raised, from, to, level, severity, group, triggers, events }: Seen): string {
  const kinds = [...new Set(events)].join('+')
  return `${raised} ${group} ${from}–${to ?? ''} level ${level} ${severities[severity]} ${kinds} ${triggers.size} triggers: ${[...triggers].map(id => id.slice(0, 6)).slice(0, 12)}`
}

async function compareFile(path: string, list: string | undefined): Promise<void> {
  const rules = allRules.filter(({ pattern }) => ruleDefinitions.has(pattern))
  const records = path.endsWith('.ndjson')
    ? readScenarioRecords(path, rules)
    : await readArchiveRecords(path, rules)
  const missing = allRules.filter(rule => !rules.includes(rule)).map(({ ruleId }) => ruleId)
  const [present, next] = [foldPresent(records), foldNext(records, rules)]
  const describe = ({ alerts, events, bytes }: Course) =>
    `${alerts.size} alerts, ${events} events, ${bytes} bytes`
  console.log(`\n${path.replace(/^.*\//, '')}: ${records.length} records`)
  console.log(`today ${describe(present)}; here ${describe(next)}; not here: ${missing}`)
  printRow(header)
  for (const { ruleId } of rules)
    compareRule(present, next, ruleId, list === ruleId || list === 'all')
}

const { values, positionals } = parseArgs({
  options: { list: { type: 'string' } },
  allowPositionals: true
})
for (const path of positionals) await compareFile(path, values.list)
