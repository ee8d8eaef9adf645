// The effect of a change of rules on a theatre's alerts: the changed rules fold all retained
// incidents beside the theatre, and their findings are matched with the current alerts. The theatre
// is not changed. Runs in slices, so that other work can run in between.

import type { AlertArea } from '../alert/alert.ts'
import { areaOfFinding, headlineOf, levelOf, severityOf } from '../alert/alert-content.ts'
import { type AlertEntry, claimantOf, showTheSame } from '../alert/alert-decision.ts'
import { byTurn, matchingInSteps } from '../alert/alert-matching.ts'
import type { Claimant, SeenFinding } from '../alert/match-candidates.ts'
import { incidentsAsSeen, type ReportGround } from '../assembly/visible-incidents.ts'
import { CompoundDetection } from '../detection/compound.ts'
import { RuleDetection, usualSeverities } from '../detection/detection.ts'
import { type Blindness, mayRaise, unknownBefore } from '../detection/folded-anew.ts'
import type { NearMiss } from '../detection/near-miss.ts'
import { knowsNearMisses } from '../detection/pattern.ts'
import { findTheSame, sayTheSame } from '../detection/rewording.ts'
import { type Finding, roundMeasure } from '../finding/finding.ts'
import { isExercise } from '../finding/situation.ts'
import type { Moment } from '../fold/moment.ts'
import { compareIncidents, compareText, type Incident } from '../incident/incident.ts'
import { IncidentCalendar } from '../incident/incident-calendar.ts'
import { compoundPatterns, patterns } from '../patterns/pattern-catalogue.ts'
import type { Severity } from '../record/severity.ts'
import type { RuleVersion } from '../record/theatre-record.ts'
import { type Handling, maySee, stricter, strictest } from '../report/handling.ts'
import { formatTime } from '../space-time/event-time.ts'

/** The input of a preview: a theatre's state at one moment. Immutable. */
export interface PreviewGround extends ReportGround {
  readonly theatre: string
  /** The clearance of the reader who asks. */
  readonly clearance: Handling
  /** With the watermark of the reports that the reader may see. */
  readonly moment: Moment
  readonly boundaryMs: number
  readonly rules: readonly { readonly rule: RuleVersion; readonly findings: readonly Finding[] }[]
  readonly alerts: readonly AlertEntry[]
}

/** A rule as it would be, or its removal. */
export type PreviewedRule = RuleVersion | { readonly ruleId: string; readonly removed: true }

/** An alert as it would be, or is. */
export interface AlertSketch {
  /** Null if it would be a new one. */
  readonly alertId: string | null
  readonly ruleId: string
  /** Of the rule that finds it; null if that is not in force any more. */
  readonly pattern: string | null
  readonly group: Readonly<Record<string, string>>
  readonly headline: string
  readonly drill: boolean
  readonly severity: Severity
  readonly level: number
  readonly area: AlertArea
  readonly window: { readonly from: string; readonly to: string | null }
  readonly measure: Finding['measure']
  readonly triggers: number
  /**
   * From the start of its first trigger until it could be told, ms: its first level was reached,
   * and all reports were there that reached it. Others that came sooner may have reached it before.
   */
  readonly lateMs: number
  /** The strictest handling of its evidence, support included. */
  readonly handling: Handling
}

export interface AlertDifference {
  readonly theatre: string
  /** Number of incidents that were evaluated. */
  readonly incidents: number
  /** When the first of them began, ms; null for none. */
  readonly sinceMs: number | null
  readonly appear: readonly AlertSketch[]
  readonly change: readonly { readonly before: AlertSketch; readonly after: AlertSketch }[]
  readonly vanish: readonly AlertSketch[]
  readonly same: readonly AlertSketch[]
}

/**
 * What the changed rules are compared with: the alerts that stand, or nothing at all, which gives
 * every alert that they would have over all that is retained.
 */
export const previewBases = ['in-force', 'nothing'] as const
export type PreviewBase = (typeof previewBases)[number]

/** Incidents folded, or alerts matched, between two pauses. */
export const sliceMax = 16

/** A finding before the change, as the reader may know it. */
interface NamedFinding {
  readonly ruleId: string
  /** Null if the reader may see no alert for it. */
  readonly alertId: string | null
  readonly claimant: Claimant
  readonly held: SeenFinding | null
}

interface Ground extends Pick<PreviewGround, 'theatre' | 'moment' | 'boundaryMs' | 'rules'> {
  /** In order of the fold. */
  readonly incidents: readonly Incident[]
  readonly standing: readonly NamedFinding[]
}

