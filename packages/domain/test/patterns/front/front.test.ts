// The incremental front against a plain ST-DBSCAN over all incidents.

import { describe, expect, it } from 'vitest'
import { type AnyPattern, resolveParameters } from '../../../src/detection/pattern.ts'
import type { Finding } from '../../../src/finding/finding.ts'
import { momentAt } from '../../../src/fold/moment.ts'
import { assembleIncident, type Incident, viewOf } from '../../../src/incident/incident.ts'
import { patterns } from '../../../src/patterns/pattern-catalogue.ts'
import { dayMs, formatTime, parseSpan } from '../../../src/space-time/event-time.ts'
import { revisionOf } from '../../fold-story.ts'
import { machineOver } from '../machine-over.ts'

const front = patterns.get('front') as AnyPattern
// No cell is hot here: the rule of the hot cell has its own test.
const parameters = resolveParameters(front, { hotRate: 1000 })

/** The machine of these incidents, which are in order. */
function folded(incidents: readonly Incident[], given = parameters) {
  return machineOver(front, { scope: 'theatre', parameters: given }, incidents)
}

function foundIn(
  incidents: readonly Incident[],
  horizon: string,
  given = parameters
): readonly Finding[] {
  return folded(incidents, given).findings(momentAt(Date.parse(horizon)))
}

function incident(i: number, day: number, lat: number, lon: number, days = 0): Incident {
  const [at, to] = [day, day + days].map(n =>
    formatTime(Date.parse('2025-01-01') + n * dayMs).slice(0, 10)
  ) as [string, string]
  const revision = revisionOf({ id: `p${String(i).padStart(3, '0')}`, at, to, lat, lon })
  return assembleIncident([viewOf(revision, parseSpan(revision.occurred).toMs, 'B')])
}

describe('front', () => {
  it('does not take an attack dated to more than the window as a neighbour', () => {
    const found = (...days: readonly number[]) =>
      foundIn(
        days.map((n, i) => incident(i, i, 14, -5, n)),
        '2025-02-01'
      )
    expect([found(13, 13, 13).length, found(13, 13, 14).length]).toEqual([1, 0])
    expect(found(13, 0, 0)[0]?.explanation).toContain('Some dates are intervals')
  })

  it('requires one more if the cell has a rate of its own', () => {
    const year = Array.from({ length: 30 }, (_, i) => incident(i, i * 12, 14, -5))
    const later = [
      incident(100, 400, 14, -5),
      incident(101, 404, 14, -5),
      incident(102, 408, 14, -5)
    ]
    const plain = resolveParameters(front, {})
    const open = (incidents: readonly Incident[]) =>
      foundIn(incidents, formatTime(incidents.at(-1)?.fromMs ?? 0), plain).filter(
        f => f.toMs === null
      )
    expect(open(later)).toHaveLength(1)
    expect(open([...year, ...later])).toHaveLength(0)
    expect(open([...year, ...later, incident(103, 409, 14, -5)])).toHaveLength(1)
  })
})
