import { describe, expect, it } from 'vitest'
import type { Incident } from '../../../src/incident/incident.ts'
import { newActor } from '../../../src/patterns/first-seen/new-actor.ts'
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

describe('new actor', () => {
  it('ignores generic names, and compares names by their letters alone', () => {
    expect(findingsOf({ day: 0, actor: ' Unknown ' }, { day: 0, actor: 'civilians' })).toEqual([])
    expect(
      findingsOf({ day: 0, actor: 'JNIM' }, { day: 1, actor: ' jnim' }, { day: 2, actor: 'Army' })
    ).toHaveLength(2)
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
