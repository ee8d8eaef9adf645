// The final incidents and their reports as readers of everything have them, folded from the assembly
// log alone.

import { topics } from '@tocsin/event-log/topics'
import type { StoreReader } from '../world/store-reader.ts'

export interface AssembledIncident {
  readonly id: string
  readonly reports: readonly string[]
}

interface IncidentWord {
  readonly type: string
  readonly incidentId: string
  readonly from: readonly string[]
  readonly reports: readonly string[]
}

/** The current incidents of each theatre. */
export function assembledReports(disk: StoreReader): Map<string, AssembledIncident[]> {
  const theatres = new Map<string, Map<string | null, IncidentWord[]>>()
  for (const { key, record } of disk.entries(topics.assembly)) {
    if (record === null) continue
    const data = record.data as {
      incidentId: string
      from: string[]
      reports: { reportId: string }[]
      readers: string[]
    }
    if (!data.readers.includes('restricted')) continue
    const byCause = theatres.get(key) ?? new Map<string | null, IncidentWord[]>()
    theatres.set(key, byCause)
    const words = byCause.get(record.cause) ?? []
    byCause.set(record.cause, words)
    words.push({
      type: record.type,
      incidentId: data.incidentId,
      from: data.from,
      reports: data.reports.map(r => r.reportId)
    })
  }
  return new Map(
    [...theatres].map(([theatre, byCause]) => [theatre, incidentsAfter([...byCause.values()])])
  )
}

/** Applies the changes of one cause: first removals, then new states. */
export function incidentsAfter(changes: readonly (readonly IncidentWord[])[]): AssembledIncident[] {
  const incidents = new Map<string, readonly string[]>()
  for (const words of changes) {
    for (const { incidentId, from } of words)
      for (const id of [incidentId, ...from]) incidents.delete(id)
    for (const { type, incidentId, reports } of words)
      if (type !== 'incident.withdrawn') incidents.set(incidentId, reports)
  }
  return [...incidents].map(([id, reports]) => ({ id, reports }))
}
