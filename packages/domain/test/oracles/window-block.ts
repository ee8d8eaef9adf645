// The window blocks of the first engine: an immutable fold. What the machine finds must be the
// same.
//
// What count, distinct-count, sum and all-of share: a measure over the incidents of a window, an
// entry at one threshold, a leave below another, and levels between. The measure changes with event
// time alone: up when an incident begins, down when the window has passed its end.

import { type NearMiss, nearShare } from '../../src/detection/near-miss.ts'
import { addEvidence, type Pattern } from '../../src/detection/pattern.ts'
import { evidenceMax, type Finding, numberLevels, roundMeasure } from '../../src/finding/finding.ts'
import type { Incident } from '../../src/incident/incident.ts'
import type { BlockMeasure, BlockParameters } from '../../src/patterns/blocks/block-finding.ts'
import {
  blockGroup,
  blockSituation,
  groupWords,
  mayTrigger
} from '../../src/patterns/blocks/block-groups.ts'
import { untilMs, windowEndMs } from '../../src/patterns/blocks/event-window.ts'
import { type Evidence, noEvidence } from '../../src/patterns/episode/episode-evidence.ts'
import { withSupport } from '../../src/patterns/episode/named-support.ts'
import { notEndedBefore } from '../../src/patterns/episode/prune-ended.ts'
import { capitalised, countedText, spanWords } from '../../src/patterns/episode/wording.ts'
import type { Fatalities } from '../../src/report/report.ts'
import { dayMs, formatDay } from '../../src/space-time/event-time.ts'
import { type Amount, type LiveWindow, liveWindow, type Member, totalOf } from './live-window.ts'

/**
 * Maximum number of incidents in one window; the oldest are dropped, and the measure is that of the
 * rest.
 */
export const membersMax = 2000

interface WindowEpisode {
  readonly fromMs: number
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  /** Levels passed, the entry not counted. */
  readonly passed: number
  /** At the last trigger. */
  readonly value: number
  /** At the last trigger too; left out if the block does not measure deaths. */
  readonly deaths?: Fatalities
  /** When it ends, if nothing more happens. */
  readonly closesMs: number
  readonly lastMs: number
  readonly intervals: number
  readonly triggers: Evidence
  readonly support: Evidence
}

export interface BlockState {
  readonly scope: string
  readonly members: readonly Member[]
  readonly open: WindowEpisode | null
  readonly closed: readonly Finding[]
}

type Fold<P> = Required<
  Pick<
    Pattern<P, BlockState>,
    'initial' | 'step' | 'findings' | 'nearly' | 'nextChangeMs' | 'forget'
  >
>

/**
 * The fold of a building block that measures a window: a pattern without its id, parameters and
 * scopes.
 */
export function windowFold<P>(measure: BlockMeasure<P>): Fold<P> {
  return {
    initial: scope => ({ scope, members: [], open: null, closed: [] }),
    step: (state, incident, parameters) => stepBlock(state, incident, measure, parameters),
    findings: (state, horizonMs, parameters) =>
      blockFindings(state, horizonMs, measure, parameters),
    nearly: (state, horizonMs, parameters) => nearBlock(state, horizonMs, measure, parameters),
    nextChangeMs: ({ open }, horizonMs) =>
      open !== null && open.closesMs > horizonMs ? open.closesMs : null,
    forget: forgetBlock
  }
}

function stepBlock<P>(
  state: BlockState,
  incident: Incident,
  measure: BlockMeasure<P>,
  parameters: P
): BlockState {
  const p = measure.parametersOf(parameters)
  const atMs = incident.fromMs
  const due = closeWhenDue(state, isPast(atMs, p), measure, parameters)
  const amount = mayTrigger(incident, state.scope, p.groupBy)
    ? measure.amountOf(incident, state.scope, parameters)
    : null
  const newcomer = {
    incident,
    untilMs: untilMs(incident, p),
    amount: isNothing(amount) ? null : amount
  }
  const window = windowAt(due.members, atMs, p)
  // An incident that only supports begins no session.
  if (newcomer.amount === null && window.members.length === 0 && p.window === 'session')
    return { ...due, members: [] }
  window.add(newcomer, membersMax)
  const { members, total: value } = window
  if (due.open === null && (newcomer.amount === null || value < p.threshold))
    return { ...due, members }
  const words = measure.words(value, parameters)
  const open = due.open
    ? grow(due.open, newcomer, value, words, p)
    : enter(members, atMs, value, words, p)
  const closesMs = closesAtMs(window, atMs, p)
  if (newcomer.amount === null || measure.deathsOf === undefined)
    return { ...due, members, open: { ...open, closesMs } }
  const deaths = deathsTogether(
    members.flatMap(m => (m.amount === null ? [] : [measure.deathsOf?.(m.incident) as Fatalities]))
  )
  return { ...due, members, open: { ...open, closesMs, deaths } }
}

