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

describe('near repeat', () => {
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
