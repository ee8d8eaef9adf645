import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareIncidents, type Incident } from '../../../src/incident/incident.ts'
import { repeatVictimisation } from '../../../src/patterns/civilians/repeat-victimisation.ts'
import type { Category, Place } from '../../../src/report/report.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { FoldStory, placeOf, type ReportSketch, revisionOf } from '../../fold-story.ts'
import { foldAll, incidentFrom } from '../pattern-fold.ts'

const originMs = Date.parse('2024-01-01')
const day = (n: number) => formatTime(originMs + n * dayMs).slice(0, 10)
const horizonMs = originMs + 1500 * dayMs

interface Said extends Omit<ReportSketch, 'id' | 'at' | 'to'> {
  readonly day: number
  readonly days?: number
}

const villages = ['Arre', 'Bare', 'Care', 'Dare'] as const

/** The villages lie 50 km from each other, in a row. */
function sketchOf({ day: from, days = 0, ...said }: Said, i: number): ReportSketch {
  const lat = 12 + 0.5 * villages.indexOf((said.settlement ?? 'Arre') as 'Arre')
  const sketch = { settlement: 'Arre', lat, category: 'attack-on-civilians' as const, ...said }
  return { ...sketch, id: `v${String(i).padStart(4, '0')}`, at: day(from), to: day(from + days) }
}

const incident = (said: Said, i: number) => incidentFrom(sketchOf(said, i))
const findingsOf = (...said: readonly Said[]) =>
  foldAll(repeatVictimisation, said.map(incident), horizonMs)
const levelsOf = (...said: readonly Said[]) =>
  findingsOf(...said)[0]?.levels.map(l => [l.reason, Math.round((l.atMs - originMs) / dayMs)])

interface Story {
  readonly atMs: number
  readonly places: Set<string>
  readonly by: readonly string[]
  readonly members: Incident[]
}

/**
 * True for an interval longer than this number of days: it lies in no single window for certain.
 */
const spans = (i: Incident, days: number) => i.toMs - i.fromMs > days * dayMs

/**
 * By the definition, with villages by name: each attack is compared with all episodes, then with
 * all attacks that are in none.
 */
function plainly(incidents: readonly Incident[]): string[] {
  const stories: Story[] = []
  const where = (i: Incident) => [i.place, ...i.alsoAt].map(p => p.settlementName as string)
  const who = (i: Incident) =>
    [...new Set(i.actors.map(a => a.name.trim().toLowerCase()))].filter(name => name !== 'unknown')
  const endOf = (s: Story) => Math.max(...s.members.map(m => m.toMs)) + 90 * dayMs
  for (const [n, i] of incidents.entries()) {
    if (!i.passesGrade || spans(i, 90)) continue
    const story = stories.find(
      s =>
        endOf(s) > i.fromMs &&
        (where(i).some(w => s.places.has(w)) || who(i).some(name => s.by.includes(name)))
    )
    if (story) {
      story.members.push(i)
      for (const w of where(i)) story.places.add(w)
      continue
    }
    const free = incidents
      .slice(0, n)
      .filter(o => o.passesGrade && !spans(o, 90) && stories.every(s => !s.members.includes(o)))
    const open = (members: Incident[], places: string[], by: string[]) =>
      stories.push({ atMs: i.fromMs, places: new Set(places), by, members })
    const hit = where(i).find(
      w => free.filter(o => o.toMs > i.fromMs - 90 * dayMs && where(o).includes(w)).length >= 2
    )
    if (hit !== undefined) {
      const members = [
        ...free.filter(o => o.toMs > i.fromMs - 90 * dayMs && where(o).includes(hit)),
        i
      ]
      const twice = [...new Set(members.flatMap(who))].filter(
        name => members.filter(m => who(m).includes(name)).length > 1
      )
      open(members, [hit], twice)
      continue
    }
    if (spans(i, 45)) continue
    const theirs = (name: string) =>
      free.filter(o => !spans(o, 45) && o.toMs > i.fromMs - 45 * dayMs && who(o).includes(name))
    const wide = who(i).filter(name => new Set([i, ...theirs(name)].flatMap(where)).size >= 2)
    const [first] = wide
    if (first === undefined) continue
    const size = (name: string) =>
      `${theirs(name).length} ${new Set([i, ...theirs(name)].flatMap(where)).size}`
    open(
      [...theirs(first), i],
      [i, ...theirs(first)].flatMap(where),
      wide.filter(name => size(name) === size(first))
    )
  }
  return stories.map(s => `${s.atMs} ${endOf(s)} ${s.members.length}`).sort()
}

