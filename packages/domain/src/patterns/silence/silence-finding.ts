// Silences about one area, and the findings that they are.

import { type Finding, numberLevels } from '../../finding/finding.ts'
import type { Incident } from '../../incident/incident.ts'
import { areaInCountry } from '../../space-time/area-names.ts'
import { dayMs, formatDay, overlapMs, type Span } from '../../space-time/event-time.ts'
import { countedText, notReceivedNote } from '../episode/wording.ts'
import type { SourceSilenceParameters } from './silence-parameters.ts'

/** A silence about an area that may have been too long. */
export interface Silence {
  readonly sinceMs: number
  /** Until when the source was heard from elsewhere. */
  readonly attestedMs: number
  readonly periodDays: number
  readonly perWeek: number
  readonly last: Incident
}

/** A silence, and the reports that followed; two end it. */
export interface EndedSilence extends Silence {
  readonly returns: readonly Incident[]
}

/** The findings of one area, and the watermarks between which they stay the same. */
export interface Told {
  readonly unheard: readonly Span[]
  readonly fromMs: number
  readonly untilMs: number
  readonly findings: readonly Finding[]
}

/**
 * Of an area without silences, whatever the watermark: those that begin are noted as another stage.
 */
export const nothingToTell: Told = {
  unheard: [],
  fromMs: Number.NEGATIVE_INFINITY,
  untilMs: Number.POSITIVE_INFINITY,
  findings: []
}

export interface ToldArea {
  readonly source: string
  readonly admin1: string
}

/** True if the silence is long enough, our own downtime counted. */
export function isLong({ sinceMs, attestedMs, periodDays }: Silence): boolean {
  return attestedMs - sinceMs >= periodDays * dayMs
}

/**
 * The findings at a watermark, of silences in order. One that was long enough only with our own
 * downtime is none, and one that begins before the end of the one before is part of it.
 */
export function toldOf(
  silences: readonly EndedSilence[],
  area: ToldArea,
  watermarkMs: number,
  parameters: SourceSilenceParameters,
  unheard: readonly Span[]
): Told {
  if (silences.length === 0) return nothingToTell
  const findings: Finding[] = []
  let fromMs = Number.NEGATIVE_INFINITY
  let untilMs = Number.POSITIVE_INFINITY
  let partUntilMs = Number.NEGATIVE_INFINITY
  for (const silence of silences) {
    const enteredMs = reachedMs(silence, silence.periodDays, unheard)
    if (silence.sinceMs < partUntilMs || enteredMs > silence.attestedMs) continue
    partUntilMs = silence.returns[1]?.fromMs ?? Number.POSITIVE_INFINITY
    const longMs = reachedMs(silence, silence.periodDays * parameters.escalateFactor, unheard)
    for (const ms of longMs <= silence.attestedMs ? [enteredMs, longMs] : [enteredMs]) {
      if (ms > watermarkMs) untilMs = Math.min(untilMs, ms)
      else fromMs = Math.max(fromMs, ms)
    }
    if (enteredMs <= watermarkMs)
      findings.push(findingOf(silence, area, { enteredMs, longMs, watermarkMs }, parameters))
  }
  return { unheard, fromMs, untilMs, findings }
}

/** When the silence reaches a number of days, our own downtime not counted. */
export function reachedMs(
  { sinceMs }: Pick<Silence, 'sinceMs'>,
  days: number,
  unheard: readonly Span[]
): number {
  let atMs = sinceMs + days * dayMs
  for (const span of unheard) {
    if (span.toMs <= sinceMs) continue
    if (span.fromMs >= atMs) break
    atMs += overlapMs(span, { fromMs: sinceMs, toMs: Number.POSITIVE_INFINITY })
  }
  return atMs
}

interface Reached {
  readonly enteredMs: number
  readonly longMs: number
  readonly watermarkMs: number
}

function findingOf(
  { sinceMs, attestedMs, periodDays, perWeek, last, returns }: EndedSilence,
  { source, admin1 }: ToldArea,
  { enteredMs, longMs, watermarkMs }: Reached,
  { escalateFactor, chance }: SourceSilenceParameters
): Finding {
  const isEscalated = longMs <= attestedMs
  const days = roundDays(periodDays * (isEscalated ? escalateFactor : 1))
  return {
    group: { source, admin1 },
    // A silence about an area is identified by the last report before it alone.
    situation: null,
    fromMs: sinceMs,
    toMs: returns[1]?.fromMs ?? null,
    levels: numberLevels([
      { atMs: enteredMs, reason: 'silent' },
      ...(isEscalated && longMs <= watermarkMs
        ? [{ atMs: longMs, reason: `${escalateFactor} times as long` }]
        : [])
    ]),
    measure: {
      name: 'days without a report, at least',
      value: days,
      threshold: roundDays(periodDays),
      baseline: roundDays(7 / perWeek)
    },
    triggers: [last],
    support: [],
    omitted: 0,
    get headline() {
      return `No reports from ${source} about ${areaInCountry(admin1)} since ${formatDay(sinceMs)}`
    },
    get explanation() {
      return (
        `${source} sent an average of ${countedText(roundDays(perWeek), 'report')} a week about ${areaInCountry(admin1)}, then none for at least ${countedText(days, 'day')}. ` +
        `It kept reporting from elsewhere. At the earlier rate, ${countedText(roundDays(periodDays), 'day')} without a report ${roundDays(periodDays) === 1 ? 'has' : 'have'} a probability of ${chance}. ${notReceivedNote} ` +
        'Either nothing is happening there, or nobody can report it. Two reports from there end the alert.'
      )
    }
  }
}

function roundDays(days: number): number {
  return Math.round(days * 10) / 10
}
