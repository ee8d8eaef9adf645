// Further attacks on a front and on a widening arc: the finding changes if the situation does, and
// only then.

import { describe, expect, it } from 'vitest'
import type { AnyPattern, MachinePattern, Pattern } from '../../src/detection/pattern.ts'
import { machineOf } from '../../src/detection/step-machine.ts'
import type { Finding } from '../../src/finding/finding.ts'
import { FoldWork } from '../../src/fold/fold-work.ts'
import { momentAt } from '../../src/fold/moment.ts'
import { compareIncidents, type Incident } from '../../src/incident/incident.ts'
import { wideningArc } from '../../src/patterns/arc/widening-arc.ts'
import { front } from '../../src/patterns/front/front.ts'
import { dayMs, formatTime } from '../../src/space-time/event-time.ts'
import { foldAll, incidentFrom, parametersOf } from './pattern-fold.ts'

const originMs = Date.parse('2025-01-01')
const day = (n: number) => formatTime(originMs + n * dayMs).slice(0, 10)

interface Struck {
  readonly id: string
  readonly n: number
  readonly lat?: number
  readonly admin1?: string
}

const attack = ({ id, n, lat = 14, admin1 = 'ML-4' }: Struck): Incident =>
  incidentFrom({ id, at: day(n), lat, lon: -5, admin1, settlement: `S${lat}` })

/** The distinct findings after each of these, one by one. */
function toldAfterEach<P, S>(
  pattern: Pattern<P, S> | MachinePattern<P>,
  incidents: readonly Incident[],
  overrides: Partial<P> = {}
): readonly (readonly Finding[])[] {
  const { put } = foldOf(pattern, overrides)
  return incidents.map(incident => put(incident, incident.fromMs))
}

const shape = (finding: Finding | undefined) => [
  finding?.triggers.length,
  finding?.support.length,
  finding?.omitted
]

describe('a front', () => {
  // Two weeks apart at a distance: never more than three are neighbours.
  const chain = Array.from({ length: 60 }, (_, i) =>
    attack({ id: `c${String(i).padStart(3, '0')}`, n: i * 7 })
  )

  it('takes an attack as support if it makes the front no denser, wider, or larger by a level', () => {
    const found = toldAfterEach(front, chain, { minPointsHot: 3 })
    expect(shape(found[2]?.[0])).toEqual([3, 0, 0])
    // Two neighbours before and two after make five: the fourth and the fifth made it denser.
    const last = found.at(-1)?.[0]
    expect(last?.measure.value).toBe(5)
    expect(last?.levels.map(l => l.reason)).toEqual([
      'formed',
      '6 incidents',
      '12 incidents',
      '24 incidents',
      '48 incidents'
    ])
    expect(last?.triggers.map(i => i.id)).toEqual([
      'c000',
      'c001',
      'c002',
      'c003',
      'c004',
      'c005',
      'c011',
      'c023',
      'c047'
    ])
    expect(last?.headline).toContain('48 attacks')
  })

  it('is wider when it hits a cell for the first time', () => {
    const found = toldAfterEach(front, [
      ...chain.slice(0, 5),
      attack({ id: 'd', n: 29, lat: 14.15 }),
      attack({ id: 'e', n: 35, lat: 14.15 })
    ])
    expect(found[5]?.[0]?.triggers.at(-1)?.id).toBe('d')
  })
})

describe('a widening arc', () => {
  const began = [1, 2, 3].map(area =>
    attack({ id: `a${area}`, n: area, lat: 10 + 2 * area, admin1: `ML-${area}` })
  )
  const more = Array.from({ length: 40 }, (_, i) =>
    attack({
      id: `b${String(i).padStart(3, '0')}`,
      n: 4 + i,
      lat: 12 + 2 * (i % 3),
      admin1: `ML-${1 + (i % 3)}`
    })
  )

  it('takes an attack that widens it no further as support, named up to twenty and then counted', () => {
    const found = toldAfterEach(wideningArc, [...began, ...more])
    expect(shape(found[2]?.[0])).toEqual([3, 0, 0])
    expect(shape(found.at(-1)?.[0])).toEqual([3, 20, 0])
    expect(found.at(-1)?.[0]).toBe(found[22]?.[0])
    const [ended] = foldAll(wideningArc, [...began, ...more], originMs + 200 * dayMs)
    expect(shape(ended)).toEqual([3, 20, 20])
  })

  it('reports another area, with everything counted before', () => {
    const found = toldAfterEach(wideningArc, [
      ...began,
      ...more,
      attack({ id: 'c', n: 44, lat: 13, admin1: 'ML-7' })
    ])
    const last = found.at(-1)?.[0]
    expect(last?.triggers.at(-1)?.id).toBe('c')
    expect(shape(last)).toEqual([4, 20, 20])
    expect(last?.measure.value).toBe(4)
  })
})

/**
 * One scope of a pattern, to which incidents come in any order. `put` gives the findings after it.
 */
function foldOf<P, S>(pattern: Pattern<P, S> | MachinePattern<P>, overrides: Partial<P> = {}) {
  const rows: Incident[] = []
  const parameters = parametersOf(pattern, overrides) as Readonly<Record<string, unknown>>
  const ground = { scope: 'theatre', parameters, rows, base: undefined, work: new FoldWork() }
  const machine = machineOf(pattern as unknown as AnyPattern, ground)
  const put = (incident: Incident, atMs: number): readonly Finding[] => {
    const index = rows.findLastIndex(other => compareIncidents(other, incident) < 0) + 1
    rows.splice(index, 0, incident)
    machine.put?.(incident)
    machine.refold(index, incident)
    return machine.findings(momentAt(atMs))
  }
  return { put }
}
