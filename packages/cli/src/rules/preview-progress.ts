// Prints the progress of a preview during the wait: a line about the work every few seconds, which
// is not part of the result.

import { setTimeout as delay } from 'node:timers/promises'
import type { ApiAnswer, SuiteApi } from '@tocsin/host/client/suite-api'
import type { Output } from '../terminal/output.ts'

/** Most previews are answered before the first line, ms. */
const lineEveryMs = 2_000

/** What GET /v1/rules/preview answers. */
interface ProgressBody {
  readonly preview: {
    readonly theatres: readonly { readonly theatre: string; readonly share: number }[]
  } | null
}

/** Resolves with the answer, or rejects as it does. `everyMs`: between two lines. */
export async function withProgressNotes(
  answer: Promise<ApiAnswer>,
  api: SuiteApi,
  output: Pick<Output, 'note'>,
  everyMs = lineEveryMs
): Promise<ApiAnswer> {
  const over = new AbortController()
  const told = printUntil(over.signal, api, output, everyMs)
  try {
    return await answer
  } finally {
    over.abort()
    await told
  }
}

async function printUntil(
  over: AbortSignal,
  api: SuiteApi,
  output: Pick<Output, 'note'>,
  everyMs: number
) {
  const shares = new Map<string, number>()
  // A suite without this route may still answer the preview.
  const fetchProgress = async () =>
    (await api.call('GET', '/v1/rules/preview').catch(() => null))?.body as ProgressBody | null
  while (await delay(everyMs, true, { signal: over }).catch(() => false)) {
    const preview = (await fetchProgress())?.preview ?? null
    if (over.aborted || preview === null) continue
    takeShares(shares, preview.theatres)
    output.note(formatProgress([...shares.values()]))
  }
}

/** One that is no longer listed is done. */
function takeShares(
  shares: Map<string, number>,
  listed: NonNullable<ProgressBody['preview']>['theatres']
): void {
  for (const theatre of shares.keys()) shares.set(theatre, 1)
  for (const { theatre, share } of listed) shares.set(theatre, share)
}

/** `shares`: of each theatre, from 0 to 1. Pure. */
export function formatProgress(shares: readonly number[]): string {
  const percent = Math.floor(
    (shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length)) * 100
  )
  const done = shares.filter(share => share === 1).length
  return `previewing: ${percent} %, ${done} of ${shares.length} ${shares.length === 1 ? 'theatre' : 'theatres'} done`
}
