// Follows the alerts of a running suite through its pull feed: each event once, in order, across
// restarts of the suite. It checks the `prev` chain as any client should: a break is an error.

import type { Clock } from '@tocsin/domain/ports'
import { formatProblem, type SuiteApi } from '@tocsin/host/client/suite-api'
import { CommandError } from '../terminal/output.ts'
import type { AlertEventAnswer } from './alert-lines.ts'

export interface FeedRow {
  readonly event: AlertEventAnswer
  readonly cursor: string
  readonly prev: string
}

export interface FeedPage {
  /** False: the log no longer has what follows the cursor. */
  readonly recovered: boolean
  readonly items: readonly FeedRow[]
  /** Where to continue. */
  readonly next: string
}

export interface FollowAlertsOptions {
  readonly api: Pick<SuiteApi, 'callPatiently'>
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Filter names and values of the query. */
  readonly filter?: Readonly<Record<string, string>>
  /** A cursor, or where to start. */
  readonly from: string
  readonly onRow: (row: FeedRow) => void
  /** With each page: its maximum age, s. */
  readonly onAge?: (ageSeconds: number | undefined) => void
}

/** Long-poll duration of a request, s, and how long an unreachable suite is retried, ms. */
const waitS = 20
const patienceMs = 60_000

/**
 * Follows until the signal aborts. Rejects with CommandError when the suite refuses or the chain
 * breaks.
 */
export async function followAlerts(options: FollowAlertsOptions): Promise<void> {
  const { api, clock, signal, filter = {}, onRow } = options
  let cursor = options.from
  // The cursor that the next row must name in `prev`; unknown before the first answer when starting
  // by word.
  let expected = ['latest', 'earliest'].includes(cursor) ? null : cursor
  while (!signal.aborted) {
    const query = new URLSearchParams({ ...filter, cursor, wait: String(waitS) })
    const answer = await api
      .callPatiently('GET', `/v1/feed?${query}`, { signal }, { clock, patienceMs })
      .catch((error: unknown) => {
        if (signal.aborted) return null
        throw error
      })
    if (answer === null) return
    if (answer.problem) throw new CommandError(formatProblem(answer.problem))
    options.onAge?.(answer.ageSeconds)
    const page = answer.body as FeedPage
    if (!page.recovered)
      throw new CommandError(
        'the log no longer holds what follows this position: start again with --from earliest'
      )
    for (const row of page.items) {
      if (expected !== null && row.prev !== expected)
        throw new CommandError(`the feed has a gap before event ${row.event.id}`)
      expected = row.cursor
      onRow(row)
    }
    cursor = page.next
    expected = page.next
  }
}
