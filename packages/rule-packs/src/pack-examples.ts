// Runs the examples of a pack: their reports are folded as in a theatre, and the alerts at the end
// are compared with the expected ones.

import { digest } from '@tocsin/contracts/json/digest'
import type { AlertStatement } from '@tocsin/contracts/record/alert-event-v3'
import { engineVersion } from '@tocsin/contracts/record/records'
import type { Place, ReportRevision } from '@tocsin/contracts/theatre/report'
import type { TheatrePayload } from '@tocsin/contracts/theatre/theatre-record'
import { dayMs, formatTime, parseSpan, parseTimeMs } from '@tocsin/domain/space-time/event-time'
import { isIncidentPattern } from '@tocsin/engine/theatre/rule-check'
import { makeRuleSet } from '@tocsin/engine/theatre/rule-set'
import { StatementFold } from '@tocsin/engine/theatre/statement-fold'
import {
  type ExampleLocation,
  type ExampleReport,
  type ExpectedAlert,
  type PackExample,
  type PackRule,
  type RulePack,
  withoutTheatres
} from './pack.ts'

export interface ExampleOutcome {
  readonly ruleId: string
  readonly example: string
  /** Line of the example in its file. */
  readonly line: number
  readonly passed: boolean
  /** Expected but missing; in words. */
  readonly missing: readonly string[]
  /** Present but not expected; in words. */
  readonly unexpected: readonly string[]
}

const theatre = 'example'
/**
 * Default source of examples: usually reliable, three days late, heard from at least every two
 * months.
 */
const exampleSource = {
  reliability: 'B',
  latenessDays: 3,
  cadenceDays: 60,
  archive: false
} as const
const retentionDays = 3650

/**
 * Runs all examples of enabled and disabled rules. Pure; O(reports). Examples that cannot run fail
 * with the reason.
 */
export function* runExamples(pack: RulePack): Generator<ExampleOutcome> {
  for (const rule of pack.rules)
    for (const example of rule.examples) yield runExample(pack, rule, example)
}

function runExample(pack: RulePack, rule: PackRule, example: PackExample): ExampleOutcome {
  const alerts = computeExampleAlerts(pack, rule, example)
  const left = new Set(alerts)
  const missing: string[] = []
  for (const expected of example.expect) {
    const found = [...left].find(alert => isAsExpected(alert, expected))
    if (found === undefined) missing.push(describeExpected(expected))
    else left.delete(found)
  }
  const unexpected = [...left].map(describeAlert)
  const passed = missing.length === 0 && unexpected.length === 0
  return {
    ruleId: rule.draft.ruleId,
    example: example.name,
    line: example.line,
    passed,
    missing,
    unexpected
  }
}

/**
 * The rule's alerts at the end. A rule over findings gets the rules of its pack that it may read.
 */
export function computeExampleAlerts(
  pack: RulePack,
  rule: PackRule,
  example: PackExample
): readonly AlertStatement[] {
  const others = isIncidentPattern(rule.draft.pattern)
    ? []
    : pack.rules.filter(({ draft }) => isIncidentPattern(draft.pattern))
  const rules = [...others.filter(other => other !== rule), rule]
  return foldExample(rules, example).filter(
    ({ ruleId, status }) => ruleId === rule.draft.ruleId && status !== 'retracted'
  )
}

/** The last statement of each alert. */
function foldExample(rules: readonly PackRule[], example: PackExample): readonly AlertStatement[] {
  const options = { theatre, engine: engineVersion, retentionDays }
  const fold = new StatementFold(
    makeRuleSet(rules.map(({ draft }) => withoutTheatres(draft))),
    options
  )
  const statements = new Map<string, AlertStatement>()
  let count = 0
  let nowMs = 0
  const apply = (payload: TheatrePayload) => {
    count += 1
    const record = { ...payload, id: `record-${count}`, theatre, time: formatTime(nowMs) }
    for (const { statement } of fold.apply(record)) statements.set(statement.alertId, statement)
  }
  const tickTo = (ms: number) => {
    if (ms <= nowMs) return
    nowMs = ms
    apply({ type: 'clock.ticked', data: { to: formatTime(ms), gap: false } })
  }
  const revisions = example.reports
    .map(toRevision)
    .sort((a, b) => parseTimeMs(a.reportedAt) - parseTimeMs(b.reportedAt))
  const untilMs = parseTimeMs(example.until)
  const sinceMs = example.since === null ? null : parseTimeMs(example.since)
  const first = revisions[0] === undefined ? untilMs : parseTimeMs(revisions[0].reportedAt)
  tickTo(Math.min(sinceMs ?? first, first) - dayMs)
  for (const id of new Set(revisions.map(({ sourceId }) => sourceId)))
    apply({ type: 'source.configured', data: { id, ...exampleSource } })
  if (sinceMs !== null) apply({ type: 'report.received', data: buildFirstReport(sinceMs) })
  for (const revision of revisions) {
    tickTo(Math.min(Math.floor(parseTimeMs(revision.reportedAt) / dayMs) * dayMs, untilMs))
    apply({ type: 'report.received', data: revision })
  }
  tickTo(untilMs)
  return [...statements.values()]
}

