import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareIncidents, type Incident } from '../../../src/incident/incident.ts'
import { newActor } from '../../../src/patterns/first-seen/new-actor.ts'
import { newTactic } from '../../../src/patterns/first-seen/new-tactic.ts'
import { dayMs, formatTime } from '../../../src/space-time/event-time.ts'
import { FoldStory } from '../../fold-story.ts'
import { foldAll, incidentFrom } from '../pattern-fold.ts'

const originMs = Date.parse('2023-01-01')
const day = (n: number) => formatTime(originMs + n * dayMs).slice(0, 10)
const horizonMs = originMs + 3000 * dayMs

/** Areas in a row: each touches its two neighbours. */
const areas = ['ML-1', 'ML-2', 'ML-3', 'ML-4', 'ML-5'] as const
const touching = (admin1: string) =>
  areas.filter((_, i) => Math.abs(i - areas.indexOf(admin1 as 'ML-1')) === 1)

interface Said {
  readonly day: number
  readonly days?: number
  readonly admin1?: string
  readonly also?: string
  readonly actor?: string
  readonly source?: string
  readonly narrative?: string
  readonly credibility?: 1 | 2 | 3 | 4 | 5 | 6
  readonly reliability?: 'B' | 'D' | 'F'
  readonly tactics?: readonly string[]
  readonly drill?: boolean
  readonly unsure?: boolean
}

function sighting(said: Said, i: number): Incident {
  const admin1 = said.admin1 ?? 'ML-1'
  const sketch = {
    id: `s${String(i).padStart(4, '0')}`,
    at: day(said.day),
    to: day(said.day + (said.days ?? 0)),
    admin1,
    neighbours: touching(admin1),
    actors: [said.actor ?? 'JNIM'],
    source: said.source ?? 'a',
    credibility: said.credibility ?? 2,
    tactics: said.tactics ?? [],
    drill: said.drill ?? false,
    ...(said.narrative === undefined ? {} : { narrative: said.narrative }),
    ...(said.also === undefined
      ? {}
      : { alsoAt: [{ admin1: said.also, neighbours: touching(said.also) }] })
  }
  const made = incidentFrom(sketch, {}, said.reliability ?? 'B')
  return said.unsure ? { ...made, place: { ...made.place, areaCertain: false } } : made
}

const findingsOf = (...said: readonly Said[]) => foldAll(newActor, said.map(sighting), horizonMs)
const levelsOf = (...said: readonly Said[]) =>
  findingsOf(...said)[0]?.levels.map(l => [l.reason, Math.round((l.atMs - originMs) / dayMs)])

/** By definition: each sighting is compared with all before it. */
function plainly(incidents: readonly Incident[]): string[] {
  const good = incidents.filter(i => i.passesGrade)
  const sights = good.flatMap(i =>
    [i.place, ...i.alsoAt].map(place => ({ i, admin1: place.admin1 as string }))
  )
  const found: {
    admin1: string
    atMs: number
    origins: Set<string>
    graded: boolean
    second: number | null
  }[] = []
  for (const [n, { i, admin1 }] of sights.entries()) {
    if (sights.slice(0, n).some(s => s.i === i && s.admin1 === admin1)) continue
    const open = found.find(f => f.admin1 === admin1 && f.atMs + 365 * dayMs > i.fromMs)
    if (open) {
      for (const origin of i.origins) open.origins.add(origin)
      open.graded ||= i.gradeKnown
      if (open.origins.size > 1 && open.graded) open.second ??= i.fromMs
      continue
    }
    const before = sights
      .slice(0, n)
      .filter(s => s.admin1 === admin1 || touching(admin1).includes(s.admin1 as 'ML-1'))
    if (before.some(s => s.i.toMs > i.fromMs - 365 * dayMs)) continue
    const isSure = i.origins.length > 1 && i.gradeKnown
    found.push({
      admin1,
      atMs: i.fromMs,
      origins: new Set(i.origins),
      graded: i.gradeKnown,
      second: isSure ? i.fromMs : null
    })
  }
  return found.map(f => `${f.admin1} ${f.atMs} ${f.second}`).sort()
}

