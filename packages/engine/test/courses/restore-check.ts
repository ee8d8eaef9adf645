// A fold that was restored from a snapshot publishes the same events, byte for byte, as one that went
// on: with retention, late and corrected reports.

import assert from 'node:assert/strict'
import { LevelFold } from '../../src/theatre/level-fold.ts'
import type { RuleSet } from '../../src/theatre/rule-set.ts'
import { restoreSnapshot, writeSnapshot } from '../../src/theatre/snapshot.ts'
import { type CourseOptions, makeTheatreCourse } from '../support/theatre-course.ts'

export const restoredCourse = { reports: 300, days: 1100 }

/** Records from one snapshot to the next. */
const recordsBetween = 97
/** Restored folds that are compared at a time. */
const restoredMax = 3

/**
 * Compares the events of a fold with those of all that were restored on the way. Returns their number.
 * Throws AssertionError at a difference.
 */
export function compareRestored(
  rules: RuleSet,
  seed: number,
  course: CourseOptions = restoredCourse
): number {
  const { records } = makeTheatreCourse(seed, course)
  const written: string[] = []
  const fold = new LevelFold(rules, makeOptions(written))
  const restored: { readonly fold: LevelFold; readonly found: string[]; from: number }[] = []
  for (const [i, record] of records.entries()) {
    fold.apply(record)
    if (record.type === 'clock.ticked') checkWhole(fold)
    for (const one of restored) one.fold.apply(record)
    for (const one of restored) {
      assert.deepEqual(one.found.splice(0), written.slice(one.from), `course ${seed}, record ${i}`)
      one.from = written.length
    }
    if (i % recordsBetween !== recordsBetween - 1) continue
    const found: string[] = []
    const copy = restoreSnapshot(writeSnapshot(fold), rules, makeOptions(found))
    if (restored.length === restoredMax) restored.shift()
    restored.push({ fold: copy, found, from: written.length })
  }
  return written.length
}

/** A report is evicted with all others of its incident. */
function checkWhole({ engine: { reports, incidents, assembly } }: LevelFold): void {
  const { present } = reports.columns
  for (let row = 0; row < reports.rowCount; row++)
    if (present[row] === 1)
      for (const member of incidents.listMembers(assembly.findIncident(row)))
        assert.equal(present[member], 1, `${reports.ids[row]} has lost a report of its incident`)
}

function makeOptions(written: string[]) {
  return {
    ...{ theatre: 'sahel', fold: 'public' as const, engine: '1.0.0' },
    ...{ retentionDays: 150, evictionDays: 20 },
    write: (record: string) => written.push(record)
  }
}
