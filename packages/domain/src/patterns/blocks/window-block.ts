// What count, distinct-count, sum and all-of have in common: a measure over the incidents of a window, an entry at a threshold, a leave below another,
// levels between. The measure moves in event time alone: up with an incident's beginning, down when the window has passed its end.

import { dayMs, formatDay } from '../../event-time.ts'
import type { Incident } from '../../incident.ts'
import { addEvidence, evidenceMax, type Finding, type NearMiss, nearShare, numberLevels, roundMeasure } from '../../pattern.ts'
import { blockGroup, groupWords, mayTrigger } from './block-groups.ts'
import { untilMs, type WindowParameters, windowEndMs } from './event-window.ts'

/** Incidents of one window at most; of more the oldest are let go, and the measure is of those that remain. */
export const membersMax = 2000

/** What one incident adds: an amount, or texts of which each counts once. */
export type Amount = number | readonly string[]

export interface BlockParameters extends WindowParameters {
  readonly groupBy: string
  readonly threshold: number
  readonly leave: number
  readonly levels: readonly number[]
}

export interface BlockMeasure<P> {
  parametersOf(parameters: P): BlockParameters
  /** What an incident adds in a scope; null where it is not known to add anything: it only supports. */
  amountOf(incident: Incident, scope: string, parameters: P): Amount | null
  /** `7 incidents`, `38 deaths`, … */
  words(value: number, parameters: P): string
  /** `incidents within 14 days`: what is measured. */
  name(parameters: P): string
  /** `within 14 days` */
  windowWords(parameters: P): string
}

interface Member {
  readonly incident: Incident
  readonly untilMs: number
  /** Null: it only supports. */
  readonly amount: Amount | null
}

type Evidence = { readonly kept: readonly Incident[]; readonly omitted: number }

interface Episode {
  readonly fromMs: number
  readonly marks: readonly { readonly atMs: number; readonly reason: string }[]
  /** Levels passed, the entry not counted. */
  readonly passed: number
  /** At the last trigger. */
  readonly value: number
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
  readonly open: Episode | null
  readonly closed: readonly Finding[]
}

export function initialBlock(scope: string): BlockState {
  return { scope, members: [], open: null, closed: [] }
}

export function stepBlock<P>(state: BlockState, incident: Incident, measure: BlockMeasure<P>, parameters: P): BlockState {
  const p = measure.parametersOf(parameters)
  const atMs = incident.fromMs
  const due = closeWhenDue(state, isPast(atMs, p), measure, parameters)
  const staying = stillIn(due.members, atMs, p)
  const amount = mayTrigger(incident, state.scope, p.groupBy) ? measure.amountOf(incident, state.scope, parameters) : null
  const newcomer = { incident, untilMs: untilMs(incident, p), amount: isNothing(amount) ? null : amount }
  // What only supports begins no session.
  if (newcomer.amount === null && staying.length === 0 && p.window === 'session') return { ...due, members: [] }
  const members = [...staying, newcomer].slice(-membersMax)
  const value = tallyOf(members).total
  if (due.open === null && (newcomer.amount === null || value < p.threshold)) return { ...due, members }
  const words = measure.words(value, parameters)
  const open = due.open ? grow(due.open, newcomer, value, words, p) : enter(members, atMs, value, words, p)
  return { ...due, members, open: { ...open, closesMs: closesAtMs(members, atMs, p) } }
}

export function blockFindings<P>(
  state: BlockState,
  horizonMs: number,
  measure: BlockMeasure<P>,
  parameters: P
): readonly Finding[] {
  const { open, closed, scope } = closeWhenDue(state, ms => ms <= horizonMs, measure, parameters)
  return open === null ? closed : [...closed, describe(open, scope, null, measure, parameters)]
}

