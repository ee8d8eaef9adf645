// Incidents of all reader levels as rows of a snapshot. Most incidents are the same at every level:
// those of `restricted` come first, and each other level lists only the missing and the additional
// ones.

import type { IncidentState } from '@tocsin/contracts/incident/incident-event'
import type { Handling } from '@tocsin/contracts/theatre/handling'
import type { IncidentContent, IncidentEntry, IncidentIndex, Pairs } from './incident-index.ts'

type EntryRow = readonly [
  state: IncidentState,
  isWithdrawn: boolean,
  touchedAt: string,
  cause: string | null,
  moments: readonly (readonly [partition: number, position: string])[]
]
type PairsName = 'aliases' | 'ofReports'
type Row =
  | readonly ['entries', Handling, readonly EntryRow[]]
  /** Of the incidents of `restricted` those that are the same here: all but these. */
  | readonly ['shared', Handling, lacking: readonly number[]]
  | readonly ['pairs', Handling, PairsName, keys: readonly string[], values: readonly string[]]
  /** They are those of `restricted`. */
  | readonly ['samePairs', Handling, PairsName]
  | readonly ['lastSeqs', Handling, IncidentContent['lastSeqs']]

/** Pairs to a row. */
const pairsAtOnce = 500
const pairsNames: readonly PairsName[] = ['aliases', 'ofReports']

/** Rows of the levels' contents, `restricted` first. */
export function* incidentRows(
  levels: readonly (readonly [Handling, IncidentContent])[]
): Generator<Row> {
  const [all, ...others] = levels as [readonly [Handling, IncidentContent], ...typeof levels]
  for (const entry of all[1].entries) yield ['entries', all[0], [makeRow(entry)]]
  for (const [level, content] of others) yield* entriesBeside(level, content, all[1])
  for (const [level, content] of levels) {
    for (const name of pairsNames) {
      if (content !== all[1] && areSame(content[name], all[1][name]))
        yield ['samePairs', level, name]
      else yield* pairRows(level, name, content[name])
    }
    yield ['lastSeqs', level, content.lastSeqs]
  }
}

function* entriesBeside(
  level: Handling,
  { entries }: IncidentContent,
  all: IncidentContent
): Generator<Row> {
  const here = new Map(entries.map(entry => [entry.state, entry]))
  const lacking: number[] = []
  for (const [i, entry] of all.entries.entries()) {
    const same = here.get(entry.state)
    if (same !== undefined && isSame(same, entry)) here.delete(entry.state)
    else lacking.push(i)
  }
  yield ['shared', level, lacking]
  for (const entry of here.values()) yield ['entries', level, [makeRow(entry)]]
}

function* pairRows(level: Handling, name: PairsName, { keys, values }: Pairs): Generator<Row> {
  for (let at = 0; at < keys.length; at += pairsAtOnce)
    yield [
      'pairs',
      level,
      name,
      keys.slice(at, at + pairsAtOnce),
      values.slice(at, at + pairsAtOnce)
    ]
}

/** Takes the next row into the indexes. */
export function takeIncidentRow(row: unknown, indexOf: (level: Handling) => IncidentIndex): void {
  const read = row as Row
  const index = indexOf(read[1])
  const all = () => indexOf('restricted').content()
  switch (read[0]) {
    case 'entries':
      index.add({ entries: read[2].map(makeEntry) })
      return
    case 'shared': {
      const lacking = new Set(read[2])
      index.add({ entries: all().entries.filter((_, i) => !lacking.has(i)) })
      return
    }
    case 'pairs':
      index.add({ [read[2]]: { keys: read[3], values: read[4] } })
      return
    case 'samePairs':
      index.add({ [read[2]]: all()[read[2]] })
      return
    case 'lastSeqs':
      index.add({ lastSeqs: read[2] })
      return
    default:
      read satisfies never
  }
}

function makeRow({ state, isWithdrawn, touchedAt, cause, moments }: IncidentEntry): EntryRow {
  const places = moments.map(({ partition, position }) => [partition, String(position)] as const)
  return [state, isWithdrawn, touchedAt, cause, places]
}

function makeEntry([state, isWithdrawn, touchedAt, cause, places]: EntryRow): IncidentEntry {
  const moments = places.map(([partition, position]) => ({ partition, position: BigInt(position) }))
  return { state, isWithdrawn, touchedAt, cause, moments }
}

function isSame(a: IncidentEntry, b: IncidentEntry): boolean {
  if (a.isWithdrawn !== b.isWithdrawn || a.touchedAt !== b.touchedAt || a.cause !== b.cause)
    return false
  if (a.moments.length !== b.moments.length) return false
  return a.moments.every((moment, i) => {
    const other = b.moments[i] as (typeof b.moments)[number]
    return moment.position === other.position && moment.partition === other.partition
  })
}

function areSame(a: Pairs, b: Pairs): boolean {
  return (
    a.keys.length === b.keys.length &&
    a.keys.every((key, i) => key === b.keys[i] && a.values[i] === b.values[i])
  )
}
