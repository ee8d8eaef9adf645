// What a further attack does to a front and to a widening arc: it changes what is told where it changes the situation, and only then.

import { describe, expect, it } from 'vitest'
import type { Pattern } from '../../src/detection/pattern.ts'
import type { Finding } from '../../src/finding/finding.ts'
import type { Incident } from '../../src/incident/incident.ts'
import { wideningArc } from '../../src/patterns/arc/widening-arc.ts'
import { front } from '../../src/patterns/front/front.ts'
import { nearRepeat } from '../../src/patterns/near-repeat/near-repeat.ts'
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

/** What is told after each of these, one by one. */
function toldAfterEach<P, S>(
  pattern: Pattern<P, S>,
  incidents: readonly Incident[],
  overrides: Partial<P> = {}
): readonly (readonly Finding[])[] {
  const parameters = parametersOf(pattern, overrides)
  let state = pattern.initial('theatre')
  return incidents.map(incident => {
    state = pattern.step(state, incident, parameters)
    return pattern.findings(state, incident.fromMs, parameters, [])
  })
}

const shape = (finding: Finding | undefined) => [finding?.triggers.length, finding?.support.length, finding?.omitted]

describe('a front', () => {
  // Two weeks apart at a distance: never more than three are neighbours.
  const chain = Array.from({ length: 60 }, (_, i) => attack({ id: `c${String(i).padStart(3, '0')}`, n: i * 7 }))

  it('takes what makes it no denser, larger by a level or wider for support', () => {
    const found = toldAfterEach(front, chain, { minPointsHot: 3 })
    expect(shape(found[2]?.[0])).toEqual([3, 0, 0])
    // Two neighbours before and two after make five: the fourth and the fifth made it denser.
    const last = found.at(-1)?.[0]
    expect(last?.measure.value).toBe(5)
    expect(last?.levels.map(l => l.reason)).toEqual(['formed', '6 incidents', '12 incidents', '24 incidents', '48 incidents'])
    expect(last?.triggers.map(i => i.id)).toEqual(['c000', 'c001', 'c002', 'c003', 'c004', 'c005', 'c011', 'c023', 'c047'])
    expect(last?.headline).toContain('48 attacks')
  })

  it('says the same, as the very same object, while more is only counted', () => {
    const found = toldAfterEach(front, chain, { minPointsHot: 3 })
    const told = found.map(([finding]) => finding)
    const changes = told.filter((finding, i) => i > 2 && finding !== told[i - 1])
    // Six further triggers, and twenty that are named.
    expect(changes).toHaveLength(26)
    const ended = foldAll(front, chain, originMs + 1000 * dayMs, { minPointsHot: 3 })[0]
    expect(shape(ended)).toEqual([9, 20, 31])
  })

  it('is wider where it strikes a cell for the first time', () => {
    const found = toldAfterEach(front, [
      ...chain.slice(0, 5),
      attack({ id: 'd', n: 29, lat: 14.15 }),
      attack({ id: 'e', n: 35, lat: 14.15 })
    ])
    expect(found[5]?.[0]?.triggers.at(-1)?.id).toBe('d')
  })
})

describe('a widening arc', () => {
  const began = [1, 2, 3].map(area => attack({ id: `a${area}`, n: area, lat: 10 + 2 * area, admin1: `ML-${area}` }))
  const more = Array.from({ length: 40 }, (_, i) =>
    attack({ id: `b${String(i).padStart(3, '0')}`, n: 4 + i, lat: 12 + 2 * (i % 3), admin1: `ML-${1 + (i % 3)}` })
  )

  it('takes what widens it no further for support, named up to twenty and then counted', () => {
    const found = toldAfterEach(wideningArc, [...began, ...more])
    expect(shape(found[2]?.[0])).toEqual([3, 0, 0])
    expect(shape(found.at(-1)?.[0])).toEqual([3, 20, 0])
    expect(found.at(-1)?.[0]).toBe(found[22]?.[0])
    const [ended] = foldAll(wideningArc, [...began, ...more], originMs + 200 * dayMs)
    expect(shape(ended)).toEqual([3, 20, 20])
  })

  it('tells of another area, with all that was counted before', () => {
    const found = toldAfterEach(wideningArc, [...began, ...more, attack({ id: 'c', n: 44, lat: 13, admin1: 'ML-7' })])
    const last = found.at(-1)?.[0]
    expect(last?.triggers.at(-1)?.id).toBe('c')
    expect(shape(last)).toEqual([4, 20, 20])
    expect(last?.measure.value).toBe(4)
  })
})

/** A pattern with its parameters: steps through attacks, and what stands then. */
function foldOf<P, S>(pattern: Pattern<P, S>) {
  const parameters = parametersOf(pattern)
  return {
    after: (incidents: readonly Incident[], from = pattern.initial('theatre')): S =>
      incidents.reduce((state, incident) => pattern.step(state, incident, parameters), from),
    told: (state: S): readonly Finding[] => pattern.findings(state, originMs + 9 * dayMs, parameters, [])
  }
}

function tellsAgain<P, S>(pattern: Pattern<P, S>): void {
  const { after, told } = foldOf(pattern)
  const before = after([0, 1, 2].map(n => attack({ id: `h${n}`, n })))
  const next = [attack({ id: 'i0', n: 3 }), attack({ id: 'i1', n: 4 })]
  const [first] = told(after(next, before))
  expect(first?.triggers).toHaveLength(5)
  expect(told(after([attack({ id: 'a', n: 3, lat: 20 }), ...next], before))[0]).toBe(first)
  expect(told(after([attack({ id: 'a', n: 3 }), ...next], before))[0]?.triggers).toHaveLength(6)
}

describe('what a fold tells again', () => {
  it('of a front is the very same object where a late attack did not touch it', () => tellsAgain(front))
  it('of a near repeat is the very same object where a late attack did not touch it', () => tellsAgain(nearRepeat))
})
