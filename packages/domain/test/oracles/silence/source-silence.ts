// A source that has fallen silent about one area while it continues to report from others. Read
// only by reporting-blackout, as its own fold. A scope is one source. The silence is measured by
// the source itself: it lasts as long as the source has been heard from elsewhere, and no longer.

import type { Pattern } from '../../../src/detection/pattern.ts'
import { type Finding, numberLevels } from '../../../src/finding/finding.ts'
import { type Incident, placesOf } from '../../../src/incident/incident.ts'
import { countedText, notReceivedNote } from '../../../src/patterns/episode/wording.ts'
import type { SourceSilenceParameters } from '../../../src/patterns/silence/silence-parameters.ts'
import { sourceSilence as sourceSilenceMachine } from '../../../src/patterns/silence/source-silence.ts'
import { areaInCountry } from '../../../src/space-time/area-names.ts'
import { dayMs, formatDay, overlapMs, type Span } from '../../../src/space-time/event-time.ts'
import { tableOf } from '../pattern-table.ts'
import { type Liveliest, liveliest, noteOneMore } from './source-liveliness.ts'

/** What one source reports of one area. */
interface Area {
  readonly admin1: string
  /** Reports by week, the latest weeks only, in order. */
  readonly weeks: readonly (readonly [week: number, count: number])[]
  /** Their sum. */
  readonly reports: number
  /** Until when it has reported on the area at all. */
  readonly lastMs: number
  readonly last: Incident
  /** Until when reports of the area show the source alive. */
  readonly aliveMs: number
  /** Silence that chance allows, days; null while too little is known of the rate. */
  readonly periodDays: number | null
  readonly perWeek: number
  /** Silences that may have been too long, in order, over or not. */
  readonly gaps: readonly Gap[]
}

interface Gap {
  readonly sinceMs: number
  /** Until when the source was heard from elsewhere. */
  readonly attestedMs: number
  readonly periodDays: number
  readonly perWeek: number
  readonly last: Incident
  /** The reports that followed; two end it. */
  readonly returns: readonly Incident[]
}

interface SourceSilenceState {
  readonly source: string
  /** The first report that shows the source alive. */
  readonly firstMs: number | null
  readonly areas: readonly Area[]
}

/** Maximum number of areas followed per source; further ones are ignored. */
const areasMax = 400
/** Of an area; so many that no test reaches it: the machine has no such limit. */
const gapsMax = 5000
const weekMs = 7 * dayMs

