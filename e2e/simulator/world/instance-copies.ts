// Invariants of the copies that several instances write into theatres: each theatre gets each
// control record once, in the order of control.

import { topics } from '@tocsin/event-log/topics'
import type { Entry, StoreReader } from './store-reader.ts'

const configured = /^(theatre|source|rule)\.(configured|removed)$/

/** Violations as text; empty if there are none. */
export function wrongCopies(disk: StoreReader, theatres: readonly string[]): string[] {
  const control = firsts(disk.entries(topics.control), e => e.id)
  return theatres.flatMap(theatre => wrongIn(theatre, disk, control))
}

function wrongIn(theatre: string, disk: StoreReader, control: readonly Entry[]): string[] {
  const wrong: string[] = []
  const place = new Map(control.map(({ id }, i) => [id, i]))
  const told = firsts(disk.of(topics.incidents, theatre), e => e.id).flatMap(({ record }) =>
    record !== null && configured.test(record.type) ? [record] : []
  )
  const subjects = told.map(({ cause, type, data }) => {
    const { id, ruleId } = data as { id?: string; ruleId?: string }
    return `${cause} ${type} ${id ?? ruleId}`
  })
  if (new Set(subjects).size !== subjects.length) wrong.push(`${theatre} was told something twice`)
  const order = told.map(({ cause }) => place.get(cause ?? '') ?? -1)
  if (order.some((at, i) => at < (order[i - 1] ?? 0)))
    wrong.push(`${theatre} was told out of order: ${order}`)
  const begun = place.get(told[0]?.cause ?? '') ?? 0
  const wanted = control.slice(begun + 1).filter(({ record }) => record?.type === 'source.declared')
  const missing = wanted.filter(({ id }) => !told.some(({ cause }) => cause === id))
  if (missing.length > 0 || told.length === 0)
    wrong.push(`${theatre} was not told ${missing.map(({ id }) => id)}`)
  return wrong
}

/** The first entry of each name under its key. */
export function firsts(entries: readonly Entry[], keyOf: (entry: Entry) => string): Entry[] {
  const seen = new Set<string>()
  return entries.filter(entry => {
    const key = `${entry.key} ${keyOf(entry)}`
    return !seen.has(key) && seen.add(key)
  })
}
