import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareIncidents, type Incident } from '../../../src/incident/incident.ts'
import { nearRepeat } from '../../../src/patterns/near-repeat/near-repeat.ts'
import type { Category } from '../../../src/report/report.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { distanceKm } from '../../../src/space-time/geometry.ts'
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

interface Story {
  readonly entered: number
  readonly center: Incident
  readonly members: Incident[]
}

interface Told {
  readonly entered: number
  readonly to: number | null
  readonly size: number
}

/** True for an interval longer than its window. */
const isVague = (i: Incident) => i.toMs - i.fromMs > (i.category === 'explosion' ? 2 : 28) * dayMs

/**
 * The expected findings by definition: each attack is compared with all episodes and all attacks
 * that are in none.
 */
function plainly(incidents: readonly Incident[]): Told[] {
  const stories: Story[] = []
  const isBlast = (i: Incident) => i.category === 'explosion'
  const who = (i: Incident) =>
    i.actors.map(a => a.name.trim().toLowerCase()).filter(name => name !== 'unknown')
  const fits = (a: Incident, b: Incident) => {
    const km = distanceKm(
      { lat: a.place.lat ?? 0, lon: a.place.lon ?? 0 },
      { lat: b.place.lat ?? 0, lon: b.place.lon ?? 0 }
    )
    if (isBlast(a) || isBlast(b)) return isBlast(a) && isBlast(b) && km <= 1
    return km <= 20 && (a.category === b.category || who(a).some(name => who(b).includes(name)))
  }
  const endOf = (s: Story) =>
    Math.min(Math.max(...s.members.map(m => m.toMs)) + 70 * dayMs, s.entered + 365 * dayMs)
  for (const [n, incident] of incidents.entries()) {
    if (
      isVague(incident) ||
      !incident.passesGrade ||
      (isBlast(incident) && (incident.place.radiusKm ?? 0) > 1)
    )
      continue
    const story = stories.find(s => endOf(s) > incident.fromMs && fits(s.center, incident))
    if (story) {
      story.members.push(incident)
      continue
    }
    const days = isBlast(incident) ? 2 : 28
    const isFree = (i: Incident) =>
      !isVague(i) &&
      i.passesGrade &&
      !(isBlast(i) && (i.place.radiusKm ?? 0) > 1) &&
      !stories.some(s => s.members.includes(i))
    const fit = incidents
      .slice(0, n)
      .filter(i => isFree(i) && i.toMs > incident.fromMs - days * dayMs && fits(incident, i))
    // All of one kind, or all by one actor.
    const alike = [
      fit.filter(i => i.category === incident.category),
      ...who(incident).map(name => fit.filter(i => who(i).includes(name)))
    ]
    const free = isBlast(incident)
      ? fit
      : (alike.toSorted((a, b) => b.length - a.length)[0] as Incident[])
    if (free.length >= 2)
      stories.push({ entered: incident.fromMs, center: incident, members: [...free, incident] })
  }
  return stories
    .map(s => ({
      entered: s.entered,
      to: endOf(s) <= horizonMs ? endOf(s) : null,
      size: s.members.length
    }))
    .sort(inOrder)
}

/** Two that began together may end in any order. */
const inOrder = (a: Told, b: Told) =>
  a.entered - b.entered || a.size - b.size || (a.to ?? horizonMs) - (b.to ?? horizonMs)

describe('near repeat', () => {
  it('enters, grows and ends as defined', () => {
    const saidArb = fc.record({
      day: fc.integer({ min: 0, max: 400 }),
      days: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 9, 40),
      category: fc.constantFrom<Category>('attack', 'attack', 'ambush', 'explosion', 'explosion'),
      km: fc.constantFrom(0, 0.4, 0.9, 12, 19, 25, 38, 60),
      actor: fc.constantFrom('JNIM', 'jnim ', 'Unknown', 'Army'),
      radiusKm: fc.constantFrom(0.5, 0.5, 2),
      credibility: fc.constantFrom<2 | 5>(2, 2, 2, 2, 5)
    })
    let entered = 0
    let ended = 0
    fc.assert(
      fc.property(fc.array(saidArb, { minLength: 25, maxLength: 60, size: 'max' }), said => {
        const incidents = said.map(attack).sort(compareIncidents)
        // The rate of a cell has its own tests: here no cell is hot.
        const found = foldAll(nearRepeat, incidents, horizonMs, { hotRate: 1000 })
        // Beyond the named ones, members cannot be told from support.
        fc.pre(found.every(f => f.omitted === 0))
        const expected = plainly(incidents)
        const told = found.map(f => ({
          entered: f.levels[0]?.atMs as number,
          to: f.toMs,
          size: [...f.triggers, ...f.support].filter(i => i.passesGrade && !isVague(i)).length
        }))
        expect(told.sort(inOrder)).toEqual(expected)
        entered += found.length
        ended += found.filter(f => f.toMs !== null).length
      }),
      { numRuns: 650 }
    )
    expect(entered).toBeGreaterThan(400)
    expect(ended).toBeGreaterThan(300)
  })

  it('is minor at first', () => {
    expect(nearRepeat.severities).toEqual(['minor', 'moderate', 'severe'])
  })

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

  it('counts each attack in one episode, so that a row of places does not become a row of episodes', () => {
    const row = [0, 10, 19, 28, 37].map((km, i) => ({ day: i, km }))
    expect(findingsOf(row)).toHaveLength(1)
  })

  it('neither floods nor stays open for ever if attacks are daily', () => {
    const daily = Array.from({ length: 800 }, (_, i) => ({ day: i, deaths: [1, 1, 1] as const }))
    const found = findingsOf(daily)
    expect(
      found.map(f => [f.levels.length, Math.round(((f.toMs ?? 0) - originMs) / dayMs)])
    ).toEqual([[3, 367]])
    expect(found[0]?.triggers.length).toBeLessThanOrEqual(29)
    expect(found[0]?.support).toHaveLength(20)
    expect(found[0]?.omitted).toBeGreaterThan(300)
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

  it('keeps drills apart, ignores coarse places, and lets low grades only support', () => {
    const three = [{ day: 0 }, { day: 1 }, { day: 2 }]
    expect(findingsOf(three.map((s, i) => ({ ...s, drill: i === 2 })))).toEqual([])
    expect(findingsOf(three.map(s => ({ ...s, drill: true })))[0]?.group).toMatchObject({
      drill: 'true'
    })
    expect(findingsOf(three.map(s => ({ ...s, radiusKm: 25 })))).toEqual([])
    expect(findingsOf(three.map(s => ({ ...s, credibility: 5 as const })))).toEqual([])
    const supported = findingsOf([...three, { day: 3, credibility: 5 }])[0]
    expect(supported?.levels).toHaveLength(1)
    expect(supported?.support.map(i => i.id)).toEqual(['a0003'])
  })
})
