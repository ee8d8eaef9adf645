// What is known of fronts without their rows: attacks that later ones may still see, as they were
// when the last row passed, and the fronts of then. Plain data.

import type { Incident } from '../../incident/incident.ts'
import type { PassedTimes } from './cell-rates.ts'
import type { Front } from './front-story.ts'
import { type FrontRow, FrontTrack, Member } from './members.ts'

export interface FrontBase {
  /** Latest beginning of an incident; null if none has passed. */
  readonly endedByMs: number | null
  /** Times of attacks by cell, for the cell's own rate. */
  readonly times: PassedTimes
  readonly fronts: readonly Front[]
  readonly members: readonly SavedMember[]
}

interface SavedMember {
  readonly incidents: readonly Incident[]
  readonly needed: number
  readonly neighbours: number
  readonly isCore: boolean
  /** Index of its front; null if it is in none. */
  readonly front: number | null
}

interface Known {
  readonly endedByMs: number
  readonly times: FrontBase['times']
  readonly members: readonly Member[]
  readonly tracks: Iterable<FrontTrack>
  near(member: Member): readonly Member[]
}

export function baseOf({ endedByMs, times, members, tracks, near }: Known): FrontBase {
  const roots = new Map<FrontTrack, number>()
  const fronts: Front[] = []
  const indexOf = (track: FrontTrack): number => {
    const known = roots.get(track)
    if (known !== undefined) return known
    roots.set(track, fronts.length)
    return fronts.push(track.passed as Front) - 1
  }
  for (const track of tracks)
    if (track.passed !== null && track.passedRoot === track) indexOf(track)
  const saved = members.map((member): SavedMember => {
    const { rows, needed, neighbours, coreSince, front, claimedBy } = member
    const later = near(member).reduce(
      (sum, other) => sum + other.rows.filter(row => row.passed === 0).length,
      0
    )
    return {
      incidents: rows.filter(row => row.passed > 0).map(row => row.incident),
      needed,
      neighbours: neighbours - later,
      isCore: coreSince !== null && coreSince.passed > 0,
      front:
        front === null || claimedBy === null || claimedBy.passed === 0
          ? null
          : indexOf(front.passedRoot)
    }
  })
  return { endedByMs: Number.isFinite(endedByMs) ? endedByMs : null, times, fronts, members: saved }
}

/** The members and fronts of a base. `rowOf` gives the row of an incident that has passed. */
export function membersOf({ fronts, members }: FrontBase, rowOf: (incident: Incident) => FrontRow) {
  const tracks = fronts.map(front => new FrontTrack(front))
  const made = members.map(({ incidents, needed, neighbours, isCore, front }) => {
    const rows = incidents.map(rowOf)
    const first = rows[0] as FrontRow
    first.needed = needed
    const member = new Member(first, neighbours)
    member.rows.push(...rows.slice(1))
    for (const row of rows) row.member = member
    member.coreSince = isCore ? first : null
    member.front = front === null ? null : (tracks[front] as FrontTrack)
    member.claimedBy = front === null ? null : first
    return member
  })
  return { tracks, members: made }
}
