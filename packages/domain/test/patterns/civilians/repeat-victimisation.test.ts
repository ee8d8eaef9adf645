import { describe, expect, it } from 'vitest'
import type { Incident } from '../../../src/incident/incident.ts'
import { repeatVictimisation } from '../../../src/patterns/civilians/repeat-victimisation.ts'
import type { Place } from '../../../src/report/report.ts'
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

describe('repeat victimisation', () => {
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
  })
})
