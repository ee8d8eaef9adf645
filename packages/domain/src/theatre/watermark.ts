// Watermark: the event time up to which a theatre assumes that it has heard everything. The minimum over live sources of (latest
// occurred − that source's lateness). Source: core-idea.md#watermark.

import { type SourceConfig, undeclaredSource } from '../record/theatre-record.ts'
import { dayMs } from '../space-time/event-time.ts'

/** What a theatre has heard from one source. */
export interface SourceHeard {
  /** Greatest end of an occurrence that it reported, ms. */
  readonly latestOccurredMs: number
  readonly greatestReportedAtMs: number
}

export interface SourceStanding {
  readonly heard: SourceHeard
  readonly config: Omit<SourceConfig, 'id'>
}

/** The minimum over live sources; null while no source is live: it then stands still and is reported as stalled. Pure. */
export function watermarkOf(sources: Iterable<SourceStanding>, tickMs: number): number | null {
  let least: number | null = null
  for (const { heard, config } of sources) {
    if (config.archive || tickMs - heard.greatestReportedAtMs > config.cadenceDays * dayMs) continue
    const completeMs = Math.min(heard.latestOccurredMs, tickMs) - config.latenessDays * dayMs
    least = least === null ? completeMs : Math.min(least, completeMs)
  }
  return least
}

/**
 * The watermark while no source is live: its position when the last source fell silent; null if none ever reported. It depends
 * only on reports, not on ticks in between. Pure.
 */
export function stalledWatermarkOf(sources: readonly SourceStanding[]): number | null {
  const speaking = sources.filter(({ config }) => !config.archive)
  if (speaking.length === 0) return null
  return watermarkOf(
    speaking,
    Math.max(...speaking.map(({ heard, config }) => heard.greatestReportedAtMs + config.cadenceDays * dayMs))
  )
}

/** The moment after `tickMs` at which a live source falls silent, the earliest of them; null = none. */
export function nextSilenceMs(sources: Iterable<SourceStanding>, tickMs: number): number | null {
  let next: number | null = null
  for (const { heard, config } of sources) {
    const silentMs = heard.greatestReportedAtMs + config.cadenceDays * dayMs + 1
    if (!config.archive && silentMs > tickMs) next = next === null ? silentMs : Math.min(next, silentMs)
  }
  return next
}

export function heardWith(heard: SourceHeard | undefined, occurredToMs: number, reportedAtMs: number): SourceHeard {
  return {
    latestOccurredMs: Math.max(heard?.latestOccurredMs ?? Number.NEGATIVE_INFINITY, occurredToMs),
    greatestReportedAtMs: Math.max(heard?.greatestReportedAtMs ?? Number.NEGATIVE_INFINITY, reportedAtMs)
  }
}

/** The settings of a source, or the defaults of an undeclared one. */
export function sourceSettings(config: SourceConfig | undefined): Omit<SourceConfig, 'id'> {
  return config ?? undeclaredSource
}
