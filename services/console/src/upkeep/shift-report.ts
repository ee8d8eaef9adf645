// The shift report, as the suite makes it, and when it begins. Pure.

import type { ShiftReport } from '../shown/answers.ts'
import type { ShownAlert } from '../shown/shown-alert.ts'

/** In addition to the alerts. */
export interface AroundPart {
  readonly kind: 'watches' | 'sources' | 'silences'
  /** The grave ones first. */
  readonly lines: readonly AroundLine[]
}

export interface AroundLine {
  readonly key: string
  readonly text: string
  /** No one is on shift, or no source is heard any more. */
  readonly isGrave: boolean
}

/** In the order in which they are read. */
export const reportParts = ['needed', 'inHand', 'others', 'over'] as const
export type ReportPart = (typeof reportParts)[number]

type Told = ShiftReport['items'][number]
export type ReportTag = Told['tags'][number]
export type ReportItem = Pick<Told, 'heading' | 'tags' | 'notified'> & {
  readonly alert: ShownAlert
}

export function listPart({ items }: ShiftReport, part: ReportPart): readonly ReportItem[] {
  return items.filter(({ heading }) => heading === part) as readonly ReportItem[]
}

/** Hours of a shift, for an address without a start. */
export const shiftHours = 8
const hourMs = 3_600_000

/**
 * The start, ms: from the address, else a shift before `shownMs`, when the report was opened.
 * `isRefused`: the address has no valid time, or a future one.
 */
export function sinceIn(
  query: URLSearchParams,
  shownMs: number,
  nowMs: number
): { readonly ms: number; readonly isRefused: boolean } {
  const text = query.get('since')
  const said = Date.parse(text ?? '')
  const isRefused = Number.isNaN(said) || said > nowMs
  return {
    ms: isRefused ? shownMs - shiftHours * hourMs : said,
    isRefused: text !== null && isRefused
  }
}