export const sourceSilence: Pattern<SourceSilenceParameters, SourceSilenceState> = {
  ...tableOf(sourceSilenceMachine),
  clock: 'watermark',
  scopesOf: incident => {
    if (incident.category === 'statistic' || incident.place.admin1 === null) return []
    return incident.witnesses.map(w => (incident.drill ? `drill/${w.sourceId}` : w.sourceId))
  },
  initial: scope => ({ source: scope.replace(/^drill\//, ''), firstMs: null, areas: [] }),
  step: (state, incident, parameters) => {
    const counts = isLive(state.source, incident)
    const firstMs = state.firstMs ?? (counts ? incident.fromMs : null)
    const { source } = state
    const { place } = incident
    if (incident.alsoAt.length === 0 && place.admin1 !== null) {
      const areas = withWord(state, place.admin1, incident, counts && place.areaCertain, parameters)
      return { source, firstMs, areas }
    }
    // Each area is judged by what was known before this incident, whatever it says of others.
    const areas = new Map(state.areas.map(area => [area.admin1, area]))
    for (const [admin1, certain] of areasOf(incident)) {
      const word = withWord(state, admin1, incident, counts && certain, parameters).find(
        a => a.admin1 === admin1
      )
      if (word) areas.set(admin1, word)
    }
    return { source, firstMs, areas: [...areas.values()].slice(0, areasMax) }
  },
  findings: (state, watermarkMs, parameters, unheard) => {
    const alive = liveliest(state.areas)
    const found: Finding[] = []
    for (const area of perhapsSilent(state.areas, alive)) {
      for (const finding of findingsOf(area, alive, state.source, watermarkMs, parameters, unheard))
        found.push(finding)
    }
    return found
  },
  nextChangeMs: (state, watermarkMs, parameters, unheard) => {
    const alive = liveliest(state.areas)
    let next = Number.POSITIVE_INFINITY
    for (const area of perhapsSilent(state.areas, alive)) {
      for (const gap of candidatesOf(area, alive)) {
        // What was attested before the watermark has been reported already.
        if (gap.attestedMs <= watermarkMs) continue
        for (const days of [gap.periodDays, gap.periodDays * parameters.escalateFactor]) {
          const atMs = reachedMs(gap, days, unheard)
          if (atMs > watermarkMs && atMs <= gap.attestedMs) next = Math.min(next, atMs)
        }
      }
    }
    return Number.isFinite(next) ? next : null
  },
  forget: (state, beforeMs) => {
    const hasPassed = (gap: Gap) => (gap.returns[1]?.fromMs ?? beforeMs) < beforeMs
    // A silence that is reported is kept, however old the last report is.
    const isKnown = (area: Area) =>
      area.periodDays !== null ||
      area.lastMs >= beforeMs - 366 * dayMs ||
      area.gaps.some(gap => !hasPassed(gap))
    const areas = state.areas.every(isKnown) ? state.areas : state.areas.filter(isKnown)
    const hasOld = (area: Area) => countOver(area.gaps, beforeMs) > 0
    if (areas === state.areas && !areas.some(hasOld)) return state
    const without = (area: Area) =>
      hasOld(area) ? { ...area, gaps: area.gaps.slice(countOver(area.gaps, beforeMs)) } : area
    return { ...state, areas: areas.map(without) }
  }
}

/** The first silences that were over before a moment, of which no later one is part. */
function countOver(gaps: readonly Gap[], beforeMs: number): number {
  let [count, endMs] = [0, Number.NEGATIVE_INFINITY]
  for (const [i, { returns }] of gaps.entries()) {
    const overMs = returns[1]?.fromMs ?? beforeMs
    if (overMs >= beforeMs) break
    endMs = Math.max(endMs, overMs)
    if ((gaps[i + 1]?.sinceMs ?? endMs) >= endMs) count = i + 1
  }
  return count
}

/**
 * True for a sufficiently graded report that a source posted as it came, unless the source is an
 * archive: it shows the source alive. Any other report only breaks a silence.
 */
function isLive(source: string, { passesGrade, witnesses }: Incident): boolean {
  return passesGrade && witnesses.some(w => w.sourceId === source && w.archived !== true)
}

/** The areas that an incident concerns, and whether each is certain. */
function areasOf(incident: Incident): Map<string, boolean> {
  const areas = new Map<string, boolean>()
  for (const { admin1, areaCertain } of placesOf(incident)) {
    if (admin1 !== null) areas.set(admin1, areaCertain || areas.get(admin1) === true)
  }
  return areas
}

/** The areas of a source after one more report of one of them. */
function withWord(
  state: SourceSilenceState,
  admin1: string,
  incident: Incident,
  counts: boolean,
  parameters: SourceSilenceParameters
): readonly Area[] {
  const { areas } = state
  const alive = liveliest(areas)
  const at = areas.findIndex(area => area.admin1 === admin1)
  if (at === -1 && areas.length >= areasMax) return areas
  const told =
    at === -1
      ? newArea(admin1, incident, counts)
      : heardAgain(areas[at] as Area, alive, state, incident, counts, parameters)
  const next = areas.slice()
  next[at === -1 ? areas.length : at] = told
  noteOneMore(next, alive, told)
  return next
}

function newArea(admin1: string, incident: Incident, counts: boolean): Area {
  const { fromMs, toMs } = incident
  return {
    admin1,
    weeks: counts ? [[Math.floor(fromMs / weekMs), 1]] : [],
    reports: counts ? 1 : 0,
    lastMs: toMs,
    last: incident,
    aliveMs: counts ? toMs : Number.MIN_SAFE_INTEGER,
    periodDays: null,
    perWeek: 0,
    gaps: []
  }
}

function heardAgain(
  area: Area,
  alive: Liveliest,
  state: SourceSilenceState,
  incident: Incident,
  counts: boolean,
  parameters: SourceSilenceParameters
): Area {
  const silence = silenceOf(area, alive, incident.fromMs)
  const isLong =
    silence !== null && silence.attestedMs - silence.sinceMs >= silence.periodDays * dayMs
  const returned = area.gaps.some(gap => gap.returns.length < 2)
    ? area.gaps.map(gap => withReturn(gap, incident))
    : area.gaps
  const gaps = isLong
    ? [...returned, { ...silence, returns: [incident] }].slice(-gapsMax)
    : returned
  const lasts = incident.toMs >= area.lastMs
  const lastMs = lasts ? incident.toMs : area.lastMs
  const last = lasts ? incident : area.last
  return counts
    ? ratedBy(area, { lastMs, last, gaps }, state.firstMs ?? incident.fromMs, incident, parameters)
    : { ...area, gaps, lastMs, last }
}

function withReturn(gap: Gap, incident: Incident): Gap {
  return gap.returns.length < 2 ? { ...gap, returns: [...gap.returns, incident] } : gap
}

/** The area with its usual rate after one more report, and the silence that chance then allows. */
function ratedBy(
  area: Area,
  { lastMs, last, gaps }: Pick<Area, 'lastMs' | 'last' | 'gaps'>,
  firstMs: number,
  { fromMs, toMs }: Incident,
  parameters: SourceSilenceParameters
): Area {
  const { weeks, reports } = withReport(area, Math.floor(fromMs / weekMs), parameters.rateWeeks)
  const days = Math.min(parameters.rateWeeks * 7, (fromMs - firstMs) / dayMs)
  const isKnown = reports >= parameters.reportsMin && days >= parameters.knownDays
  const perDay = isKnown ? reports / days : 0
  const periodDays = isKnown
    ? Math.max(parameters.silenceDaysMin, -Math.log(parameters.chance) / perDay)
    : null
  const aliveMs = Math.max(area.aliveMs, toMs)
  return {
    admin1: area.admin1,
    weeks,
    reports,
    lastMs,
    last,
    aliveMs,
    periodDays,
    perWeek: perDay * 7,
    gaps
  }
}

/** The weeks with one more report, and how many reports there are up to its week. */
function withReport(
  { weeks }: Area,
  week: number,
  rateWeeks: number
): Pick<Area, 'weeks' | 'reports'> {
  const known = new Map(weeks)
  known.set(week, (known.get(week) ?? 0) + 1)
  const counted = [...known].filter(([w]) => w > week - rateWeeks && w <= week)
  return { weeks: [...known], reports: counted.reduce((sum, [, count]) => sum + count, 0) }
}

let lastPerhaps: { readonly areas: readonly Area[]; readonly silent: readonly Area[] } = {
  areas: [],
  silent: []
}

/**
 * The areas of which a silence may be reported. Findings and the next change ask for the same areas
 * in turn.
 */
function perhapsSilent(areas: readonly Area[], alive: Liveliest): readonly Area[] {
  if (lastPerhaps.areas !== areas)
    lastPerhaps = { areas, silent: areas.filter(area => mayBeSilent(area, alive)) }
  return lastPerhaps.silent
}

/** False for most areas at most times. */
function mayBeSilent(area: Area, alive: Liveliest): boolean {
  if (area.gaps.length > 0) return true
  return area.periodDays !== null && alive.firstMs - area.lastMs >= area.periodDays * dayMs
}

/** The silence about an area up to a moment; null if it may be due to chance. */
function silenceOf(area: Area, alive: Liveliest, untilMs: number): Gap | null {
  if (area.periodDays === null) return null
  const elsewhereMs = alive.admin1 === area.admin1 ? alive.secondMs : alive.firstMs
  if (elsewhereMs <= area.lastMs) return null
  const { lastMs, last, periodDays, perWeek } = area
  return {
    sinceMs: lastMs,
    attestedMs: Math.min(elsewhereMs, untilMs),
    periodDays,
    perWeek,
    last,
    returns: []
  }
}

function candidatesOf(area: Area, alive: Liveliest): readonly Gap[] {
  const current = silenceOf(area, alive, Number.POSITIVE_INFINITY)
  return current === null || current.attestedMs - current.sinceMs < current.periodDays * dayMs
    ? area.gaps
    : [...area.gaps, current]
}

interface Settled {
  readonly unheard: readonly Span[]
  /** From this watermark on: it may move back. */
  readonly fromMs: number
  readonly findings: readonly Finding[]
}

/** The findings of an area's past silences, while they can no longer change. */
const settled = new WeakMap<readonly Gap[], Settled>()

function findingsOf(
  area: Area,
  alive: Liveliest,
  source: string,
  watermarkMs: number,
  parameters: SourceSilenceParameters,
  unheard: readonly Span[]
): readonly Finding[] {
  const candidates = candidatesOf(area, alive)
  if (candidates.length === 0) return []
  const known = candidates === area.gaps ? settled.get(candidates) : undefined
  if (known?.unheard === unheard && known.fromMs <= watermarkMs) return known.findings
  const findings = realGaps(candidates, unheard)
    .filter(gap => reachedMs(gap, gap.periodDays, unheard) <= watermarkMs)
    .map(gap => describe(source, area, gap, watermarkMs, parameters, unheard))
  const fromMs = Math.max(...candidates.map(gap => gap.attestedMs))
  if (candidates === area.gaps && fromMs <= watermarkMs)
    settled.set(candidates, { unheard, fromMs, findings })
  return findings
}

/**
 * Silences that were long enough, our own downtime not counted. One that begins before the end of
 * the one before is part of it.
 */
function realGaps(gaps: readonly Gap[], unheard: readonly Span[]): Gap[] {
  let untilMs = Number.MIN_SAFE_INTEGER
  return gaps.filter(gap => {
    if (gap.sinceMs < untilMs || reachedMs(gap, gap.periodDays, unheard) > gap.attestedMs)
      return false
    untilMs = gap.returns[1]?.fromMs ?? Number.POSITIVE_INFINITY
    return true
  })
}

/** When the silence reaches a number of days, our own downtime not counted. */
function reachedMs({ sinceMs }: Gap, days: number, unheard: readonly Span[]): number {
  let atMs = sinceMs + days * dayMs
  for (const span of unheard) {
    if (span.toMs <= sinceMs) continue
    if (span.fromMs >= atMs) break
    atMs += overlapMs(span, { fromMs: sinceMs, toMs: Number.POSITIVE_INFINITY })
  }
  return atMs
}

/**
 * A continuing silence is cached by its area, which stays the same object while nothing is heard.
 */
const described = new WeakMap<Gap | Area, { readonly levels: string; readonly finding: Finding }>()

function describe(
  source: string,
  area: Area,
  gap: Gap,
  watermarkMs: number,
  parameters: SourceSilenceParameters,
  unheard: readonly Span[]
): Finding {
  const { admin1 } = area
  const owner = gap.returns.length === 0 ? area : gap
  const { periodDays, perWeek, sinceMs, attestedMs, last, returns } = gap
  const enteredMs = reachedMs(gap, periodDays, unheard)
  const longMs = reachedMs(gap, periodDays * parameters.escalateFactor, unheard)
  const isLong = longMs <= attestedMs
  const days = roundDays(periodDays * (isLong ? parameters.escalateFactor : 1))
  const levels = [
    { atMs: enteredMs, reason: 'silent' },
    ...(isLong && longMs <= watermarkMs
      ? [{ atMs: longMs, reason: `${parameters.escalateFactor} times as long` }]
      : [])
  ]
  const told = `${isLong} ${levels.map(level => level.atMs).join(' ')}`
  const known = described.get(owner)
  if (known?.levels === told) return known.finding
  const finding: Finding = {
    group: { source, admin1 },
    // A silence about an area is identified by the last report before it alone.
    situation: null,
    fromMs: sinceMs,
    toMs: returns[1]?.fromMs ?? null,
    levels: numberLevels(levels),
    measure: {
      name: 'days without a report, at least',
      value: days,
      threshold: roundDays(periodDays),
      baseline: roundDays(7 / perWeek)
    },
    triggers: [last],
    support: [],
    omitted: 0,
    headline: `No reports from ${source} about ${areaInCountry(admin1)} since ${formatDay(sinceMs)}`,
    explanation:
      `${source} sent an average of ${countedText(roundDays(perWeek), 'report')} a week about ${areaInCountry(admin1)}, then none for at least ${countedText(days, 'day')}. ` +
      `It kept reporting from elsewhere. At the earlier rate, ${countedText(roundDays(periodDays), 'day')} without a report ${roundDays(periodDays) === 1 ? 'has' : 'have'} a probability of ${parameters.chance}. ${notReceivedNote} ` +
      'Either nothing is happening there, or nobody can report it. Two reports from there end the alert.'
  }
  described.set(owner, { levels: told, finding })
  return finding
}

function roundDays(days: number): number {
  return Math.round(days * 10) / 10
}
