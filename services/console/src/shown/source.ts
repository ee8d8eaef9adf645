// A declared source as the suite answers it.

export interface SourceHeard {
  readonly theatre: string
  readonly lastReportedAt: string
  readonly state: 'live' | 'silent' | 'archive'
}

export interface Source {
  readonly id: string
  /** Absent, as the next three: not told to this caller. */
  readonly reliability?: string
  readonly latenessDays?: number
  readonly cadenceDays?: number
  readonly archive?: boolean
  /** Who may report as it; null: every key that may report. Absent: not told to this caller. */
  readonly reporters?: readonly string[] | null
  /** Absent: not told to this caller. */
  readonly heard?: readonly SourceHeard[]
}