/** A report that no rule reads, with which the theatre's past begins. */
function buildFirstReport(sinceMs: number): ReportRevision {
  const at = formatTime(sinceMs).slice(0, 10)
  return toRevision({ at, category: 'other', location: { country: 'AQ' }, source: 'since' }, -1)
}

function toRevision(report: ExampleReport, index: number): ReportRevision {
  const to = report.to ?? report.at
  const place = toPlace(report.location)
  const reportedAt =
    report.reportedAt === undefined
      ? parseSpan({ from: report.at, to }).toMs
      : parseTimeMs(report.reportedAt)
  const id = `report-${index + 1}`
  return {
    reportId: id,
    contentHash: digest('example', id),
    sourceId: report.source ?? 'a',
    externalId: id,
    reportedAt: formatTime(reportedAt),
    occurred: { from: report.at, to },
    category: report.category,
    tactics: report.tactics ?? [],
    place,
    alsoAt: (report.alsoAt ?? []).map(toPlace),
    actors: (report.actors ?? []).map(actor =>
      typeof actor === 'string'
        ? { name: actor, role: report.category === 'advisory' ? 'issuer' : 'perpetrator' }
        : { name: actor.name, role: actor.role ?? null }
    ),
    targets: (report.targets ?? []).map(kind => ({ kind })),
    fatalities: {
      low: report.fatalities?.low ?? null,
      best: report.fatalities?.best ?? null,
      high: report.fatalities?.high ?? null
    },
    credibility: report.credibility ?? 2,
    handling: report.handling ?? 'internal',
    persons: (report.persons ?? []).map(({ key, role, kind }) => ({
      key,
      role: role ?? null,
      kind: kind ?? null,
      aliasKeys: []
    })),
    narrativeKey: null,
    linkKeys: [],
    private: null,
    drill: report.drill ?? false,
    theatre,
    lane: 'live'
  }
}

/** The place that intake would resolve, without a gazetteer: a name is a settlement of its area. */
function toPlace(location: ExampleLocation): Place {
  const { name = null, lat = null, lon = null } = location
  const admin1 = location.admin1 ?? null
  const country = location.country ?? admin1?.slice(0, 2) ?? null
  return {
    name,
    country,
    admin1,
    statedAdmin1: admin1,
    foundAdmin1: null,
    lat,
    lon,
    radiusKm: lat === null ? null : (location.radiusKm ?? 2),
    settlement:
      name === null ? null : `${admin1 ?? country}/${name.toLowerCase().replaceAll(/\s+/g, '-')}`,
    settlementName: name,
    resolution: lat === null ? 'unresolved' : 'stated',
    candidates: [],
    ...(location.neighbours === undefined ? {} : { neighbours: location.neighbours }),
    ...(location.seat === undefined ? {} : { seat: location.seat })
  }
}

function isAsExpected(alert: AlertStatement, expected: ExpectedAlert): boolean {
  const { group = {}, level, severity, certainty, open, headline } = expected
  return (
    Object.entries(group).every(([name, value]) => alert.group[name] === value) &&
    (level === undefined || (alert.levels.at(-1)?.level ?? 1) === level) &&
    (severity === undefined || alert.severity === severity) &&
    (certainty === undefined || alert.certainty === certainty) &&
    (open === undefined || (alert.window.to === null) === open) &&
    (headline === undefined || alert.headline === headline)
  )
}

function describeAlert({
  group,
  levels,
  severity,
  certainty,
  window,
  headline
}: AlertStatement): string {
  return describeExpected({
    group,
    level: levels.at(-1)?.level ?? 1,
    severity,
    certainty,
    open: window.to === null,
    headline
  })
}

function describeExpected({
  group = {},
  level,
  severity,
  certainty,
  open,
  headline
}: ExpectedAlert): string {
  const names = Object.entries(group).map(([name, value]) => `${name} ${value}`)
  const parts = [
    ...names,
    ...(level === undefined ? [] : [`level ${level}`]),
    ...(severity === undefined ? [] : [severity]),
    ...(certainty === undefined ? [] : [certainty]),
    ...(open === undefined ? [] : [open ? 'open' : 'ended']),
    ...(headline === undefined ? [] : [`"${headline}"`])
  ]
  return parts.length === 0 ? 'any alert' : parts.join(', ')
}
