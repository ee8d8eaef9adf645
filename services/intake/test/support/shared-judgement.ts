// Requests of several clients about the same few reports, and the check of their result: one
// theatre counts each report, everything acknowledged stands, and clients that changed instances
// were answered consistently.

import { reportIdOf } from '@tocsin/contracts/report/report-identity'
import type { TheatreRecord } from '@tocsin/domain/record/theatre-record'
import { expect } from 'vitest'
import type { Answer } from '../../src/report/report-answer.ts'
import { aReport } from './intake-under-test.ts'

const spots = [
  { name: 'Dioura', admin1: 'ML-5', country: 'ML', lat: 14.8252, lon: -5.2547 },
  { name: 'Bol', country: 'TD', lat: 13.46, lon: 14.71 },
  { name: 'Lyon', country: 'FR', lat: 45.76, lon: 4.83 }
]

export interface Wish {
  readonly kind: 'post' | 'put' | 'withdraw'
  readonly report: number
  readonly spot: number
  readonly minute: number
  /** True if its client retries after a failure. */
  readonly isPatient: boolean
}

/** A request and its outcome, with the logical times of request and answer. */
export interface Deed {
  readonly wish: Wish
  readonly contentHash: string
  readonly began: number
  ended: number
  outcome: Answer | string
}

export const bodyOf = ({ report, spot, minute }: Wish) => ({
  ...aReport,
  externalId: `W-${report}`,
  reportedAt: `2025-06-02T09:0${minute}:00Z`,
  location: spots[spot]
})
export const idOf = (report: number) =>
  reportIdOf({ sourceId: 'wire-1', externalId: `W-${report}`, idempotencyKey: null, body: null })

/** Answers after which a client retries. */
export const passing = new Set(['log-unavailable', 'projection-behind', 'append-unknown', 'died'])
const isAcknowledged = (deed: Deed) => typeof deed.outcome !== 'string'

/** Checks the final records of the incidents log against the answers. Throws an AssertionError. */
export function judge(records: readonly TheatreRecord[], deeds: readonly Deed[]): void {
  for (const report of new Set(deeds.map(deed => deed.wish.report))) {
    const mine = records.filter(r => 'reportId' in r.data && r.data.reportId === idOf(report))
    const ours = deeds.filter(deed => deed.wish.report === report)
    checkStanding(mine, ours)
    checkAnswers(ours)
  }
}

/**
 * One theatre counts the report, all that was ever acknowledged is in the log, and the last
 * correction stands.
 */
function checkStanding(records: readonly TheatreRecord[], deeds: readonly Deed[]): void {
  const revisions = records.flatMap(r =>
    r.type === 'report.received' ? [{ in: r.theatre, ...r.data }] : []
  )
  const theatres = new Set(records.map(r => r.theatre))
  for (const deed of deeds.filter(isAcknowledged)) {
    if (deed.wish.kind === 'withdraw')
      expect(records.some(r => r.type === 'report.withdrawn')).toBe(true)
    else expect(revisions.map(r => r.contentHash)).toContain(deed.contentHash)
  }
  if (records.some(r => r.type === 'report.withdrawn')) {
    const gone = new Set(records.filter(r => r.type === 'report.withdrawn').map(r => r.theatre))
    expect(gone, 'a withdrawal stands in every theatre that the report was ever in').toEqual(
      theatres
    )
    return
  }
  if (revisions.length === 0) return
  const counting = [...theatres].filter(
    theatre => best(revisions.filter(r => r.in === theatre)).theatre === theatre
  )
  const winner = best(revisions)
  expect(counting, 'one theatre counts the report').toEqual([winner.theatre])
  for (const theatre of theatres)
    expect(best(revisions.filter(r => r.in === theatre)).contentHash).toBe(winner.contentHash)
  const last = deeds.find(
    deed =>
      deed.wish.kind === 'put' &&
      isAcknowledged(deed) &&
      deeds.every(o => o === deed || o.ended < deed.began)
  )
  if (last !== undefined)
    expect(winner.contentHash, 'the last correction stands').toBe(last.contentHash)
}

/** A client that continues after an answer, at any instance, is answered consistently with it. */
function checkAnswers(deeds: readonly Deed[]): void {
  for (const deed of deeds) {
    const before = deeds.filter(other => other.ended < deed.began && isAcknowledged(other))
    if (before.length > 0)
      expect(deed.outcome, 'what was acknowledged is known').not.toBe('not-found')
    if (before.some(other => other.wish.kind === 'withdraw') && deed.wish.kind !== 'withdraw')
      expect(deed.outcome, 'a withdrawal is final').not.toBeTypeOf('object')
    expect(['object', 'string']).toContain(typeof deed.outcome)
    if (typeof deed.outcome === 'string' && !passing.has(deed.outcome))
      expect(['not-found', 'report-withdrawn'], 'nothing else is refused').toContain(deed.outcome)
  }
}

function best<R extends { readonly reportedAt: string; readonly contentHash: string }>(
  revisions: readonly R[]
): R {
  return revisions.reduce((a, b) =>
    b.reportedAt > a.reportedAt || (b.reportedAt === a.reportedAt && b.contentHash > a.contentHash)
      ? b
      : a
  )
}
