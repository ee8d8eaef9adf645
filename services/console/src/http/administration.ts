// What administrators ask: changes of theatres and sources, and who changed what.

import type { AuditEntry, Source, Theatre } from '../shown/answers.ts'
import { ask } from './answers.ts'
import type { Page } from './suite.ts'

/** `version`: the one that was seen; 0: it is new. */
const put = <T>(path: string, id: string, body: object, version: number) =>
  ask<T>(`/v1/${path}/${encodeURIComponent(id)}`, {
    ...{ method: 'PUT', body, headers: { 'if-match': `"${version}"` } }
  })

export const administration = {
  putTheatre: (id: string, body: object, version: number) =>
    put<Theatre>('theatres', id, body, version),
  putSource: (id: string, body: object, version: number) =>
    put<Source>('sources', id, body, version),
  audit: (query: string) => ask<Page<AuditEntry>>(`/v1/audit?${query}`)
}
