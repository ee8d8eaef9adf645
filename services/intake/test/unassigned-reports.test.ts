import { maySee } from '@tocsin/contracts/theatre/handling'
import { describe, expect, it } from 'vitest'
import type { KnownReport } from '../src/known/known-report.ts'
import { UnassignedReports } from '../src/known/unassigned-reports.ts'

const now = '2025-06-10T00:00:00.000Z'
const nowMs = Date.parse(now)

/** A report of internal handling that counts in a theatre. */
function reportIn(theatre: string, reportId = 'r', withdrawal: object | null = null): KnownReport {
  return { reportId, winner: { theatre, handling: 'internal' }, withdrawal } as never
}

function idsIn(unassigned: UnassignedReports): readonly string[] {
  return unassigned.list().map(({ reportId }) => reportId)
}

describe('the reports in no theatre', () => {
  it.each([
    ['a theatre takes it', reportIn('sahel', 'a')],
    ['it is withdrawn', reportIn('_unassigned', 'a', {})]
  ])('hold a report until %s', (_, later) => {
    const unassigned = new UnassignedReports()
    for (const id of ['a', 'b']) unassigned.apply(reportIn('_unassigned', id), now)
    expect(idsIn(unassigned)).toEqual(['b', 'a'])
    unassigned.apply(later, now)
    expect(idsIn(unassigned)).toEqual(['b'])
  })

  it('are counted for a week from their acceptance, as far as a reader may see them', () => {
    const unassigned = new UnassignedReports()
    unassigned.apply(reportIn('_unassigned', 'old'), '2025-06-02T00:00:00.000Z')
    unassigned.apply(reportIn('_unassigned', 'new'), '2025-06-04T00:00:00.000Z')
    unassigned.apply(reportIn('_unassigned', 'old'), now)
    expect(unassigned.countLastWeek(nowMs, () => true)).toBe(1)
    expect(unassigned.countLastWeek(nowMs, ({ handling }) => maySee('partners', handling))).toBe(0)
  })

  it('are the newest, also after a restart', () => {
    const [before, after] = [new UnassignedReports(2), new UnassignedReports(2)]
    for (const id of ['a', 'b', 'c']) before.apply(reportIn('_unassigned', id), now)
    for (const row of before.capture().rows) after.restore(JSON.parse(JSON.stringify(row)))
    expect(idsIn(after)).toEqual(['c', 'b'])
    expect(after.countLastWeek(nowMs, () => true)).toBe(2)
  })
})
