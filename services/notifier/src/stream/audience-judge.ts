// Judges each new event once for all who are the same audience.

import { LRUCache } from 'lru-cache'
import type { AlertRecord } from '../alerts/alert-entry.ts'
import type { AlertIndex } from '../alerts/alert-index.ts'
import type { Audience, Judged, ReaderStanding } from '../alerts/audience.ts'
import { makeScopeKey } from '../alerts/reader-view.ts'
import { judgeRecord, standingBefore } from '../alerts/record-judging.ts'

/** Standings cached per audience; others are folded again from the index. */
const standingsKept = 10_000

export class AudienceJudge {
  readonly audience: Audience
  /** One per audience, and most have few entries: it grows as it fills. */
  readonly #standings = new LRUCache<string, ReaderStanding>({
    maxSize: standingsKept,
    sizeCalculation: () => 1
  })

  constructor(audience: Audience) {
    this.audience = audience
  }

  /** Judges the newest event. */
  judge(alerts: AlertIndex, record: AlertRecord): Judged['verdict'] {
    const { alertId } = record.event.data
    const before = this.#standings.get(alertId) ?? standingBefore(alerts, this.audience, record)
    const judged = judgeRecord(alerts, before, record, this.audience)
    this.#standings.set(alertId, judged.standing)
    return judged.verdict
  }
}

/** Equal for audiences that get the same events of the same. */
export function makeAudienceKey({ view, filter }: Audience): string {
  const sorted = Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1))
  return `${makeScopeKey(view)}|${JSON.stringify(sorted)}`
}