/**
 * The differences, yielding at each pause. Level-1 rules that read a changed rule are evaluated
 * too. Below full clearance, the current state is folded again from visible reports: two theatres
 * that differ only in hidden ones give the same differences. Against nothing, the changed rules
 * alone are evaluated. Throws RangeError for an invalid rule.
 */
export function* previewRules(
  whole: PreviewGround,
  changes: readonly PreviewedRule[],
  against: PreviewBase = 'in-force'
): Generator<void, AlertDifference> {
  const seen = whole.clearance === strictest ? yield* asItStands(whole) : yield* asSeen(whole)
  const ground = against === 'nothing' ? { ...seen, standing: [] } : seen
  const { incidents } = ground
  const changed = new Map(changes.map(rule => [rule.ruleId, rule]))
  const findings = new Map<string, Seen>()
  for (const rule of changes) {
    if ('removed' in rule) findings.set(rule.ruleId, { rule: null, severities: [], findings: [] })
    else if (patterns.has(rule.pattern))
      findings.set(
        rule.ruleId,
        reworded(ground, rule) ?? (yield* foldLevel0(ground, rule, incidents))
      )
  }
  const level0 = [
    ...ground.rules.filter(({ rule }) => !changed.has(rule.ruleId) && patterns.has(rule.pattern)),
    ...[...findings.values()].flatMap(seen =>
      seen.rule === null ? [] : [{ ...seen, rule: seen.rule }]
    )
  ]
  const others = against === 'nothing' ? [] : ground.rules
  const level1 = [...others.map(({ rule }) => changed.get(rule.ruleId) ?? rule), ...changes]
  for (const rule of new Map(level1.map(one => [one.ruleId, one])).values()) {
    if (!('removed' in rule) && compoundPatterns.has(rule.pattern))
      findings.set(rule.ruleId, yield* foldLevel1(ground, rule, level0, incidents))
  }
  const all: AlertDifference = {
    theatre: ground.theatre,
    incidents: incidents.length,
    sinceMs: incidents[0]?.fromMs ?? null,
    appear: [],
    change: [],
    vanish: [],
    same: []
  }
  const inForce = new Map(whole.rules.map(({ rule }) => [rule.ruleId, rule.pattern]))
  let difference = all
  for (const [ruleId, seen] of [...findings].sort((a, b) => compareText(a[0], b[0])))
    difference = yield* compared(
      difference,
      ground,
      { ruleId, patternBefore: inForce.get(ruleId) ?? null },
      seen
    )
  return difference
}

/**
 * Near misses of a level-0 rule in what a reader may see; null if its pattern cannot compute them,
 * or no such rule runs here.
 */
export function* nearlyAsSeen(
  whole: PreviewGround,
  ruleId: string
): Generator<void, readonly NearMiss[] | null> {
  const rule = whole.rules.find(one => one.rule.ruleId === ruleId)?.rule
  const pattern = rule && patterns.get(rule.pattern)
  if (rule === undefined || pattern === undefined || !knowsNearMisses(pattern)) return null
  const seen = yield* visiblePart(whole)
  return (yield* detected(seen, rule, seen.incidents)).nearly()
}

function* asItStands(whole: PreviewGround): Generator<void, Ground> {
  const standing = whole.alerts.map(entry => {
    const { alertId, ruleId } = entry.state
    return { ruleId, alertId, claimant: claimantOf(entry), held: entry.held }
  })
  return { ...whole, incidents: yield* inOrder(whole.incidents), standing }
}

/** What the rules find in what a reader may see, with the ids of the alerts that state it. */
function* asSeen(whole: PreviewGround): Generator<void, Ground> {
  const part = yield* visiblePart(whole)
  const level0: Seen[] = []
  for (const { rule } of whole.rules)
    if (patterns.has(rule.pattern)) level0.push(yield* foldLevel0(part, rule, part.incidents))
  const findingsOf = level0.flatMap(({ rule, findings }) =>
    rule === null ? [] : [{ rule, findings }]
  )
  const level1: Seen[] = []
  for (const { rule } of whole.rules)
    if (compoundPatterns.has(rule.pattern))
      level1.push(yield* foldLevel1(part, rule, findingsOf, part.incidents))
  const standing: NamedFinding[] = []
  for (const seen of [...level0, ...level1]) standing.push(...(yield* namedStanding(seen, whole)))
  return { ...part, rules: findingsOf, standing }
}

type VisiblePart = Pick<Ground, 'theatre' | 'moment' | 'boundaryMs' | 'incidents'>

