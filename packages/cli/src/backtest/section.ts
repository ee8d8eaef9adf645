// Parts of the output for people: on a terminal, and as a page. Pure.

import { formatTable, toOneLine } from '../terminal/table.ts'
import type { DayQuantiles } from './figure-math.ts'

/** Lines, a table, and lines that belong to it. */
export interface Section {
  readonly before?: readonly string[]
  readonly table?: {
    readonly columns: readonly string[]
    readonly rows: readonly (readonly string[])[]
  }
  readonly after?: readonly string[]
}

/** Sections with a blank line between them. */
export function formatSections(sections: readonly Section[]): readonly string[] {
  return sections.flatMap(({ before = [], table, after = [] }, i) => [
    ...(i === 0 ? [] : ['']),
    ...before.map(toOneLine),
    ...(table === undefined ? [] : formatTable(table.columns, table.rows)),
    ...after.map(toOneLine)
  ])
}

export function formatPercent(share: number): string {
  return String(Math.round(share * 1000) / 10)
}

export function formatDays(quantiles: DayQuantiles | null): string {
  return quantiles === null ? '-' : `${quantiles.median} d (90 %: ${quantiles.p90})`
}

export function formatNumber(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
