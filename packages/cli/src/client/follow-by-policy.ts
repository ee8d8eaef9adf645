// Follows the alerts of a running suite as a policy tells them, over the suite's stream: the feed
// knows no policies. The client library comes back over drops and restarts with its cursor, and
// checks that nothing is missing.

import { readFileSync } from 'node:fs'
import { type StreamPolicy, type Telling, TocsinClient } from '@tocsin/client'
import { checkPolicyShape } from '@tocsin/contracts/report/report-shape'
import { filterFromQuery } from '@tocsin/domain/alert/alert-filter'
import { CommandError, UsageError } from '../terminal/output.ts'
import type { AlertEventView } from './alert-lines.ts'

/** An event as it was told. */
export interface ToldRow {
  readonly event: AlertEventView
  readonly cursor: string
  readonly told?: Telling
}

export interface FollowByPolicyOptions {
  readonly url: string
  readonly key: string
  readonly signal: AbortSignal
  readonly policy: StreamPolicy
  /** Filter names and values of a query. */
  readonly filter: Readonly<Record<string, string>>
  /** `latest` or a cursor of the same policy and filter. */
  readonly from: string
  readonly onRow: (row: ToldRow) => void
  /** With each sign of life: how old what was told may be at most, s. */
  readonly onAge?: (ageSeconds: number | undefined) => void
  /** It has begun: what comes from now on is told. */
  readonly onBegin?: () => void
}

/** The policy in a file. Throws UsageError, which names what is wrong and where. */
export function policyInFile(file: string): StreamPolicy {
  const shaped = checkPolicyShape(jsonIn(file))
  if (shaped.ok) return shaped.report as StreamPolicy
  throw new UsageError(
    `${file} is no policy: ${shaped.errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; ')}`
  )
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new UsageError(`${file} cannot be read as JSON`, { cause })
  }
}

/**
 * Follows until the signal aborts. Rejects with CommandError when the suite refuses, or no longer
 * holds the position.
 */
export async function followByPolicy(options: FollowByPolicyOptions): Promise<void> {
  const { url, key, signal, policy, from, onRow } = options
  const parsed = filterFromQuery(options.filter)
  if (!parsed.ok)
    throw new UsageError(
      parsed.errors.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`).join('; ')
    )
  const ended = Promise.withResolvers<never>()
  const client = new TocsinClient({
    url,
    token: key,
    transports: ['websocket', 'sse'],
    onState: state => {
      if (state.kind === 'ended' && state.why !== 'closed')
        ended.reject(new CommandError(state.why))
    }
  })
  // At first it begins anew only if it was asked to.
  let isPlaced = from !== 'latest'
  const subscription = client.subscribe(
    { filter: parsed.filter as object, from, policy },
    {
      snapshot: (_alerts, { isFirst }) => {
        if (isFirst && isPlaced)
          throw new CommandError(
            'the position is lost, or of another policy or filter: start again with --from latest'
          )
        if (!isPlaced) options.onBegin?.()
        isPlaced = true
      },
      alert: (event, place) => onRow({ event: event as unknown as AlertEventView, ...place }),
      position: (_cursor, { ageSeconds }) => options.onAge?.(ageSeconds ?? undefined)
    }
  )
  const close = () => client.close()
  signal.addEventListener('abort', close, { once: true })
  if (signal.aborted) close()
  try {
    await Promise.race([subscription.done, ended.promise])
  } finally {
    signal.removeEventListener('abort', close)
    client.close()
  }
}
