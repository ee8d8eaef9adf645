// A source that has fallen silent about one area while it goes on to report from others. A fold of its own of reporting-blackout, which alone reads it. One
// scope is one source. The silence is measured by the source itself: it lasts as long as the source has been heard from elsewhere, and no longer.

import type { Pattern } from '../../detection/pattern.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import { type Incident, placesOf } from '../../incident/incident.ts'
import { areaInCountry } from '../../space-time/area-names.ts'
import { dayMs, formatDay, overlapMs, type Span } from '../../space-time/event-time.ts'
import { countedText } from '../episode/wording.ts'
import { type Liveliest, liveliest, noteOneMore } from './source-liveliness.ts'

export interface SourceSilenceParameters {
  readonly chance: number
  readonly rateWeeks: number
  readonly reportsMin: number
  readonly knownDays: number
  readonly silenceDaysMin: number
  readonly escalateFactor: number
}

/** What one source says of one area. */
interface Area {
  readonly admin1: string
  /** Reports by week, the last weeks alone, in order. */
  readonly weeks: readonly (readonly [week: number, count: number])[]
  /** The sum of these. */
  readonly reports: number
  /** Until when it has spoken of the area at all. */
  readonly lastMs: number
  readonly last: Incident
  /** Until when it has spoken of the area in such a way that it shows it alive. */
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
  /** The reports that came then; two end it. */
  readonly returns: readonly Incident[]
}

interface SourceSilenceState {
  readonly source: string
  /** The first report that shows the source alive. */
  readonly firstMs: number | null
  readonly areas: readonly Area[]
}

/** Areas that are followed of one source; a further one is not. */
export const areasMax = 400
/** Silences of one area that are remembered; of more, the latest. */
const gapsMax = 50
const weekMs = 7 * dayMs

export const sourceSilence: Pattern<SourceSilenceParameters, SourceSilenceState> = {
  id: 'source-silence',
  parameters: {
    chance: {
      default: 0.01,
      unit: 'probability',
      meaning: 'of a silence as long as that if nothing had changed: T with e^(−λT) of this',
      source: 'patterns.md#reporting-blackout',
      min: 1e-6,
      max: 0.5
    },
    rateWeeks: { default: 26, unit: 'weeks', meaning: 'over which the usual rate λ is taken', source: 'decision 0018' },
    reportsMin: { default: 5, unit: 'reports', meaning: 'in that time for the rate to be known', source: 'decision 0018' },
    knownDays: { default: 28, unit: 'days', meaning: 'that the source itself must be known for', source: 'decision 0018' },
    silenceDaysMin: {
      default: 3,
      unit: 'days',
      meaning: 'a shorter silence is none: days are how sharp dates are',
      source: 'decision 0018'
    },
    escalateFactor: {
      default: 3,
      unit: 'times',
      meaning: 'T after which it escalates',
      source: 'patterns.md#reporting-blackout',
      min: 1
    }
  },
  clock: 'watermark',
  examples: [],
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
      const word = withWord(state, admin1, incident, counts && certain, parameters).find(a => a.admin1 === admin1)
      if (word) areas.set(admin1, word)
    }
    return { source, firstMs, areas: [...areas.values()].slice(0, areasMax) }
  },
  findings: (state, watermarkMs, parameters, unheard) => {
    const alive = liveliest(state.areas)
    const found: Finding[] = []
    for (const area of perhapsSilent(state.areas, alive)) {
      for (const finding of findingsOf(area, alive, state.source, watermarkMs, parameters, unheard)) found.push(finding)
    }
    return found
  },
  nextChangeMs: (state, watermarkMs, parameters, unheard) => {
    const alive = liveliest(state.areas)
    let next = Number.POSITIVE_INFINITY
    for (const area of perhapsSilent(state.areas, alive)) {
      for (const gap of candidatesOf(area, alive)) {
        // What was attested before the watermark is told already.
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
    // A silence that is told of is not forgotten, however long ago the last word was.
    const isKnown = (area: Area) =>
      area.periodDays !== null || area.lastMs >= beforeMs - 366 * dayMs || area.gaps.some(gap => !hasPassed(gap))
    const areas = state.areas.every(isKnown) ? state.areas : state.areas.filter(isKnown)
    const hasOld = (area: Area) => area.gaps.some(hasPassed)
    if (areas === state.areas && !areas.some(hasOld)) return state
    const without = (area: Area) => (hasOld(area) ? { ...area, gaps: area.gaps.filter(gap => !hasPassed(gap)) } : area)
    return { ...state, areas: areas.map(without) }
  }
}

/** Posted as it came, by a source that is no archive, and good enough: it shows that the source is alive. Anything else only breaks a silence. */
function isLive(source: string, { passesGrade, witnesses }: Incident): boolean {
  return passesGrade && witnesses.some(w => w.sourceId === source && w.archived !== true)
}

/** The areas that an incident speaks of, and whether it certainly lies there. */
function areasOf(incident: Incident): Map<string, boolean> {
  const areas = new Map<string, boolean>()
  for (const { admin1, areaCertain } of placesOf(incident)) {
    if (admin1 !== null) areas.set(admin1, areaCertain || areas.get(admin1) === true)
  }
  return areas
}

/** The areas of a source after one more word of one of them. */
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
    at === -1 ? newArea(admin1, incident, counts) : heardAgain(areas[at] as Area, alive, state, incident, counts, parameters)
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
  const isLong = silence !== null && silence.attestedMs - silence.sinceMs >= silence.periodDays * dayMs
  const returned = area.gaps.some(gap => gap.returns.length < 2) ? area.gaps.map(gap => withReturn(gap, incident)) : area.gaps
  const gaps = isLong ? [...returned, { ...silence, returns: [incident] }].slice(-gapsMax) : returned
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

/** The area with the usual rate after one more report, and the silence that chance then allows. */
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
  const periodDays = isKnown ? Math.max(parameters.silenceDaysMin, -Math.log(parameters.chance) / perDay) : null
  const aliveMs = Math.max(area.aliveMs, toMs)
  return { admin1: area.admin1, weeks, reports, lastMs, last, aliveMs, periodDays, perWeek: perDay * 7, gaps }
}