describe('repeat victimisation', () => {
  it('enters, grows and ends as defined', () => {
    const saidArb = fc.record({
      day: fc.integer({ min: 0, max: 700 }),
      days: fc.constantFrom(0, 0, 0, 20, 60, 120),
      settlement: fc.constantFrom(...villages),
      also: fc.constantFrom<string | undefined>(undefined, undefined, undefined, ...villages),
      actors: fc.constantFrom<readonly string[]>(
        [],
        ['Unknown'],
        ['JNIM'],
        ['jnim '],
        ['Army', 'Dozo'],
        ['Dozo']
      ),
      credibility: fc.constantFrom<2 | 5>(2, 2, 2, 5)
    })
    let [entered, byActor] = [0, 0]
    fc.assert(
      fc.property(fc.array(saidArb, { minLength: 5, maxLength: 20, size: 'max' }), said => {
        const incidents = said
          .map(({ also, ...s }, i) =>
            incident(
              {
                ...s,
                ...(also === undefined || also === s.settlement
                  ? {}
                  : {
                      alsoAt: [
                        { settlement: also, lat: 12 + 0.5 * villages.indexOf(also as 'Arre') }
                      ]
                    })
              },
              i
            )
          )
          .sort(compareIncidents)
        const found = foldAll(repeatVictimisation, incidents, horizonMs)
        const told = found.map(f => {
          const size =
            f.omitted +
            [...f.triggers, ...f.support].filter(i => i.passesGrade && !spans(i, 90)).length
          return `${f.levels[0]?.atMs} ${f.toMs} ${size}`
        })
        expect(told.sort()).toEqual(plainly(incidents))
        entered += found.length
        byActor += found.filter(f => f.group.perpetrator !== undefined).length
      }),
      { numRuns: 400 }
    )
    expect(entered).toBeGreaterThan(300)
    expect(byActor).toBeGreaterThan(50)
  })

  it('takes an attack dated to more than the window as support only', () => {
    const some = (n: number, days: number): Said => ({ day: n, days })
    expect(findingsOf(some(0, 89), some(1, 89), some(2, 89))).toHaveLength(1)
    expect(findingsOf(some(0, 180), some(1, 180), some(2, 180))).toEqual([])
    const by = { actors: ['Dozo'] }
    expect(
      findingsOf({ day: 0, ...by }, { ...some(1, 44), settlement: 'Bare', ...by })
    ).toHaveLength(1)
    expect(findingsOf({ day: 0, ...by }, { ...some(1, 60), settlement: 'Bare', ...by })).toEqual([])
  })

  it('counts civilians only, by category or target', () => {
    const three = (more: Omit<Said, 'day'>) =>
      findingsOf(...[0, 1, 2].map(n => ({ day: n, ...more })))
    expect(three({})).toHaveLength(1)
    expect(three({ category: 'shelling', targets: ['civilians'] })).toHaveLength(1)
    expect(three({ category: 'shelling', targets: ['military'] })).toEqual([])
    for (const category of ['statistic', 'blockade', 'displacement'] satisfies Category[])
      expect(three({ category, targets: ['civilians'] })).toEqual([])
  })

  it('takes places at most 5 km apart as one, if both are known that precisely', () => {
    const at = (n: number, lat: number, radiusKm = 1): Said => ({
      day: n,
      settlement: `Hamlet ${n}`,
      lat,
      radiusKm
    })
    expect(findingsOf(at(0, 14), at(1, 14.03), at(2, 14.02))).toHaveLength(1)
    expect(findingsOf(at(0, 14), at(1, 14.08), at(2, 14.02))).toEqual([])
    expect(findingsOf(at(0, 14, 25), at(1, 14.03), at(2, 14.02))).toEqual([])
  })

  it('ignores borders within a place: for attacks on both sides of one, and for areas unknown or stated differently', () => {
    const at = (n: number, admin1: string | null, settlement?: string) => {
      const sketch = {
        id: `b${n}`,
        at: day(n),
        category: 'attack-on-civilians',
        lat: 14 + n * 0.01,
        admin1
      } as const
      const revision = revisionOf(sketch)
      const known =
        settlement === undefined
          ? {}
          : { settlement: `ML-4/${settlement}`, settlementName: settlement }
      return incidentFrom(sketch, { place: { ...revision.place, ...known } })
    }
    const found = (...incidents: readonly Incident[]) =>
      foldAll(repeatVictimisation, incidents, originMs + 3 * dayMs)
    expect(found(at(0, 'ML-4'), at(1, 'ML-5'), at(2, 'ML-4')).map(f => f.group.admin1)).toEqual([
      'ML-4'
    ])
    expect(
      found(at(0, 'ML-4', 'farabougou'), at(1, 'ML-5', 'farabougou'), at(2, 'ML-4', 'farabougou'))
    ).toHaveLength(1)
    const [nowhere] = found(at(0, null), at(1, null), at(2, null))
    expect([nowhere?.triggers.length, nowhere?.group.admin1]).toEqual([3, undefined])
    expect(nowhere?.headline).toBe(
      'Civilians attacked repeatedly at an unnamed place: 3 attacks within 90 days'
    )
    // By its definition, what one actor does is counted within an area.
    const by = (n: number, settlement: string, admin1: string): Said => ({
      day: n,
      settlement,
      admin1,
      actors: ['Dozo']
    })
    expect(findingsOf(by(0, 'Arre', 'ML-4'), by(1, 'Bare', 'ML-5'))).toEqual([])
    expect(findingsOf(by(0, 'Arre', 'ML-4'), by(1, 'Bare', 'ML-4'))).toHaveLength(1)
  })

  it('names a town and the area of the same name once', () => {
    const [found] = findingsOf(
      ...[0, 1, 2].map(n => ({ day: n, settlement: 'Mopti', admin1: 'ML-5' }))
    )
    expect(found?.headline).toContain('civilians at Mopti in Mali for')
  })

  it('escalates at another place and at more deaths, once each; unknown is not zero', () => {
    const three: Said[] = [0, 1, 2].map(n => ({
      day: n,
      actors: ['JNIM'],
      deaths: n === 0 ? ([null, 4, null] as const) : [null, null, null]
    }))
    expect(
      levelsOf(
        ...three,
        { day: 10, settlement: 'Bare', actors: ['JNIM'] },
        { day: 20, deaths: [3, 9, 9] },
        { day: 30, deaths: 20 }
      )
    ).toEqual([
      ['3 attacks on one place', 2],
      ['another place', 10],
      ['more deaths', 20]
    ])
    const unknown = three.map(s => ({ ...s, deaths: [null, null, 7] as const }))
    expect(levelsOf(...unknown, { day: 20, deaths: 5 })).toHaveLength(1)
    expect(levelsOf(...three, { day: 20, deaths: [null, null, 50] })).toHaveLength(1)
  })

  it('ends after 90 quiet days, and not before', () => {
    const three = [{ day: 0 }, { day: 1 }, { day: 2 }]
    expect(findingsOf(...three)[0]?.toMs).toBe(originMs + 93 * dayMs - 1)
    expect(findingsOf(...three, { day: 92 })[0]?.toMs).toBe(originMs + 183 * dayMs - 1)
    expect(findingsOf(...three, { day: 93 })[0]?.toMs).toBe(originMs + 93 * dayMs - 1)
  })

  it('is not revised at each further attack on a place at war', () => {
    const found = findingsOf(
      ...Array.from({ length: 600 }, (_, i) => ({ day: i, deaths: 1, actors: ['JNIM'] }))
    )
    expect(found).toHaveLength(1)
    expect(found[0]?.triggers.length).toBeLessThanOrEqual(91)
    expect([found[0]?.support.length, (found[0]?.omitted ?? 0) > 400]).toEqual([20, true])
  })

  it('counts all that a window holds', () => {
    const [found] = foldAll(
      repeatVictimisation,
      Array.from({ length: 70 }, (_, i) => incident({ day: 0 }, i)),
      originMs + dayMs
    )
    expect(found?.headline).toContain(': 70 attacks within')
  })

  describe('of two villages in one report (scenario, row 9)', () => {
    const ambiguous = (name: string, radiusKm: number | null): Partial<Place> => ({
      name,
      settlement: null,
      settlementName: null,
      statedAdmin1: 'ML-4',
      foundAdmin1: null,
      radiusKm,
      ...(radiusKm === null
        ? { lat: null, lon: null, resolution: 'unresolved' as const }
        : { resolution: 'ambiguous' as const })
    })
    const kamonaAndBalle = (
      first: Partial<Place>,
      second: Partial<Place>,
      actors: readonly string[]
    ) => {
      const base = placeOf({ admin1: 'ML-4' })
      const revision = revisionOf({
        id: 'hrw',
        at: '2025-10-01',
        to: '2025-10-31',
        category: 'attack-on-civilians',
        actors,
        deaths: [31, null, null]
      })
      return { ...revision, place: { ...base, ...first }, alsoAt: [{ ...base, ...second }] }
    }
    const raisedBy = (
      first: Partial<Place>,
      second: Partial<Place>,
      actors = ['Malian Armed Forces', 'Dozo militia']
    ) => {
      const rules = [
        { ruleId: 'mine', ruleVersion: 1, pattern: 'repeat-victimisation', parameters: {} }
      ]
      const story = new FoldStory({ rules, start: '2025-11-20' })
      story.take({ type: 'report.received', data: kamonaAndBalle(first, second, actors) })
      return story.standing().map(s => s.group)
    }
    const raised = [{ admin1: 'ML-4', perpetrator: 'Malian Armed Forces, Dozo militia' }]

    it('is raised in the area that the source states, although neither village is located', () => {
      expect(raisedBy(ambiguous('Kamona', 63), ambiguous('Balle', null))).toEqual(raised)
      expect(raisedBy(ambiguous('Kamona', 63), ambiguous('Balle', 386))).toEqual(raised)
    })

    it('is not raised by one name in two spellings, by an area, or without a named perpetrator', () => {
      expect(raisedBy(ambiguous('Ballé', 63), ambiguous(' balle', 63))).toEqual([])
      expect(raisedBy(ambiguous('Kamona', 63), ambiguous('the north', 600))).toEqual([])
      expect(raisedBy(ambiguous('Kamona', 63), ambiguous('Balle', 63), ['unknown'])).toEqual([])
    })

    it('is not raised by two reports of villages that may be one', () => {
      const one = (id: string, name: string) => {
        const revision = revisionOf({
          id,
          at: '2025-10-01',
          category: 'attack-on-civilians',
          actors: ['Dozo'],
          admin1: 'ML-4'
        })
        return { ...revision, place: { ...revision.place, ...ambiguous(name, 63) } }
      }
      const incidents = [one('a', 'Kamona'), one('b', 'Kamonna')].map(revision =>
        incidentFrom({ id: revision.reportId, at: '2025-10-01' }, revision)
      )
      expect(foldAll(repeatVictimisation, incidents, horizonMs)).toEqual([])
    })
  })
})
