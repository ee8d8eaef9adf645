// What is remembered of the areas of silences is what counting anew says, whatever comes, changes,
// is hidden and goes, also while it is counted.

import type { AlertState } from '@tocsin/domain/alert/alert'
import type { AlertFilter } from '@tocsin/domain/alert/alert-filter'
import { noCalls } from '@tocsin/domain/response/alert-calls'
import { areaTestOf } from '@tocsin/domain/space-time/asked-area'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Scan, ScanScheduler } from '../../src/projection/scan-scheduler.ts'
import { LevelOrder, type ListedAlert, type Place } from '../../src/reader/level-order.ts'
import { AreaCounts } from '../../src/silence/area-counts.ts'
import { anAlert } from '../support/alert-builder.ts'

const filters: readonly AlertFilter[] = [
  { circle: [14, -4, 30] },
  { circle: [60, 60, 10] },
  // biome-ignore format: corners
  { polygon: { type: 'Polygon', coordinates: [[[-6, 13], [-3, 13], [-3, 15], [-6, 15], [-6, 13]]] } }
]
const circles = [null, [14, -4, 5], [14.6, -4, 5], [15.4, -4, 60], [60, 60, 1]] as const
const step = fc.record({
  alert: fc.nat(8),
  does: fc.constantFrom('change', 'change', 'change', 'hide', 'leave'),
  severity: fc.constantFrom('minor' as const, 'severe' as const),
  status: fc.constantFrom('confirmed' as const, 'confirmed' as const, 'resolved' as const),
  circle: fc.constantFrom(...circles)
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

class Listed implements ListedAlert {
  readonly alertId: string
  readonly firstTime: string
  outline: AlertState | null = null

  constructor(n: number) {
    this.alertId = `a${n}`
    this.firstTime = new Date(n * 1_000).toISOString()
  }
  outlineAt = () => this.outline
  callsAt = () => noCalls
  firstTimeAt = () => this.firstTime
  foldedHeadlineAt = () => ''
}

class World {
  readonly order = new LevelOrder<ListedAlert>('restricted')
  readonly #there = new Map<number, Listed>()

  do({ alert, does, severity, status, circle }: Step): void {
    const known = this.#there.get(alert)
    if (does === 'leave') {
      if (known !== undefined) this.order.leave(known as Place)
      this.#there.delete(alert)
      return
    }
    const listed = known ?? new Listed(alert)
    const state = anAlert({ alertId: listed.alertId, severity, status })
    listed.outline = does === 'hide' ? null : { ...state, area: { ...state.area, circle } }
    if (known === undefined) this.order.enter(listed, listed)
    this.#there.set(alert, listed)
    this.order.note(listed)
  }

  /** By severity, counted one by one. */
  counted(filter: AlertFilter): Record<string, number> {
    const counts: Record<string, number> = {}
    for (const { outline } of this.#there.values()) {
      if (
        outline?.status !== 'confirmed' ||
        areaTestOf(filter)?.meets(outline.area.circle, { units: 0 }) !== true
      )
        continue
      counts[outline.severity] = (counts[outline.severity] ?? 0) + 1
    }
    return counts
  }
}

/** Yields all the time, and the world changes meanwhile. */
class Hasty extends Scan {
  readonly #meanwhile: () => void

  constructor(meanwhile: () => void) {
    super(new ScanScheduler())
    this.#meanwhile = meanwhile
  }
  override get mustYield() {
    return this.units >= 6
  }
  override async yieldTurn() {
    this.units = 0
    this.#meanwhile()
  }
}

async function remembered(
  counts: AreaCounts,
  filter: AlertFilter,
  scan: Scan
): Promise<Record<string, number>> {
  const bySeverity: Record<string, number> = {}
  for (const [{ facts }, count] of await counts.of(filter, scan))
    bySeverity[facts.severity] = (bySeverity[facts.severity] ?? 0) + count
  return bySeverity
}

it('is what counting one by one says', async () => {
  const steps = fc.array(step, { maxLength: 12 })
  const turns = fc.array(
    fc.record({ before: steps, during: steps, asks: fc.subarray([...filters], { minLength: 1 }) })
  )
  await fc.assert(
    fc.asyncProperty(turns, async all => {
      const world = new World()
      const counts = new AreaCounts(world.order)
      for (const { before, during, asks } of all) {
        for (const each of before) world.do(each)
        const left = [...during]
        const scan = new Hasty(() => {
          const next = left.shift()
          if (next !== undefined) world.do(next)
        })
        await counts.prepare(asks, scan)
        for (const filter of asks)
          expect(await remembered(counts, filter, scan)).toEqual(world.counted(filter))
      }
    })
  )
})

it('is counted anew where more has changed than is remembered', async () => {
  const world = new World()
  const counts = new AreaCounts(world.order)
  const [filter] = filters as [AlertFilter]
  const change = (n: number): Step => ({
    ...{ alert: n % 7, does: 'change', status: 'confirmed', circle: [14, -4, 5] },
    severity: n % 2 === 0 ? 'minor' : 'severe'
  })
  world.do(change(0))
  const scan = new Scan(new ScanScheduler())
  expect(await remembered(counts, filter, scan)).toEqual({ minor: 1 })
  for (let n = 0; n < 10_001; n++) world.do(change(n))
  expect(await remembered(counts, filter, scan)).toEqual(world.counted(filter))
})
