// The content of an alert, from its finding: severity, certainty, area, deaths, evidence. Pure.

import { type Finding, roundMeasure } from '../finding/finding.ts'
import { namedSupport } from '../finding/named-evidence.ts'
import {
  countedByCertainty,
  deathsOf,
  summaryOf,
  type TriggerSummary
} from '../finding/trigger-summary.ts'
import { compareText, type Incident } from '../incident/incident.ts'
import { limitNotes } from '../incident/limit-notes.ts'
import { possibleDuplicatesNote } from '../incident/possible-duplicates.ts'
import type { Severity } from '../record/severity.ts'
import { isolateRightToLeft, namesDrill, visibleText } from '../report/stated-words.ts'
import { formatTime } from '../space-time/event-time.ts'
import { roundKm } from '../space-time/geometry.ts'
import type { AlertArea, AlertLevel, AlertState, Certainty } from './alert.ts'
import { evidenceOf, type IncidentRevisions, type PublishedEvidence } from './alert-evidence.ts'

/** The part of an alert that depends on its finding only. */
export interface AlertContent {
  readonly shown: Pick<
    AlertState,
    | 'group'
    | 'headline'
    | 'explanation'
    | 'severity'
    | 'certainty'
    | 'levels'
    | 'area'
    | 'window'
    | 'measure'
    | 'evidence'
    | 'evidenceOmitted'
    | 'category'
    | 'fatalities'
    | 'handling'
    | 'drill'
  >
  readonly occurredFromMs: number
  readonly firstReportedAtMs: number
}

/**
 * A drill says so first; so does what is none, and reads as if it were one. So does a count of
 * incidents out of a crowd: who reads no more takes it as it stands, and a long headline is cut at
 * its end.
 */
export function headlineOf(finding: Finding, drill: boolean): string {
  const isOutOfCrowd = finding.triggers.some(({ inCrowd }) => inCrowd)
  const headline = `${isOutOfCrowd ? 'COUNT UNCERTAIN: ' : ''}${isolateRightToLeft(visibleText(finding.headline))}`
  if (drill) return `EXERCISE: ${headline}`
  return namesDrill(headline) ? `NOT A DRILL: ${headline}` : headline
}

/** The last published state of an alert, and its finding. */
export type PublishedContent = PublishedEvidence & Pick<AlertState, 'levels' | 'window'>

/**
 * Shapes a finding for publication. `published` is the last published state: sums continue from it,
 * and evidence that is no longer known keeps its published form.
 */
export function contentOf(
  finding: Finding,
  severities: readonly Severity[],
  revisions: IncidentRevisions,
  published: PublishedContent | null = null
): AlertContent {
  const { triggers } = finding
  const support = namedSupport(finding)
  const named = evidenceOf(finding, revisions, published)
  const sum = summaryOf(triggers, published?.finding.triggers)
  const shown = {
    group: finding.group,
    // A reader of the headline alone must not mistake a drill for a real event.
    headline: headlineOf(finding, sum.drill),
    explanation:
      isolateRightToLeft(visibleText(finding.explanation)) +
      possibleDuplicatesNote(triggers, support, sum.handling) +
      limitNotes(triggers, support, sum.handling),
    severity: severityOf(levelOf(finding), severities),
    certainty: certaintyOf(sum, finding),
    levels: levelsOf(finding, published),
    area: areaOf(finding, sum),
    window: windowOf(finding, published),
    measure: {
      name: finding.measure.name,
      value: roundMeasure(finding.measure.value),
      threshold: roundMeasure(finding.measure.threshold),
      baseline: finding.measure.baseline === null ? null : roundMeasure(finding.measure.baseline),
      falseAlarmsPerYear: null
    },
    evidence: named,
    evidenceOmitted: finding.omitted + triggers.length + finding.support.length - named.length,
    category: sum.categories,
    fatalities: finding.deaths ?? deathsOf(sum, triggers),
    handling: sum.handling,
    drill: sum.drill
  }
  return { shown, occurredFromMs: sum.occurredFromMs, firstReportedAtMs: sum.firstReportedAtMs }
}

