// The evidence of an alert as it happened, event by event, and as it was known at an earlier time.
// Pure.

import type { AlertDetail, ShownEvidence } from '../shown/shown-alert.ts'

/** A piece of evidence whose incident is known. */
export type ShownEvent = ShownEvidence & {
  readonly incident: NonNullable<ShownEvidence['incident']>
}

/**
 * Events in the order in which they happened: by the beginning of their dates, then their end, then
 * id.
 */
export function listEvents(evidence: readonly ShownEvidence[]): readonly ShownEvent[] {
  return evidence
    .filter((each): each is ShownEvent => each.incident !== null)
    .toSorted(({ incident: a }, { incident: b }) => {
      const byTime =
        compare(a.occurred.from, b.occurred.from) || compare(a.occurred.to, b.occurred.to)
      return byTime || compare(a.incidentId, b.incidentId)
    })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** What an alert rested on at one of its revisions. */
export interface KnownEvidence {
  readonly evidence: readonly ShownEvidence[]
  /**
   * Pieces that it had then; those that are not in `evidence` were not named, or are not known any
   * more.
   */
  readonly total: number
}

/** A revision names few of its pieces; their incidents are described as they are known now. */
export function evidenceKnownAt(
  { evidence, revisions }: AlertDetail,
  index: number
): KnownEvidence | null {
  const then = revisions[index]?.data
  if (then === undefined) return null
  const now = new Map(evidence.map(each => [each.incidentId, each]))
  const named = then.evidence.map(
    ({ incidentId, role, handling }): ShownEvidence => ({
      incidentId,
      role,
      handling,
      incident: now.get(incidentId)?.incident ?? null
    })
  )
  return { evidence: named, total: then.evidenceCount.triggers + then.evidenceCount.support }
}