function blockFindings<P>(
  state: BlockState,
  horizonMs: number,
  measure: BlockMeasure<P>,
  parameters: P
): readonly Finding[] {
  const { open, closed, scope } = closeWhenDue(state, ms => ms <= horizonMs, measure, parameters)
  return open === null ? closed : [...closed, describe(open, scope, null, measure, parameters)]
}

/** Near miss: a window that holds most of its threshold. */
function nearBlock<P>(
  state: BlockState,
  horizonMs: number,
  measure: BlockMeasure<P>,
  parameters: P
): readonly NearMiss[] {
  const p = measure.parametersOf(parameters)
  const { open, members, scope } = closeWhenDue(state, ms => ms <= horizonMs, measure, parameters)
  const isOver = p.window === 'session' && liveWindow(members).lastMs < horizonMs
  const staying = isOver
    ? []
    : members.filter(m => m.amount !== null && (p.window === 'session' || m.untilMs > horizonMs))
  const value = totalOf(staying)
  const isNear = value >= p.threshold * nearShare || measure.isNear?.(value, parameters) === true
  if (open !== null || staying.length === 0 || !isNear || value >= p.threshold) return []
  const incidents = staying.map(m => m.incident)
  const amounts = staying.flatMap(m => (m.amount === null ? [] : [m.amount]))
  return [
    {
      group: blockGroup(scope, p.groupBy, incidents),
      measure: { name: measure.name(parameters), value, threshold: p.threshold, baseline: null },
      lacks:
        measure.lacks?.(amounts, parameters) ??
        another(measure.words(roundMeasure(p.threshold - value), parameters)),
      incidents
    }
  ]
}

function forgetBlock(state: BlockState, beforeMs: number): BlockState {
  // An incident may have begun up to a year before a boundary that it ended behind.
  const isYoung = (m: Member) => m.untilMs >= beforeMs - 366 * dayMs
  const members = state.members.every(isYoung) ? state.members : state.members.filter(isYoung)
  const closed = notEndedBefore(state.closed, beforeMs)
  return members === state.members && closed === state.closed
    ? state
    : { ...state, members, closed }
}

/**
 * True if what closes at a moment is over when an incident begins at `atMs`: a tumbling window
 * excludes its end, others do not.
 */
function isPast(atMs: number, { window }: BlockParameters): (closesMs: number) => boolean {
  return window === 'tumbling' ? closesMs => closesMs <= atMs : closesMs => closesMs < atMs
}

/** The window at a moment. A session keeps all of its members until it is over. */
function windowAt(
  members: readonly Member[],
  atMs: number,
  { window: kind }: BlockParameters
): LiveWindow {
  const window = liveWindow(members)
  if (kind !== 'session') window.moveTo(atMs)
  else if (window.lastMs < atMs) window.clear()
  return window
}

function enter(
  members: readonly Member[],
  atMs: number,
  value: number,
  words: string,
  p: BlockParameters
): WindowEpisode {
  const fit = members.filter(m => m.amount !== null).map(m => m.incident)
  const others = members.filter(m => m.amount === null).map(m => m.incident)
  const passed = p.levels.filter(level => value >= level).length
  return {
    fromMs: Math.min(...fit.map(i => i.fromMs)),
    marks: marksOf(passed + 1, atMs, words),
    passed,
    value,
    closesMs: Number.POSITIVE_INFINITY,
    lastMs: Math.max(...fit.map(i => i.toMs)),
    intervals: fit.filter(isInterval).length,
    triggers: evidenceOf(fit),
    support: others.reduce(withSupport, noEvidence)
  }
}

function grow(
  open: WindowEpisode,
  { incident, amount }: Member,
  value: number,
  words: string,
  p: BlockParameters
): WindowEpisode {
  if (amount === null) return { ...open, support: withSupport(open.support, incident) }
  const passed = Math.max(open.passed, p.levels.filter(level => value >= level).length)
  return {
    ...open,
    fromMs: Math.min(open.fromMs, incident.fromMs),
    marks:
      passed === open.passed
        ? open.marks
        : [...open.marks, ...marksOf(passed - open.passed, incident.fromMs, words)],
    passed,
    value,
    lastMs: Math.max(open.lastMs, incident.toMs),
    intervals: open.intervals + Number(isInterval(incident)),
    triggers: addEvidence(open.triggers, incident)
  }
}

