// The finding of a window block: what it measures and how it is worded.

import type { ScopeGround } from '../../detection/scope-machine.ts'
import { type Finding, numberLevels } from '../../finding/finding.ts'
import { ToldFinding } from '../../finding/told-finding.ts'
import type { Incident } from '../../incident/incident.ts'
import type { SettledPlace } from '../../report/one-settlement.ts'
import type { Fatalities } from '../../report/report.ts'
import { dayMs, formatDay } from '../../space-time/event-time.ts'
import { capitalised, countedText, spanWords } from '../episode/wording.ts'
import type { BlockEpisode } from './block-episode.ts'
import { blockGroup, blockSituation, groupWords } from './block-groups.ts'
import { type WindowParameters, windowEndMs } from './event-window.ts'
import type { Amount, MovingWindow } from './moving-window.ts'

export interface BlockParameters extends WindowParameters {
  readonly groupBy: string
  readonly reachKm: number
  readonly threshold: number
  readonly leave: number
  readonly levels: readonly number[]
}

export interface BlockMeasure<P> {
  parametersOf(parameters: P): BlockParameters
  /** What an incident adds in a scope; null if that is unknown: it only supports. */
  amountOf(incident: Incident, scope: string, parameters: P): Amount | null
  /** Deaths of one incident that is counted, for blocks that measure deaths. */
  deathsOf?(incident: Incident): Fatalities
  /** The places whose settlements are counted, in a scope; left out for blocks that count none. */
  placesOf?(incident: Incident, scope: string, parameters: P): readonly SettledPlace[] | undefined
  /** `7 incidents`, `38 deaths`, … */
  words(value: number, parameters: P): string
  /** What is measured: `incidents within 14 days`. */
  name(parameters: P): string
  /** `within 14 days` */
  windowWords(parameters: P): string
  /** True if a measure is near although below the usual share of the threshold. Left out: never. */
  isNear?(value: number, parameters: P): boolean
  /** What is missing to reach the threshold. Left out: the difference. */
  lacks?(there: readonly Amount[], parameters: P): string
}

/** Below this measure an episode ends. */
export function leaveOf({ leave, threshold }: BlockParameters): number {
  return leave > 0 ? Math.min(leave, threshold) : threshold
}

/**
 * When the measure falls below `leave`, if nothing more happens. A tumbling window is judged when
 * it is over.
 */
export function closesAtMs(window: MovingWindow, atMs: number, p: BlockParameters): number {
  if (p.window === 'session') return window.lastMs
  const leave = leaveOf(p)
  const belowMs = window.total < leave ? atMs : (window.belowMs(leave) ?? atMs)
  return p.window === 'tumbling' ? windowEndMs(belowMs, p.windowDays * dayMs) : belowMs
}

/** The finding of an episode as it is now: it keeps this when the episode grows. */
export function makeFinding<P>(
  { numbers, marks, told: { triggers, support } }: BlockEpisode,
  toMs: number | null,
  { scope, parameters }: ScopeGround<P>,
  measure: BlockMeasure<P>,
  p: BlockParameters
): Finding {
  const { value, fromMs, lastMs, closesMs, deaths, intervals, triggersOmitted, supportOmitted } =
    numbers
  const plain = {
    group: blockGroup(scope, p.groupBy, triggers),
    situation: blockSituation(scope, p.groupBy, toMs ?? closesMs),
    fromMs,
    toMs,
    levels: numberLevels(marks),
    measure: { name: measure.name(parameters), value, threshold: p.threshold, baseline: null },
    ...(deaths === undefined ? {} : { deaths }),
    triggers,
    support,
    omitted: triggersOmitted + supportOmitted
  }
  return new ToldFinding(plain, () => {
    const what = `${measure.words(value, parameters)} ${groupWords(scope, p.groupBy, triggers)} ${measure.windowWords(parameters)}`
    const interval =
      intervals === 0
        ? ''
        : ` ${countedText(intervals, 'incident')} ${intervals === 1 ? 'is dated to an interval and counts' : 'are dated to intervals and count'} in every window that the interval overlaps.`
    return {
      headline: `${capitalised(what)}, ${spanWords(fromMs, lastMs)}`,
      explanation:
        `Latest figure: ${what}. Threshold: ${p.threshold}.${interval} ` +
        `First incident: ${formatDay(fromMs)}. The alert ends when the figure falls below ${leaveOf(p)}.`
    }
  })
}

/** `another 2 incidents`; `another incident` for one. */
export function another(words: string): string {
  return `another ${words.replace(/^1 /, '')}`
}