/** Levels in the form of alerts. Those published before are unchanged. */
function levelsOf(
  { levels, triggers }: Finding,
  published: PublishedContent | null
): readonly AlertLevel[] {
  return levels.map(({ level, atMs, reason }, i) => {
    const before = published?.finding.levels[i]
    const told = published?.levels[i]
    const isTold = before?.atMs === atMs && before.level === level && before.reason === reason
    const made = makerOf(triggers, atMs)
    if (told !== undefined && isTold && told.incidentId === made?.id) return told
    const at = told !== undefined && isTold ? told.at : formatTime(atMs)
    return { level, at, reason, ...(made === undefined ? {} : { incidentId: made.id }) }
  })
}

/** The last trigger, in order of the fold, that began by a moment, if the moment lies in it. */
function makerOf(triggers: readonly Incident[], atMs: number): Incident | undefined {
  let low = 0
  let high = triggers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((triggers[middle] as Incident).fromMs <= atMs) low = middle + 1
    else high = middle
  }
  const last = triggers[low - 1]
  return last !== undefined && last.toMs >= atMs ? last : undefined
}

function windowOf(
  { fromMs, toMs }: Finding,
  published: PublishedContent | null
): AlertState['window'] {
  const from = published?.finding.fromMs === fromMs ? published.window.from : formatTime(fromMs)
  return { from, to: toMs === null ? null : formatTime(toMs) }
}

/** The greatest level that a finding has reached. */
export function levelOf(finding: Finding): number {
  return finding.levels.at(-1)?.level ?? 1
}

/**
 * The severity of a level, given the rule's severities for levels 1, 2, …; the last one holds for
 * all further levels.
 */
export function severityOf(level: number, severities: readonly Severity[]): Severity {
  return severities[Math.min(level, severities.length) - 1] ?? 'moderate'
}

/**
 * A finding rests on its best triggers, as many as its threshold requires, and has the certainty of
 * the weakest of them; one that may duplicate another counts as possible (decision 0005). A finding
 * with a certainty of its own is at most likely if all its triggers rest on assumed precision.
 * Source: patterns.md#common-ground; F and 6 hold at `possible`; core-idea.md#uncertainty-is-kept.
 */
function certaintyOf(
  sum: TriggerSummary,
  { certainty, measure: { threshold }, triggers }: Finding
): Certainty {
  const { byCertainty, surelyPlaced } = sum
  if (certainty !== undefined) {
    const [observed = 0, likely = 0, possible = 0] = byCertainty
    if (observed + likely > 0)
      return certainty === 'observed' && surelyPlaced === 0 ? 'likely' : certainty
    return possible > 0 ? 'possible' : 'unlikely'
  }
  const counted = countedByCertainty(sum, triggers)
  const count = counted.reduce((all, n) => all + n, 0)
  let needed = Math.min(count, Math.max(1, Math.round(threshold)))
  const rank = counted.findIndex(n => {
    needed -= n
    return needed <= 0
  })
  return certaintyOrder[rank] ?? 'possible'
}

/** The order in which triggers are counted by their certainty. */
const certaintyOrder: readonly Certainty[] = ['observed', 'likely', 'possible', 'unlikely']

/** Where a finding is, as its alert says it. */
export function areaOfFinding(finding: Finding): AlertArea {
  return areaOf(finding, summaryOf(finding.triggers))
}

function areaOf(finding: Finding, { countries, admin1, circle }: TriggerSummary): AlertArea {
  const { admin1: about } = finding.group
  return {
    country: countries,
    // An area's events may lie outside it, as on the roads to a town.
    admin1:
      about === undefined || admin1.includes(about) ? admin1 : [...admin1, about].sort(compareText),
    circle:
      circle !== null && !spansTheatre(finding, circle.radiusKm)
        ? [
            roundDegrees(circle.center.lat),
            roundDegrees(circle.center.lon),
            roundKm(circle.radiusKm)
          ]
        : null,
    settlement: finding.group.settlementId ?? null
  }
}

/** Above this the circle of an alert about a theatre is no place. Source: patterns.md#reach. */
const theatreCircleKm = 2400

function spansTheatre({ group }: Finding, radiusKm: number): boolean {
  return group.theatre !== undefined && radiusKm > theatreCircleKm
}

function roundDegrees(degrees: number): number {
  return Math.round(degrees * 1e4) / 1e4
}
