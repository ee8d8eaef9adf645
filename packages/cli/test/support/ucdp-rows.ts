// Made-up rows in the columns of UCDP GED, and the alerts of a backtest on them.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { AlertStatement } from '@tocsin/contracts/record/alert-event-v3'
import { runTocsin } from './running-suite.ts'

/** One row by column. Columns that a file lacks are absent. */
export type Row = Readonly<Record<string, string | number>>

let rowsMade = 0

/** An attack on civilians at Mopti, valid in all columns. */
export function row(date_start: string, more: Row = {}): Row {
  rowsMade += 1
  return {
    id: rowsMade,
    type_of_violence: 3,
    side_a: 'Group A',
    side_b: 'Civilians',
    latitude: 14.4843,
    longitude: -4.1829,
    country: 'Mali',
    date_start,
    date_end: date_start,
    low: 1,
    best: 1,
    high: 2,
    where_prec: 1,
    date_prec: 1,
    event_clarity: 1,
    ...more
  }
}

export function without(rows: readonly Row[], ...columns: readonly string[]): readonly Row[] {
  return rows.map(one =>
    Object.fromEntries(Object.entries(one).filter(([name]) => !columns.includes(name)))
  )
}

/**
 * A file of rows in a folder of its own. Two quiet years precede, so that every baseline is known.
 */
export function fileOf(dir: string, rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap(one => Object.keys(one)))]
  const past = ['2010-01-05', '2011-01-05'].map(day =>
    row(day, { side_a: 'Group Z', side_b: 'Group Y', type_of_violence: 2 })
  )
  const lines = [...past, ...rows].map(one => columns.map(name => `"${one[name] ?? ''}"`).join(','))
  const file = join(mkdtempSync(join(dir, 'run-')), 'rows.csv')
  writeFileSync(file, `${[columns.join(','), ...lines].join('\n')}\n`)
  return file
}

/** The alerts that a backtest of such a file raises, as raised. */
export async function alertsOf(
  dir: string,
  rows: readonly Row[]
): Promise<readonly AlertStatement[]> {
  const file = fileOf(dir, rows)
  const own = dirname(file)
  const { code, notes } = await runTocsin(
    'backtest',
    file,
    '--format',
    'ucdp-ged',
    '--out',
    own,
    '--json'
  )
  if (code !== 0) throw new Error(notes.join('\n'))
  const events = readFileSync(join(own, 'alerts.ndjson'), 'utf8').split('\n').slice(0, -1)
  return events
    .map(line => JSON.parse(line) as { readonly type: string; readonly data: AlertStatement })
    .flatMap(({ type, data }) => (type === 'tocsin.alert.raised.v1' ? [data] : []))
}

/** Patterns that raise an alert, each once, in order. */
export async function raisedBy(dir: string, rows: readonly Row[]): Promise<readonly string[]> {
  return [...new Set((await alertsOf(dir, rows)).map(({ pattern }) => pattern))].sort()
}