/** The weeks with one more report, in the last of them or a later one; those that have become too old are gone. */
function withReport({ weeks, reports }: Area, week: number, rateWeeks: number): Pick<Area, 'weeks' | 'reports'> {
  const last = weeks.at(-1)
  if (last?.[0] === week) {
    const next = weeks.slice()
    next[weeks.length - 1] = [week, last[1] + 1]
    return { weeks: next, reports: reports + 1 }
  }
  const old = weeks.filter(([w]) => w <= week - rateWeeks)
  const gone = old.reduce((sum, [, count]) => sum + count, 0)
  return { weeks: [...weeks.slice(old.length), [week, 1]], reports: reports - gone + 1 }
}

let lastPerhaps: { readonly areas: readonly Area[]; readonly silent: readonly Area[] } = { areas: [], silent: [] }

/** The areas of which a silence may be told. What stands, and when that changes, is asked of the same areas one after the other. */
function perhapsSilent(areas: readonly Area[], alive: Liveliest): readonly Area[] {
  if (lastPerhaps.areas !== areas) lastPerhaps = { areas, silent: areas.filter(area => mayBeSilent(area, alive)) }
  return lastPerhaps.silent
}

/** False for most areas at most times. */
function mayBeSilent(area: Area, alive: Liveliest): boolean {
  if (area.gaps.length > 0) return true
  return area.periodDays !== null && alive.firstMs - area.lastMs >= area.periodDays * dayMs
}

/** The silence about an area up to a moment; null where none could be told from chance. */
function silenceOf(area: Area, alive: Liveliest, untilMs: number): Gap | null {
  if (area.periodDays === null) return null
  const elsewhereMs = alive.admin1 === area.admin1 ? alive.secondMs : alive.firstMs
  if (elsewhereMs <= area.lastMs) return null
  const { lastMs, last, periodDays, perWeek } = area
  return { sinceMs: lastMs, attestedMs: Math.min(elsewhereMs, untilMs), periodDays, perWeek, last, returns: [] }
}

function candidatesOf(area: Area, alive: Liveliest): readonly Gap[] {
  const current = silenceOf(area, alive, Number.POSITIVE_INFINITY)
  return current === null || current.attestedMs - current.sinceMs < current.periodDays * dayMs
    ? area.gaps
    : [...area.gaps, current]
}

interface Settled {
  readonly unheard: readonly Span[]
  /** From this watermark on: it may step back. */
  readonly fromMs: number
  readonly findings: readonly Finding[]
}

/** What is told of the silences of an area that are over, while nothing more can be told of them. */
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
  if (candidates === area.gaps && fromMs <= watermarkMs) settled.set(candidates, { unheard, fromMs, findings })
  return findings
}

/** Silences that were long enough while somebody listened. One that begins before the one before it has ended is part of it. */
function realGaps(gaps: readonly Gap[], unheard: readonly Span[]): Gap[] {
  let untilMs = Number.MIN_SAFE_INTEGER
  return gaps.filter(gap => {
    if (gap.sinceMs < untilMs || reachedMs(gap, gap.periodDays, unheard) > gap.attestedMs) return false
    untilMs = gap.returns[1]?.fromMs ?? Number.POSITIVE_INFINITY
    return true
  })
}

/** When the silence has lasted so many days in which somebody listened. */
function reachedMs({ sinceMs }: Gap, days: number, unheard: readonly Span[]): number {
  let atMs = sinceMs + days * dayMs
  for (const span of unheard) {
    if (span.toMs <= sinceMs) continue
    if (span.fromMs >= atMs) break
    atMs += overlapMs(span, { fromMs: sinceMs, toMs: Number.POSITIVE_INFINITY })
  }
  return atMs
}

/** A silence that goes on is that of its area, which stays the same object as long as nothing is heard. */
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
    ...(isLong && longMs <= watermarkMs ? [{ atMs: longMs, reason: `${parameters.escalateFactor} times as long` }] : [])
  ]
  const told = `${isLong} ${levels.map(level => level.atMs).join(' ')}`
  const known = described.get(owner)
  if (known?.levels === told) return known.finding
  const finding: Finding = {
    group: { source, admin1 },
    // A silence about an area: it rests on the last word before it alone.
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
    headline: `No word from ${source} about ${areaInCountry(admin1)} since ${formatDay(sinceMs)}`,
    explanation:
      `${source} had sent ${countedText(roundDays(perWeek), 'report')} a week about ${areaInCountry(admin1)}, and goes on to report from elsewhere. If nothing had changed, a silence of ` +
      `${roundDays(periodDays)} days would have a chance of ${parameters.chance}; this one is of ${days} days at least, days on which nobody listened not counted. ` +
      'It may be that nothing happens there; it may be that nobody can tell. Two reports from there end it.'
  }
  described.set(owner, { levels: told, finding })
  return finding
}

function roundDays(days: number): number {
  return Math.round(days * 10) / 10
}
