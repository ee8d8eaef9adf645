import { describe, expect, it } from 'vitest'
import type { Incident } from '../../../src/incident/incident.ts'
import { nearRepeat } from '../../../src/patterns/near-repeat/near-repeat.ts'
import type { Category } from '../../../src/report/report.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { foldAll, incidentFrom } from '../pattern-fold.ts'

const originMs = Date.parse('2024-01-01')
const day = (n: number) => formatTime(originMs + n * dayMs).slice(0, 10)
const horizonMs = originMs + 900 * dayMs

interface Said {
  readonly day: number
  readonly days?: number
  readonly category?: Category
  readonly km?: number
  readonly actor?: string
  readonly deaths?: readonly [number | null, number | null, number | null]
  readonly radiusKm?: number
  readonly credibility?: 2 | 5
  readonly drill?: boolean
}

const attack = (said: Said, i: number): Incident =>
  incidentFrom({
    id: `a${String(i).padStart(4, '0')}`,
    at: day(said.day),
    to: day(said.day + (said.days ?? 0)),
    category: said.category ?? 'attack',
    lat: 14 + (said.km ?? 0) / 111.195,
    lon: -5,
    radiusKm: said.radiusKm ?? 0.5,
    credibility: said.credibility ?? 2,
    drill: said.drill ?? false,
    ...(said.actor === undefined ? {} : { actors: [said.actor] }),
    ...(said.deaths === undefined ? {} : { deaths: said.deaths })
  })

const findingsOf = (said: readonly Said[], overrides = {}, atMs = horizonMs) =>
  foldAll(nearRepeat, said.map(attack), atMs, overrides)
const levelsOf = (said: readonly Said[]) =>
  findingsOf(said)[0]?.levels.map(l => [l.reason, Math.round((l.atMs - originMs) / dayMs)])

describe('near repeat', () => {
  it('requires three within 28 days, counted from the last day of each', () => {
    expect(findingsOf([{ day: 0 }, { day: 10 }, { day: 28 }])).toHaveLength(1)
    expect(findingsOf([{ day: 0 }, { day: 10 }, { day: 29 }])).toEqual([])
    expect(findingsOf([{ day: 0, days: 1 }, { day: 10 }, { day: 29 }])).toHaveLength(1)
    expect(findingsOf([{ day: 0, days: 1 }, { day: 10 }, { day: 29 }])[0]?.explanation).toContain(
      'intervals'
    )
  })

  it('requires three of one kind or by one actor, not two of each', () => {
    const mixed = (kind: Category): Said[] => [
      { day: 0, category: 'attack', actor: 'JNIM' },
      { day: 7, category: kind, actor: 'Army' },
      { day: 14, category: 'ambush', actor: 'JNIM' }
    ]
    expect(findingsOf(mixed('ambush'))).toEqual([])
    expect(
      findingsOf([...mixed('ambush'), { day: 15, category: 'ambush', actor: 'Army' }])
    ).toHaveLength(1)
    const byOne = findingsOf([...mixed('ambush'), { day: 15, category: 'shelling', actor: 'JNIM' }])
    expect(byOne.map(f => f.triggers.length)).toEqual([3])
  })

  it('takes an attack dated to more than the window as support only', () => {
    const month = (n: number, days: number): Said => ({ day: n, days })
    expect(findingsOf([month(0, 27), month(1, 27), month(2, 27)])).toHaveLength(1)
    expect(findingsOf([month(0, 28), month(1, 28), month(2, 28)])).toEqual([])
    const [found] = findingsOf([{ day: 0 }, { day: 1 }, { day: 2 }, month(3, 60)])
    expect([found?.triggers.length, found?.support.length, found?.levels.length]).toEqual([3, 1, 1])
    const blasts = [0, 1, 2].map(n => ({ ...month(n, 9), category: 'explosion' as const }))
    expect(findingsOf(blasts)).toEqual([])
  })

  it('escalates at the fourth and at a death that more than a highest figure shows, once each', () => {
    const three = [{ day: 0 }, { day: 1 }, { day: 2 }]
    expect(
      levelsOf([
        ...three,
        { day: 9, deaths: [null, null, 5] },
        { day: 12, deaths: [null, 2, 5] },
        { day: 20 }
      ])
    ).toEqual([
      ['3 attacks', 2],
      ['4 attacks', 9],
      ['fatalities reported', 12]
    ])
    expect(levelsOf([...three.slice(0, 2), { day: 2, deaths: [1, null, null] }])).toEqual([
      ['3 attacks', 2],
      ['fatalities reported', 2]
    ])
  })

  it('ends after 70 quiet days, and needs three new ones after that', () => {
    const three = [{ day: 0 }, { day: 1 }, { day: 2 }]
    const endsAt = originMs + 73 * dayMs - 1
    expect(findingsOf(three, {}, endsAt - 1)[0]?.toMs).toBeNull()
    expect(findingsOf(three, {}, endsAt)[0]?.toMs).toBe(endsAt)
    expect(findingsOf([...three, { day: 72 }])).toHaveLength(1)
    expect(findingsOf([...three, { day: 74 }, { day: 75 }])).toHaveLength(1)
    expect(findingsOf([...three, { day: 74 }, { day: 75 }, { day: 76 }])).toHaveLength(2)
  })

  it('says that a window holds more than it counts', () => {
    const onOneDay = (count: number) =>
      findingsOf(
        Array.from({ length: count }, () => ({ day: 0 })),
        {},
        originMs + 2 * dayMs
      )[0]
    expect(onOneDay(59)?.headline).toContain(': 59 within 28 days')
    expect(onOneDay(70)?.headline).toContain(': at least 60 within 28 days')
    expect(onOneDay(70)?.explanation).toContain(': at least 60 within 28 days.')
  })

  it('raises nothing if three are usual, and does if the past was quiet', () => {
    const usual = Array.from({ length: 20 }, (_, i) => ({
      day: i * 18,
      category: 'attack' as const
    }))
    const burst = [400, 401, 402].map(n => ({ day: n }))
    expect(
      findingsOf([...usual, ...burst]).filter(f => f.fromMs >= originMs + 380 * dayMs)
    ).toEqual([])
    expect(findingsOf(burst)).toHaveLength(1)
  })
})