/** A window that holds most of what it would take. */
export function nearBlock<P>(state: BlockState, horizonMs: number, measure: BlockMeasure<P>, parameters: P): readonly NearMiss[] {
  const p = measure.parametersOf(parameters)
  const { open, members, scope } = closeWhenDue(state, ms => ms <= horizonMs, measure, parameters)
  const staying = stillIn(members, horizonMs, p).filter(m => m.amount !== null)
  const value = tallyOf(staying).total
  if (open !== null || staying.length === 0 || value < p.threshold * nearShare || value >= p.threshold) return []
  const incidents = staying.map(m => m.incident)
  return [
    {
      group: blockGroup(scope, p.groupBy, incidents),
      measure: { name: measure.name(parameters), value, threshold: p.threshold, baseline: null },
      lacks: `${measure.words(roundMeasure(p.threshold - value), parameters)} more`,
      incidents
    }
  ]
}

export function nextBlockChangeMs({ open }: BlockState, horizonMs: number): number | null {
  return open !== null && open.closesMs > horizonMs ? open.closesMs : null
}

export function forgetBlock(state: BlockState, beforeMs: number): BlockState {
  return {
    ...state,
    // An incident may have begun up to a year before the boundary that it ended behind.
    members: state.members.filter(m => m.untilMs >= beforeMs - 366 * dayMs),
    closed: state.closed.filter(f => f.toMs === null || f.toMs >= beforeMs)
  }
}

/** Whether an end has passed when the next incident begins: at the very moment of the end a tumbling window is over, others still take it in. */
function isPast(atMs: number, { window }: BlockParameters): (closesMs: number) => boolean {
  return window === 'tumbling' ? closesMs => closesMs <= atMs : closesMs => closesMs < atMs
}

/** The members that are in the window of a moment. A session keeps all of its own until it is over. */
function stillIn(members: readonly Member[], atMs: number, { window }: BlockParameters): readonly Member[] {
  if (window === 'session') return sessionEndMs(members) < atMs ? [] : members
  return members.every(m => m.untilMs > atMs) ? members : members.filter(m => m.untilMs > atMs)
}

function sessionEndMs(members: readonly Member[]): number {
  return members.reduce((end, m) => (m.amount === null ? end : Math.max(end, m.untilMs)), Number.NEGATIVE_INFINITY)
}

function enter(members: readonly Member[], atMs: number, value: number, words: string, p: BlockParameters): Episode {
  const fit = members.filter(m => m.amount !== null).map(m => m.incident)
  const others = members.filter(m => m.amount === null).map(m => m.incident)
  const passed = p.levels.filter(level => value >= level).length
  return {
    fromMs: Math.min(...fit.map(i => i.fromMs)),
    marks: marksOf(0, passed + 1, atMs, words),
    passed,
    value,
    closesMs: Number.POSITIVE_INFINITY,
    lastMs: Math.max(...fit.map(i => i.toMs)),
    intervals: fit.filter(isInterval).length,
    triggers: evidenceOf(fit),
    support: evidenceOf(others)
  }
}

function grow(open: Episode, { incident, amount }: Member, value: number, words: string, p: BlockParameters): Episode {
  if (amount === null) return { ...open, support: addEvidence(open.support, incident) }
  const passed = Math.max(open.passed, p.levels.filter(level => value >= level).length)
  return {
    ...open,
    fromMs: Math.min(open.fromMs, incident.fromMs),
    marks: [...open.marks, ...marksOf(open.passed, passed, incident.fromMs, words)],
    passed,
    value,
    lastMs: Math.max(open.lastMs, incident.toMs),
    intervals: open.intervals + Number(isInterval(incident)),
    triggers: addEvidence(open.triggers, incident)
  }
}

function marksOf(before: number, now: number, atMs: number, reason: string): Episode['marks'] {
  return Array.from({ length: Math.max(0, now - before) }, () => ({ atMs, reason }))
}

function isInterval({ fromMs, toMs }: Incident): boolean {
  return toMs - fromMs >= dayMs
}

function evidenceOf(incidents: readonly Incident[]): Evidence {
  return { kept: incidents.slice(0, evidenceMax), omitted: Math.max(0, incidents.length - evidenceMax) }
}