function* visiblePart(whole: PreviewGround): Generator<void, VisiblePart> {
  const incidents = yield* inOrder(yield* incidentsAsSeen(whole, whole.clearance))
  const moment = { ...whole.moment, past: IncidentCalendar.pastOf(incidents) }
  return { theatre: whole.theatre, boundaryMs: whole.boundaryMs, moment, incidents }
}

/** The findings of a rule, each with the visible alert that it continues. */
function* namedStanding(
  { rule, findings, severities }: Seen,
  { alerts, clearance }: PreviewGround
): Generator<void, NamedFinding[]> {
  if (rule === null) return []
  const { ruleId, ruleVersion } = rule
  const visible = alerts.filter(
    ({ state }) => state.ruleId === ruleId && maySee(clearance, state.handling)
  )
  const seen = findings.map((finding): SeenFinding => ({ finding, ruleVersion, severities }))
  const claimants = visible.map(claimantOf)
  const removed = claimants.map(({ finding }) => finding)
  const { taken } = yield* matchingInSteps(claimants, seen, { removed, added: findings })
  const names = new Map([...taken].map(([alertId, { finding }]) => [finding, alertId]))
  return findings.map((finding, i) => {
    const alertId = names.get(finding) ?? null
    const claimant = {
      alertId: alertId ?? `new ${i}`,
      firstSeq: i,
      open: true,
      holds: true,
      finding
    }
    return { ruleId, alertId, claimant, held: { finding, ruleVersion, severities } }
  })
}

export interface Seen {
  readonly rule: RuleVersion | null
  readonly severities: readonly Severity[]
  readonly findings: readonly Finding[]
  /**
   * The fold that it is of, and what that does not know; left out if it stands already, or knows
   * all.
   */
  readonly blind?: readonly Blindness[]
}

function* foldLevel0(
  ground: Times,
  rule: RuleVersion,
  incidents: readonly Incident[]
): Generator<void, Seen> {
  const detection = yield* detected(ground, rule, incidents)
  const unknown = unknownBefore(ground.moment, ground.boundaryMs, detection.pastMs)
  const { severities, findings } = detection
  return {
    rule,
    severities,
    findings,
    ...(unknown === null ? {} : { blind: [{ detection, unknown }] })
  }
}

/**
 * What a rule finds that differs from the one in force in severities, theatres or an unsaid title
 * alone; null for others.
 */
export function reworded(ground: Pick<PreviewGround, 'rules'>, rule: RuleVersion): Seen | null {
  const standing = ground.rules.find(one => one.rule.ruleId === rule.ruleId)
  const pattern = patterns.get(rule.pattern)
  if (standing === undefined || pattern === undefined || standing.rule.pattern !== rule.pattern)
    return null
  if (!findTheSame(pattern, standing.rule, rule) || !sayTheSame(standing.rule, rule)) return null
  return {
    rule,
    severities: rule.severities ?? pattern.severities ?? usualSeverities,
    findings: standing.findings
  }
}

type Times = Pick<PreviewGround, 'moment' | 'boundaryMs'>

function* detected(
  { moment, boundaryMs }: Times,
  rule: RuleVersion,
  incidents: readonly Incident[]
): Generator<void, RuleDetection> {
  const pattern = patterns.get(rule.pattern)
  if (pattern === undefined) throw new RangeError(`${rule.pattern} is not a pattern`)
  const detection = new RuleDetection(rule, pattern, moment, boundaryMs)
  for (let from = 0; from < incidents.length; from += sliceMax) {
    detection.apply([], incidents.slice(from, from + sliceMax))
    yield
  }
  return detection
}

function* foldLevel1(
  { moment, boundaryMs }: Times,
  rule: RuleVersion,
  level0: readonly {
    readonly rule: RuleVersion
    readonly findings: readonly Finding[]
    readonly blind?: Seen['blind']
  }[],
  incidents: readonly Incident[]
): Generator<void, Seen> {
  const pattern = compoundPatterns.get(rule.pattern)
  if (pattern === undefined) throw new RangeError(`${rule.pattern} is not a pattern`)
  const compound = new CompoundDetection(rule, pattern, moment, boundaryMs)
  for (let from = 0; from < incidents.length; from += sliceMax) {
    compound.apply([], incidents.slice(from, from + sliceMax))
    yield
  }
  compound.begin(
    level0.map(one => ({
      ruleId: one.rule.ruleId,
      pattern: one.rule.pattern,
      findings: one.findings
    }))
  )
  compound.update([], moment)
  const blind = level0.flatMap(one => (compound.reads(one.rule) ? (one.blind ?? []) : []))
  return { rule, severities: compound.severities, findings: compound.findings, blind }
}

