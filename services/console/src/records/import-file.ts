// An import in the browser: guesses the format of its file, and counts the answers. Pure.

import type { ImportTried } from '../shown/answers.ts'

/** By what a file begins with, and else by its name. */
export function guessFormat(name: string, head: string): string {
  const ending = /\.([a-z]+)(?:\.(?:gz|zst))?$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  if (/type_of_violence/i.test(head)) return 'ucdp-ged'
  if (/event_id_cnty/i.test(head)) return 'acled'
  if (/globaleventid/i.test(head) || /\.export\.csv/i.test(name)) return 'gdelt'
  if (ending === 'kml' || /<kml[\s>]/i.test(head)) return 'kml'
  if (ending === 'cap' || ending === 'xml') return 'cap'
  if (ending === 'geojson' || /"FeatureCollection"/.test(head)) return 'geojson'
  return ending === 'ndjson' || ending === 'jsonl' ? 'ndjson' : 'csv'
}

/** What was sent so far, of all. */
export interface Sent {
  /** Reports, and then withdrawals. */
  readonly lines: number
  readonly withdrawn: number
  readonly accepted: number
  readonly duplicates: number
  /** The first of them. */
  readonly refused: readonly string[]
  readonly refusedCount: number
}

export const nothingSent: Sent = {
  lines: 0,
  withdrawn: 0,
  accepted: 0,
  duplicates: 0,
  refused: [],
  refusedCount: 0
}
const refusedShownMax = 20

interface ResultLine {
  readonly line?: number
  readonly status?: number
  readonly duplicate?: boolean
  readonly detail?: string
  readonly complete?: boolean
  readonly problem?: { readonly code: string; readonly detail: string; readonly status: number }
}

/** What a batch adds, once all its lines are answered; else why they are not. */
export function afterBatch(
  before: Sent,
  count: number,
  answer: readonly unknown[]
): Sent | NonNullable<ResultLine['problem']> | null {
  const results = answer as readonly ResultLine[]
  const end = results.at(-1)
  if (end === undefined || end.line !== undefined) return null
  if (end.complete !== true) return end.problem ?? null
  const told = results.filter(({ line }) => line !== undefined)
  // Too busy for one: the batch is sent again, which changes nothing of the others.
  const busy = told.find(({ status = 0 }) => status === 429 || status >= 500)
  if (busy !== undefined) return { code: 'busy', detail: busy.detail ?? '', status: 503 }
  const taken = told.filter(({ status }) => status === 202)
  const refused = told.filter(({ status }) => status !== 202)
  const duplicates = taken.filter(({ duplicate }) => duplicate === true).length
  return {
    ...before,
    lines: before.lines + count,
    accepted: before.accepted + taken.length - duplicates,
    duplicates: before.duplicates + duplicates,
    ...withRefused(
      before,
      refused.map(({ detail = '' }) => detail)
    )
  }
}

/** What a withdrawal adds; null: it is to be sent again. */
export function afterWithdrawal(
  before: Sent,
  { externalId, mayBeAbsent }: ImportTried['toWithdraw'][number],
  { status, detail }: { readonly status: number; readonly detail: string }
): Sent | null {
  const after = { ...before, lines: before.lines + 1 }
  if (status < 400) return { ...after, withdrawn: before.withdrawn + 1 }
  if (status === 429 || status >= 500) return null
  if (status === 404 && mayBeAbsent) return after
  return { ...after, ...withRefused(before, [`${externalId}: ${detail}`]) }
}

function withRefused(before: Sent, details: readonly string[]) {
  return {
    refused: [...before.refused, ...details].slice(0, refusedShownMax),
    refusedCount: before.refusedCount + details.length
  }
}
