// Suggestions for sources with old rows: declared as an archive, a source does not delay the watermark
// back. Pure.

import { quoteWord } from '@tocsin/service/process/shell-word'
import { toOneLine } from '../terminal/table.ts'

/** Age of the last row from which a source looks like an archive, days. */
const oldDays = 90

/** A source as listed by the suite. */
export interface DeclaredSource {
  readonly id: string
  /** Absent, as the next three, for a key that may not see grades. */
  readonly reliability?: string
  readonly latenessDays?: number
  readonly cadenceDays?: number
  readonly archive?: boolean
}

/**
 * One command per source of old news that is not yet declared as an archive. `lastDays` by source,
 * as `2024-03-01`.
 */
export function formatArchiveHint(
  lastDays: Readonly<Record<string, string>>,
  declared: readonly DeclaredSource[],
  nowMs: number
): readonly string[] {
  const oldest = new Date(nowMs - oldDays * 86_400_000).toISOString().slice(0, 10)
  return Object.entries(lastDays).flatMap(([id, lastDay]) => {
    const known = declared.find(source => source.id === id)
    // A key that sees no grades may not declare a source either.
    const isGraded = known === undefined || known.reliability !== undefined
    if (lastDay >= oldest || known?.archive === true || !isGraded) return []
    const judged =
      known === undefined
        ? '--reliability F'
        : `--reliability ${known.reliability} --lateness-days ${known.latenessDays} --cadence-days ${known.cadenceDays}`
    return [
      `its rows are old, and the source is not declared as an archive: tocsin sources set ${quoteWord(toOneLine(id))} ${judged} --archive`
    ]
  })
}