/** The alerts of one rule matched with what it would find, as the alert book would match them. */
function* compared(
  before: AlertDifference,
  ground: Ground,
  { ruleId, patternBefore }: { readonly ruleId: string; readonly patternBefore: string | null },
  { rule, severities, findings, blind = [] }: Seen
): Generator<void, AlertDifference> {
  const [was, is] = [
    { ruleId, pattern: patternBefore },
    { ruleId, pattern: rule?.pattern ?? null }
  ]
  const [appear, change, vanish, same] = [
    [...before.appear],
    [...before.change],
    [...before.vanish],
    [...before.same]
  ]
  const seen = findings.map(
    (finding): SeenFinding => ({ finding, ruleVersion: rule?.ruleVersion ?? 0, severities })
  )
  const own = ground.standing.filter(one => one.ruleId === ruleId)
  const inTurn = own.sort((a, b) => byTurn(a.claimant, b.claimant))
  // Another version of a rule replaces all findings of the one before.
  const removed = own.flatMap(({ held }) => (held === null ? [] : [held.finding]))
  const claimants = inTurn.map(({ claimant }) => claimant)
  const { taken, left } = yield* matchingInSteps(claimants, seen, { removed, added: findings })
  for (const [i, { alertId, claimant, held }] of inTurn.entries()) {
    if (i % sliceMax === 0) yield
    const found = taken.get(claimant.alertId)
    if (found === undefined && held !== null) vanish.push(sketchOf(held, was, alertId))
    if (found === undefined) continue
    const after = sketchOf(found, is, alertId)
    if (held === null) appear.push(after)
    else if (showTheSame(held, found)) same.push(after)
    else change.push({ before: sketchOf(held, was, alertId), after })
  }
  const isOverFindings = compoundPatterns.has(rule?.pattern ?? '')
  for (const found of left)
    if (mayRaise(found.finding, blind, isOverFindings)) appear.push(sketchOf(found, is, null))
  return { ...before, appear, change, vanish, same }
}

function sketchOf(
  { finding, severities }: SeenFinding,
  rule: Pick<AlertSketch, 'ruleId' | 'pattern'>,
  alertId: string | null
): AlertSketch {
  const { measure } = finding
  const drill = isExercise(finding)
  return {
    alertId,
    ...rule,
    group: finding.group,
    headline: headlineOf(finding, drill),
    drill,
    severity: severityOf(levelOf(finding), severities),
    level: levelOf(finding),
    area: areaOfFinding(finding),
    window: {
      from: formatTime(finding.fromMs),
      to: finding.toMs === null ? null : formatTime(finding.toMs)
    },
    measure: {
      name: measure.name,
      value: roundMeasure(measure.value),
      threshold: roundMeasure(measure.threshold),
      baseline: measure.baseline === null ? null : roundMeasure(measure.baseline)
    },
    triggers: finding.triggers.length,
    lateMs: lateOf(finding),
    handling: [...finding.triggers, ...finding.support]
      .map(({ handling }) => handling)
      .reduce(stricter, 'public')
  }
}

function lateOf({ triggers, levels, fromMs }: Finding): number {
  const reachedMs = levels[0]?.atMs ?? fromMs
  const reaching = triggers.filter(incident => incident.fromMs <= reachedMs)
  const toldMs = reaching.reduce(
    (latest, { firstReportedAtMs }) => Math.max(latest, firstReportedAtMs),
    reachedMs
  )
  return toldMs - triggers.reduce((first, incident) => Math.min(first, incident.fromMs), reachedMs)
}

/** In order of the fold, with pauses: sorted runs, merged pairwise. */
function* inOrder(incidents: readonly Incident[]): Generator<void, readonly Incident[]> {
  let runs: Incident[][] = []
  for (let from = 0; from < incidents.length; from += 1024) {
    runs.push(incidents.slice(from, from + 1024).sort(compareIncidents))
    yield
  }
  while (runs.length > 1) {
    const merged: Incident[][] = []
    for (let i = 0; i < runs.length; i += 2)
      merged.push(yield* mergedRuns(runs[i] as Incident[], runs[i + 1] ?? []))
    runs = merged
  }
  return runs[0] ?? []
}

function* mergedRuns(a: readonly Incident[], b: readonly Incident[]): Generator<void, Incident[]> {
  const merged: Incident[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (merged.length % 4096 === 4095) yield
    const [one, other] = [a[i], b[j]]
    const takesOther =
      one === undefined || (other !== undefined && compareIncidents(other, one) < 0)
    merged.push((takesOther ? other : one) as Incident)
    if (takesOther) j += 1
    else i += 1
  }
  return merged
}