/** When the measure falls below the leave, if nothing more happens. A tumbling window is judged when it is over. */
function closesAtMs(members: readonly Member[], atMs: number, p: BlockParameters): number {
  if (p.window === 'session') return sessionEndMs(members)
  const judgedMs = (ms: number) => (p.window === 'tumbling' ? windowEndMs(ms, p.windowDays * dayMs) : ms)
  const leave = p.leave > 0 ? Math.min(p.leave, p.threshold) : p.threshold
  const tally = tallyOf(members)
  if (tally.total < leave) return judgedMs(atMs)
  const leaving = members.filter(m => m.amount !== null).sort((a, b) => a.untilMs - b.untilMs)
  for (const [i, { amount, untilMs }] of leaving.entries()) {
    tally.take(amount as Amount)
    if (tally.total < leave && leaving[i + 1]?.untilMs !== untilMs) return judgedMs(untilMs)
  }
  return judgedMs(leaving.at(-1)?.untilMs ?? atMs)
}

function isNothing(amount: Amount | null): boolean {
  return amount === null || amount === 0 || (typeof amount !== 'number' && amount.length === 0)
}

/** A sum, or how many texts there are; made anew where it is needed, so that no order of additions can show. */
class Tally {
  #sum = 0
  readonly #texts = new Map<string, number>()

  get total(): number {
    return roundMeasure(this.#sum + this.#texts.size)
  }

  add(amount: Amount): void {
    if (typeof amount === 'number') this.#sum += amount
    else for (const text of amount) this.#texts.set(text, (this.#texts.get(text) ?? 0) + 1)
  }

  take(amount: Amount): void {
    if (typeof amount === 'number') this.#sum -= amount
    else
      for (const text of amount) {
        const left = (this.#texts.get(text) ?? 0) - 1
        if (left > 0) this.#texts.set(text, left)
        else this.#texts.delete(text)
      }
  }
}

function tallyOf(members: readonly Member[]): Tally {
  const tally = new Tally()
  for (const { amount } of members) if (amount !== null) tally.add(amount)
  return tally
}

function closeWhenDue<P>(
  state: BlockState,
  isDue: (closesMs: number) => boolean,
  measure: BlockMeasure<P>,
  parameters: P
): BlockState {
  const { open, closed, scope } = state
  if (open === null || !isDue(open.closesMs)) return state
  return { ...state, open: null, closed: [...closed, describe(open, scope, open.closesMs, measure, parameters)] }
}

const openFindings = new WeakMap<Episode, Finding>()
const endedFindings = new WeakMap<Episode, Finding>()

/** One finding for one state of an episode: what did not change is the same object. */
function describe<P>(open: Episode, scope: string, toMs: number | null, measure: BlockMeasure<P>, parameters: P): Finding {
  const cache = toMs === null ? openFindings : endedFindings
  const known = cache.get(open) ?? makeFinding(open, scope, toMs, measure, parameters)
  cache.set(open, known)
  return known
}

function makeFinding<P>(e: Episode, scope: string, toMs: number | null, measure: BlockMeasure<P>, parameters: P): Finding {
  const { groupBy, threshold, leave } = measure.parametersOf(parameters)
  const triggers = e.triggers.kept
  const what = `${measure.words(e.value, parameters)} ${groupWords(scope, groupBy, triggers)} ${measure.windowWords(parameters)}`
  const interval =
    e.intervals === 0
      ? ''
      : ` ${e.intervals} of its incidents are known by an interval of days, and count in every window that it touches.`
  return {
    group: blockGroup(scope, groupBy, triggers),
    fromMs: e.fromMs,
    toMs,
    levels: numberLevels(e.marks),
    measure: { name: measure.name(parameters), value: e.value, threshold, baseline: null },
    triggers,
    support: e.support.kept,
    omitted: e.triggers.omitted + e.support.omitted,
    headline: `${capital(what)}, from ${formatDay(e.fromMs)} to ${formatDay(e.lastMs)}`,
    explanation:
      `At the last of them there were ${what}; ${threshold} are needed.${interval} ` +
      `It began on ${formatDay(e.fromMs)} and ends when there are fewer than ${leave > 0 ? Math.min(leave, threshold) : threshold}.`
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