describe('new actor', () => {
  it('is raised and escalated as defined', () => {
    const saidArb = fc.record({
      day: fc.integer({ min: 0, max: 1500 }),
      days: fc.constantFrom(0, 0, 0, 40),
      admin1: fc.constantFrom(...areas),
      also: fc.constantFrom<string | undefined>(undefined, undefined, ...areas),
      source: fc.constantFrom('a', 'a', 'b'),
      credibility: fc.constantFrom<2 | 4 | 6>(2, 2, 2, 6, 4),
      reliability: fc.constantFrom('B', 'B', 'F')
    })
    let raised = 0
    let escalated = 0
    fc.assert(
      fc.property(fc.array(saidArb, { minLength: 3, maxLength: 25, size: 'max' }), said => {
        const incidents = said.map((s, i) => sighting(s as Said, i)).sort(compareIncidents)
        const found = foldAll(newActor, incidents, horizonMs)
        expect(
          found
            .map(f => `${f.group.admin1} ${f.levels[0]?.atMs} ${f.levels[1]?.atMs ?? null}`)
            .sort()
        ).toEqual(plainly(incidents))
        raised += found.length
        escalated += found.filter(f => f.levels.length > 1).length
      }),
      { numRuns: 400 }
    )
    expect(raised).toBeGreaterThan(600)
    expect(escalated).toBeGreaterThan(100)
  })

  it('is not new next to an area where it was seen, and is new two areas on', () => {
    expect(
      findingsOf({ day: 0, admin1: 'ML-1' }, { day: 10, admin1: 'ML-2' }).map(f => f.group.admin1)
    ).toEqual(['ML-1'])
    expect(
      findingsOf({ day: 0, admin1: 'ML-1' }, { day: 10, admin1: 'ML-3' }).map(f => f.group.admin1)
    ).toEqual(['ML-1', 'ML-3'])
  })

  it('is new again after a year without it', () => {
    expect(findingsOf({ day: 0 }, { day: 365 }, { day: 600 })).toHaveLength(1)
    expect(findingsOf({ day: 0 }, { day: 366 })).toHaveLength(2)
  })

  it('is not escalated by sources of unknown grade alone: their ids may be one reporter', () => {
    const nobody = { reliability: 'F' } as const
    const two = [
      { day: 0, source: 'x1', ...nobody },
      { day: 1, source: 'x2', ...nobody }
    ] as const
    expect(levelsOf(...two, { day: 2, source: 'x3', ...nobody })).toEqual([['first seen', 0]])
    expect(levelsOf(...two, { day: 7, source: 'b' })).toEqual([
      ['first seen', 0],
      ['2 independent sources', 7]
    ])
    expect(levelsOf({ day: 0, source: 'b' }, { day: 3, source: 'x1', ...nobody })).toHaveLength(2)
    // The grade comes last, from a source that was heard before.
    expect(
      levelsOf(
        { day: 0, source: 'b', credibility: 6 },
        { day: 3, source: 'x1', ...nobody },
        { day: 8, source: 'b' }
      )
    ).toEqual([
      ['first seen', 0],
      ['2 independent sources', 8]
    ])
    expect(findingsOf({ day: 0, ...nobody })[0]?.explanation).toContain(
      'The grade of its source is unknown; 2 independent sources, one of them of known grade, escalate the alert.'
    )
  })

  it('counts two sources only if they are independent', () => {
    expect(
      levelsOf({ day: 0 }, { day: 5 }, { day: 9, source: 'b' }, { day: 12, source: 'c' })
    ).toEqual([
      ['first seen', 0],
      ['2 independent sources', 9]
    ])
    expect(
      levelsOf({ day: 0, narrative: 'wire' }, { day: 9, source: 'b', narrative: 'wire' })
    ).toHaveLength(1)
  })

  it('lets doubtful reports and uncertain places only support, and does not take an unknown grade as the worst', () => {
    expect(findingsOf({ day: 0, credibility: 4 })).toEqual([])
    expect(findingsOf({ day: 0, reliability: 'D' })).toEqual([])
    expect(findingsOf({ day: 0, unsure: true })).toEqual([])
    expect(findingsOf({ day: 0, credibility: 6 })).toHaveLength(1)
    expect(findingsOf({ day: 0, reliability: 'F' })).toHaveLength(1)
    const [found] = findingsOf(
      { day: 0, credibility: 4 },
      { day: 1 },
      { day: 2, source: 'b', unsure: true }
    )
    expect([found?.triggers.length, found?.support.length, found?.levels.length]).toEqual([1, 1, 1])
  })

  it('ignores generic names, and compares names by their letters alone', () => {
    expect(findingsOf({ day: 0, actor: ' Unknown ' }, { day: 0, actor: 'civilians' })).toEqual([])
    expect(
      findingsOf({ day: 0, actor: 'JNIM' }, { day: 1, actor: ' jnim' }, { day: 2, actor: 'Army' })
    ).toHaveLength(2)
  })

  it('keeps drills apart', () => {
    expect(findingsOf({ day: 0, drill: true })[0]?.group).toEqual({
      actor: 'JNIM',
      admin1: 'ML-1',
      drill: 'true'
    })
    expect(findingsOf({ day: 0, drill: true }, { day: 1 })).toHaveLength(2)
  })

  it('raises nothing while the theatre is younger than a year: an empty log makes nobody new', () => {
    const rules = [{ ruleId: 'new-actor', ruleVersion: 1, pattern: 'new-actor', parameters: {} }]
    const story = new FoldStory({ rules })
    story.report({ id: 'a', at: '2023-02-01', admin1: 'ML-1', actors: ['JNIM'] })
    story.report({ id: 'b', at: '2023-12-01', admin1: 'ML-4', actors: ['JNIM'] })
    expect(story.standing()).toEqual([])
    story.report({ id: 'c', at: '2024-03-01', admin1: 'ML-5', actors: ['JNIM'] })
    expect(story.standing().map(s => s.group)).toEqual([{ actor: 'JNIM', admin1: 'ML-5' }])
  })
})

describe('new tactic', () => {
  it('evaluates each tactic by itself, and only the listed ones', () => {
    const seen = (tactics: readonly string[], overrides = {}) =>
      foldAll(newTactic, [sighting({ day: 0, tactics }, 0)], horizonMs, overrides).map(f => f.group)
    expect(seen(['drone', 'ied', 'hunger', 'other:raft'])).toEqual([
      { tactic: 'drone', admin1: 'ML-1' },
      { tactic: 'ied', admin1: 'ML-1' }
    ])
    expect(seen(['other:raft'], { tactics: ['other:raft'] })).toHaveLength(1)
  })
})
