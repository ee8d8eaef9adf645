// For how many alerts silences are, at what cost: an area far from all alerts is asked of none of
// them.

import type { AlertState } from '@tocsin/domain/alert/alert'
import type { Silence } from '@tocsin/domain/notification/silence'
import { noCalls } from '@tocsin/domain/response/alert-calls'
import { type Circle, meetsCircle } from '@tocsin/domain/space-time/asked-area'
import { describe, expect, it } from 'vitest'
import type { AlertIndex } from '../../src/projection/alert-index.ts'
import { ScanScheduler } from '../../src/projection/scan-scheduler.ts'
import { LevelOrder, type ListedAlert } from '../../src/reader/level-order.ts'
import { areaCountsOf, matchesOf } from '../../src/silence/silence-matches.ts'

const view = { theatres: '*', handling: 'restricted' } as const
const count = 5_000
const severities = ['minor', 'moderate', 'severe', 'extreme'] as const

/** Open alerts, and one in five closed, in a band of some degrees. */
const circles = Array.from(
  { length: count },
  (_, i): Circle => [40 + (i % 50) / 10, 20 + (i % 70) / 10, 5]
)
const outlines = circles.map(
  (circle, i) =>
    ({
      ...{
        alertId: `a${i}`,
        severity: severities[i % 4],
        status: i % 5 === 0 ? 'resolved' : 'confirmed',
        pattern: 'siege'
      },
      ...{
        ruleId: 'r',
        category: [],
        theatre: 'sahel',
        certainty: 'likely',
        handling: 'public',
        operator: {}
      },
      area: { country: ['ML'], admin1: [], circle, settlement: null }
    }) as unknown as AlertState
)

function indexed(): AlertIndex {
  const order = new LevelOrder<ListedAlert>('restricted')
  order.fill(
    outlines.map((outline, i) => {
      const firstTime = new Date(i * 1_000).toISOString()
      const listed = {
        outlineAt: () => outline,
        callsAt: () => noCalls,
        firstTimeAt: () => firstTime,
        foldedHeadlineAt: () => ''
      }
      return [
        { firstTime, alertId: outline.alertId },
        { ...listed, alertId: outline.alertId }
      ]
    })
  )
  return { get: () => undefined, orderAt: () => order } as unknown as AlertIndex
}

function deps(scans = new ScanScheduler()) {
  const alerts = indexed()
  return { alerts, scans, areas: areaCountsOf(alerts) }
}

const silenceAt = (i: number, circle: Circle, more: Partial<Silence> = {}): Silence => ({
  ...{
    silenceId: `s${i}`,
    filter: { circle },
    alertId: null,
    subscriptionId: null,
    startsMs: 0,
    endsMs: 1
  },
  ...{ includesExtreme: false, handling: 'restricted', theatres: null, ...more }
})

describe('silences with areas', () => {
  it('count the open alerts in them, of what they hold back', async () => {
    const wide: Circle = [42, 23, 150]
    const silences = [
      silenceAt(0, wide),
      silenceAt(1, wide, { includesExtreme: true }),
      silenceAt(2, [0, 0, 100])
    ]
    const counts = await matchesOf(deps(), view, silences)
    const there = outlines.filter(
      ({ status, area }) => status === 'confirmed' && meetsCircle(wide, area.circle)
    )
    const lesser = there.filter(({ severity }) => severity !== 'extreme')
    expect(lesser.length).toBeGreaterThan(100)
    expect([...counts.values()]).toEqual([lesser.length, there.length, 0])
  })

  it('are asked of no single alert where none lies near', async () => {
    const scans = new ScanScheduler()
    const far = Array.from({ length: 200 }, (_, i) => silenceAt(i, [-30, i / 2, 100]))
    const counts = await matchesOf(deps(scans), view, far)
    expect([...counts.values()].every(each => each === 0)).toBe(true)
    expect(scans.count).toBeLessThanOrEqual(1)
  })
})
