// A story that is repeated later, for laws about what a theatre has removed.

import type { TheatrePayload } from '../src/record/theatre-record.ts'
import { dayMs, formatTime, parseTimeMs } from '../src/space-time/event-time.ts'
import { type ReportSketch, revisionOf } from './fold-story.ts'

interface Told {
  readonly reports: readonly ReportSketch[]
  readonly lastDay: string
}

/** A date or time some days later, in the same form. */
export function moved(text: string, days: number): string {
  const later = formatTime(parseTimeMs(text) + days * dayMs)
  return text.length === 10 ? later.slice(0, 10) : later
}

/**
 * Ticks until the boundary has passed everything, in steps of some days; every report is repeated
 * about a retention later.
 */
export function toldAgain({ reports, lastDay }: Told, retentionDays: number): TheatrePayload[] {
  const later = retentionDays - 30
  const again = reports
    .map(r => ({
      ...r,
      id: `again-${r.id}`,
      at: moved(r.at, later),
      ...(r.to === undefined ? {} : { to: moved(r.to, later) })
    }))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
  const payloads: TheatrePayload[] = []
  const steps = [1, 20, 6, 30]
  const end = moved(lastDay, retentionDays + 60)
  for (let [now, i] = [lastDay, 0]; now < end; i++) {
    now = moved(now, steps[i % steps.length] as number)
    while (again.length > 0 && (again[0]?.at as string) <= now)
      payloads.push({ type: 'report.received', data: revisionOf(again.shift() as ReportSketch) })
    payloads.push({ type: 'clock.ticked', data: { to: `${now}T00:00:00.000Z`, gap: false } })
  }
  return payloads
}