/** One mark for each level that was passed at once. */
function marksOf(levels: number, atMs: number, reason: string): WindowEpisode['marks'] {
  return Array.from({ length: levels }, () => ({ atMs, reason }))
}

function isInterval({ fromMs, toMs }: Incident): boolean {
  return toMs - fromMs >= dayMs
}

function evidenceOf(incidents: readonly Incident[]): Evidence {
  return {
    kept: incidents.slice(0, evidenceMax),
    omitted: Math.max(0, incidents.length - evidenceMax)
  }
}

/**
 * When the measure falls below `leave`, if nothing more happens. A tumbling window is judged when
 * it is over.
 */
function closesAtMs(window: LiveWindow, atMs: number, p: BlockParameters): number {
  if (p.window === 'session') return window.lastMs
  const leave = p.leave > 0 ? Math.min(p.leave, p.threshold) : p.threshold
  const belowMs = window.total < leave ? atMs : (window.belowMs(leave) ?? atMs)
  return p.window === 'tumbling' ? windowEndMs(belowMs, p.windowDays * dayMs) : belowMs
}

function isNothing(amount: Amount | null): boolean {
  return amount === null || amount === 0 || (typeof amount !== 'number' && amount.length === 0)
}

function closeWhenDue<P>(
  state: BlockState,
  isDue: (closesMs: number) => boolean,
  measure: BlockMeasure<P>,
  parameters: P
): BlockState {
  const { open, closed, scope } = state
  if (open === null || !isDue(open.closesMs)) return state
  return {
    ...state,
    open: null,
    closed: [...closed, describe(open, scope, open.closesMs, measure, parameters)]
  }
}

const openFindings = new WeakMap<WindowEpisode, Finding>()
const endedFindings = new WeakMap<WindowEpisode, Finding>()

/** The finding of an episode; an unchanged episode gives the same object. */
function describe<P>(
  open: WindowEpisode,
  scope: string,
  toMs: number | null,
  measure: BlockMeasure<P>,
  parameters: P
): Finding {
  const cache = toMs === null ? openFindings : endedFindings
  const known = cache.get(open) ?? makeFinding(open, scope, toMs, measure, parameters)
  cache.set(open, known)
  return known
}

function makeFinding<P>(
  e: WindowEpisode,
  scope: string,
  toMs: number | null,
  measure: BlockMeasure<P>,
  parameters: P
): Finding {
  const { groupBy, threshold, leave } = measure.parametersOf(parameters)
  const triggers = e.triggers.kept
  const what = `${measure.words(e.value, parameters)} ${groupWords(scope, groupBy, triggers)} ${measure.windowWords(parameters)}`
  const interval =
    e.intervals === 0
      ? ''
      : ` ${countedText(e.intervals, 'incident')} ${e.intervals === 1 ? 'is dated to an interval and counts' : 'are dated to intervals and count'} in every window that the interval overlaps.`
  return {
    group: blockGroup(scope, groupBy, triggers),
    situation: blockSituation(scope, groupBy, toMs ?? e.closesMs),
    fromMs: e.fromMs,
    toMs,
    levels: numberLevels(e.marks),
    measure: { name: measure.name(parameters), value: e.value, threshold, baseline: null },
    ...(e.deaths === undefined ? {} : { deaths: e.deaths }),
    triggers,
    support: e.support.kept,
    omitted: e.triggers.omitted + e.support.omitted,
    headline: `${capitalised(what)}, ${spanWords(e.fromMs, e.lastMs)}`,
    explanation:
      `Latest figure: ${what}. Threshold: ${threshold}.${interval} ` +
      `First incident: ${formatDay(e.fromMs)}. The alert ends when the figure falls below ${leave > 0 ? Math.min(leave, threshold) : threshold}.`
  }
}

/** `another 2 incidents`; `another incident` for one. */
function another(words: string): string {
  return `another ${words.replace(/^1 /, '')}`
}

function deathsTogether(tolls: readonly Fatalities[]): Fatalities {
  return { low: sumOf(tolls, 'low'), best: sumOf(tolls, 'best'), high: sumOf(tolls, 'high') }
}

/**
 * The sum of the lowest figures that are known; of another bound null if one of them is unknown.
 */
function sumOf(tolls: readonly Fatalities[], bound: keyof Fatalities): number | null {
  const known = tolls.flatMap(toll => toll[bound] ?? [])
  const isUnknown = bound === 'low' ? known.length === 0 : known.length < tolls.length
  return isUnknown ? null : known.reduce((sum, deaths) => sum + deaths, 0)
}
