// What the console asks the suite for.

import type { Caller, Readiness, ShiftReport, Source, Theatre } from '../shown/answers.ts'
import type { AlertDetail, ShownAlert, ShownEvidence, ShownIncident } from '../shown/shown-alert.ts'
import type { CodeNames } from '../words/code-names.ts'
import { type Answer, ask } from './answers.ts'
import { postOnce } from './post-once.ts'

export type { Caller, Theatre } from '../shown/answers.ts'

export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/**
 * All pages of a list as one, or the given number of pages. A refusal on the way is the answer:
 * half a list looks like a whole one.
 */
export async function wholeList<T>(
  page: (cursor: string | null) => Promise<Answer<Page<T>>>,
  pagesMax = Number.POSITIVE_INFINITY
): Promise<Answer<Page<T>>> {
  const items: T[] = []
  let cursor: string | null = null
  for (let pages = 1; ; pages += 1) {
    const answer: Answer<Page<T>> = await page(cursor)
    if (answer.kind !== 'ok') return answer
    items.push(...answer.body.items)
    cursor = answer.body.next
    if (cursor === null || pages >= pagesMax) return { ...answer, body: { items, next: cursor } }
  }
}

const alertPath = (id: string) => `/v1/alerts/${encodeURIComponent(id)}`
/** As many as an alert keeps. */
const revisionsMax = 1_000
const pageMax = 500

export const suite = {
  me: () => ask<Caller>('/v1/me'),
  signIn: (key: string) =>
    ask<Caller>('/v1/sessions', { method: 'POST', headers: { authorization: `Bearer ${key}` } }),
  signInWays: () => ask<{ readonly identityProvider: string | null }>('/sign-in/ways'),
  renewSession: () =>
    ask<{ readonly expiresAt: string }>('/sign-in/identity/renewal', { method: 'POST' }),
  signOut: () => ask<null>('/sign-out', { method: 'POST' }),
  names: (language: string) => ask<CodeNames>(`/names.json?language=${language}`),
  theatres: () => ask<Page<Theatre>>('/v1/theatres'),
  sources: () => ask<Page<Source>>('/v1/sources'),
  /** `words`: of the headline; empty: all. */
  closed: (words: string) =>
    ask<Page<ShownAlert>>(
      `/v1/alerts?status=retracted,resolved&limit=${pageMax}${words === '' ? '' : `&find=${encodeURIComponent(words)}`}`
    ),
  shiftReport: (since: string) =>
    ask<ShiftReport>(`/v1/shift-report?since=${encodeURIComponent(since)}`),
  /** The last known state, while the link is not live. */
  lastKnown: () =>
    ask<Page<ShownAlert>>(`/v1/alerts?status=provisional,confirmed&limit=${pageMax}`),
  parents: () =>
    ask<{ readonly items: readonly { readonly alertId: string; readonly partOf: string }[] }>(
      '/v1/alerts/parents'
    ),
  alert: (id: string) => ask<AlertDetail>(`${alertPath(id)}?revisions=${revisionsMax}`),
  evidence: (id: string, cursor: string | null) =>
    ask<Page<ShownEvidence>>(
      `${alertPath(id)}/evidence?limit=100${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`
    ),
  /** Those that changed last. */
  incidents: (query: string) => ask<Page<ShownIncident>>(`/v1/incidents?${query}`),
  /**
   * Splits or merges an incident. `after`: the revision of another officer's declaration that was
   * seen.
   */
  declare: (incidentId: string, kind: 'split' | 'merge', body: object, after: number | null) =>
    postOnce<unknown>(
      `/v1/incidents/${encodeURIComponent(incidentId)}/${kind}`,
      body,
      after === null ? {} : { 'if-match': `"${after}"` }
    ),
  /** `what`: what was typed; the body has times that were reckoned from it. */
  act: (id: string, act: string, operatorRevision: number, body: object, what: string) =>
    postOnce<ShownAlert>(
      `${alertPath(id)}/${act}`,
      body,
      { 'if-match': `"${operatorRevision}"` },
      what
    )
}

/** What is ready and what is not. */
export async function readiness(): Promise<Answer<Readiness>> {
  try {
    // Not ready is 503, with the same body.
    const response = await fetch('/readyz', { signal: AbortSignal.timeout(5_000) })
    return { kind: 'ok', status: response.status, body: (await response.json()) as Readiness }
  } catch {
    return { kind: 'unreachable' }
  }
}
