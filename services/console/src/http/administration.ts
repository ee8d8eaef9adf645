// What administrators ask: changes of theatres and sources, and who changed what.

import type { AuditEntry, Source, Theatre } from '../shown/answers.ts'
import { ask } from './answers.ts'
import type { Page } from './suite.ts'

const put = <T>(path: string, id: string, body: object) =>
  ask<T>(`/v1/${path}/${encodeURIComponent(id)}`, { method: 'PUT', body })

export const administration = {
  putTheatre: (id: string, body: object) => put<Theatre>('theatres', id, body),
  putSource: (id: string, body: object) => put<Source>('sources', id, body),
  audit: (query: string) => ask<Page<AuditEntry>>(`/v1/audit?${query}`)
}
