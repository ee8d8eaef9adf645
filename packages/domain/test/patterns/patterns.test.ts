import { describe, expect, it } from 'vitest'
import { course, FoldStory } from '../fold-story.ts'

const dioura = { settlement: 'Dioura', admin1: 'ML-5', lat: 14.8252, lon: -5.2547 }
const sirakorola = { settlement: 'Sirakorola', admin1: 'ML-2', lat: 13.28671, lon: -7.56982 }
const boulkessi = { settlement: 'Boulkessi', admin1: 'ML-5', lat: 14.437, lon: -0.665 }

describe('siege', () => {
  it('goes from partial to full and escalates with age, and silence does not end it', () => {
    const story = new FoldStory()
    story.tick('2023-12-05')
    story.report({
      id: 'a',
      at: '2023-12-05',
      to: '2023-12-13',
      category: 'blockade',
      settlement: 'Diosso'
    })
    story.report({
      id: 'b',
      at: '2023-12-06',
      to: '2023-12-14',
      category: 'movement-denied',
      settlement: 'Diosso',
      source: 'wire-2'
    })
    story.tick('2023-12-15')
    story.report({
      id: 'c',
      at: '2023-12-20',
      category: 'aid-denied',
      settlement: 'Diosso',
      source: 'wire-3'
    })
    story.tickDaily('2023-12-21', '2025-11-20')
    const siege = story.events.filter(
      e => e.type !== 'alert.action-refused' && e.data.ruleId === 'siege'
    )
    expect(course(siege).filter(line => !line.startsWith('confirmed'))).toEqual([
      'raised siege 1',
      'escalated siege 2',
      'escalated siege 3',
      'escalated siege 4',
      'escalated siege 5',
      'escalated siege 6'
    ])
    const [state] = story.standing('siege')
    expect(state).toMatchObject({
      group: { settlement: 'Diosso' },
      severity: 'extreme',
      window: { to: null }
    })
    expect(state?.levels.map(l => l.reason)).toEqual([
      'partial',
      'full',
      '30 days',
      '90 days',
      '180 days',
      '365 days'
    ])
  })

  it('raises once, at its final level, from one appeal that reports fifteen months', () => {
    const story = new FoldStory()
    story.tick('2025-03-05')
    story.report({
      id: 'appeal',
      at: '2023-12-05',
      to: '2025-03-04',
      category: 'appeal',
      tactics: ['encirclement', 'aid-denied', 'movement-denied', 'no-medical-care'],
      settlement: 'Diosso'
    })
    expect(course(story.events)).toEqual(['raised siege 7'])
  })

  it('ends when two independent sources report access that lasts two weeks', () => {
    const story = new FoldStory()
    story.tick('2024-01-01')
    story.report({
      id: 'a',
      at: '2024-01-01',
      to: '2024-01-20',
      category: 'blockade',
      tactics: ['movement-denied'],
      settlement: 'Diosso'
    })
    story.tick('2024-02-01')
    story.report({ id: 'x', at: '2024-01-30', category: 'access-restored', settlement: 'Diosso' })
    story.tickDaily('2024-02-02', '2024-02-29')
    expect(story.standing('siege')[0]?.status).toBe('confirmed')
    story.report({
      id: 'y',
      at: '2024-02-28',
      category: 'access-restored',
      settlement: 'Diosso',
      source: 'wire-2'
    })
    story.tick('2024-03-12')
    expect(story.standing('siege')[0]?.status).toBe('confirmed')
    story.tick('2024-03-13')
    expect(story.standing('siege')[0]).toMatchObject({
      status: 'resolved',
      reason: 'situation-ended'
    })
  })

  it('continues if a report of the siege follows one of access', () => {
    const story = new FoldStory()
    story.tick('2024-01-25')
    story.report({
      id: 'a',
      at: '2024-01-01',
      to: '2024-01-20',
      category: 'blockade',
      tactics: ['movement-denied'],
      settlement: 'Diosso'
    })
    story.report({ id: 'x', at: '2024-01-30', category: 'access-restored', settlement: 'Diosso' })
    story.report({
      id: 'y',
      at: '2024-01-30',
      category: 'access-restored',
      settlement: 'Diosso',
      source: 'wire-2'
    })
    story.report({
      id: 'z',
      at: '2024-02-03',
      category: 'blockade',
      settlement: 'Diosso',
      source: 'wire-3'
    })
    story.tickDaily('2024-02-04', '2024-03-10')
    expect(story.standing('siege')[0]?.window.to).toBeNull()
  })
})

describe('siege, further cases', () => {
  const blockaded = (story: FoldStory, handling: 'public' | 'restricted' = 'public') => {
    story.tick('2024-01-25')
    story.report({
      id: 'a',
      at: '2024-01-01',
      to: '2024-01-12',
      category: 'blockade',
      tactics: ['movement-denied'],
      settlement: 'Diosso',
      handling
    })
  }

  it('is partial if the third criterion had lapsed before the entry', () => {
    const story = new FoldStory()
    story.tick('2024-01-25')
    story.report({
      id: 'x',
      at: '2024-01-01',
      category: 'aid-denied',
      settlement: 'Diosso',
      source: 'wire-2'
    })
    blockaded(story)
    expect(story.standing('siege')[0]).toMatchObject({
      severity: 'moderate',
      measure: { value: 2 },
      headline: 'Partial siege of Diosso'
    })
  })

  it('has the strictest handling of the reports that move its level', () => {
    const story = new FoldStory()
    blockaded(story)
    expect(story.standing('siege')[0]?.handling).toBe('public')
    story.report({
      id: 'k',
      at: '2024-01-20',
      category: 'killing',
      tactics: ['leader-killed'],
      settlement: 'Diosso',
      handling: 'restricted'
    })
    expect(story.standing('siege')[0]).toMatchObject({ handling: 'restricted', severity: 'severe' })
  })

  it('does not end by one report of access that a second paper copied days later', () => {
    const story = new FoldStory()
    blockaded(story)
    story.report({
      id: 'p',
      at: '2024-01-26',
      category: 'access-restored',
      settlement: 'Diosso',
      narrative: 'n'
    })
    story.report({
      id: 'q',
      at: '2024-01-29',
      category: 'access-restored',
      settlement: 'Diosso',
      narrative: 'n',
      source: 'wire-2'
    })
    story.tickDaily('2024-01-30', '2024-03-30')
    expect(story.standing('siege')[0]?.window.to).toBeNull()
  })

  it('is only possible if reported by an unreliable source and one that cannot be judged', () => {
    const story = new FoldStory({ sources: [] })
    story.take({
      type: 'source.configured',
      data: { id: 'bad', reliability: 'E', latenessDays: 3, cadenceDays: 60, archive: false }
    })
    story.tick('2024-01-25')
    const told = {
      at: '2024-01-01',
      to: '2024-01-12',
      category: 'blockade',
      tactics: ['movement-denied'],
      settlement: 'Diosso'
    } as const
    story.report({ id: 'a', ...told, source: 'bad', credibility: 1 })
    story.report({ id: 'b', ...told, source: 'unknown', credibility: 6 })
    expect(story.standing('siege')[0]?.certainty).toBe('possible')
  })
})

describe('widening arc', () => {
  const week = (story: FoldStory) => {
    story.tick('2025-06-02')
    story.report({ id: 'd', at: '2025-06-01', ...dioura })
    story.report({ id: 's', at: '2025-06-03', ...sirakorola })
    return story.report({ id: 'b', at: '2025-06-04', ...boulkessi })
  }

  it('is raised by the third distant place of the week, with all three as evidence', () => {
    const story = new FoldStory()
    const events = week(story)
    expect(course(events)).toEqual(['raised widening-arc 1'])
    expect(
      story
        .standing('widening-arc')[0]
        ?.evidence.map(e => e.incidentId)
        .sort()
    ).toEqual(['b', 'd', 's'])
  })

  it('is retracted when one of the three is withdrawn, and reopened when it comes back', () => {
    const story = new FoldStory()
    week(story)
    expect(course(story.withdraw('s'))).toEqual(['retracted widening-arc 1'])
    const again = story.report({ id: 's2', at: '2025-06-03', ...sirakorola })
    expect(course(again)).toEqual(['reopened widening-arc 1'])
  })

  it('is resolved two weeks after the spread is gone', () => {
    const story = new FoldStory()
    week(story)
    story.tickDaily('2025-06-05', '2025-06-30')
    expect(story.standing('widening-arc')[0]?.status).toBe('resolved')
  })

  it('requires a growth of distance if the week before had no hull', () => {
    const story = new FoldStory()
    story.tick('2025-06-20')
    story.report({
      id: 'far1',
      at: '2025-06-01',
      settlement: 'Far',
      admin1: 'ML-9',
      lat: 20,
      lon: 0
    })
    story.report({
      id: 'far2',
      at: '2025-06-02',
      settlement: 'Off',
      admin1: 'ML-8',
      lat: 11,
      lon: -9
    })
    for (const [i, admin1] of ['ML-1', 'ML-2', 'ML-3'].entries()) {
      story.report({
        id: `n${i}`,
        at: `2025-06-1${i}`,
        settlement: `N${i}`,
        admin1,
        lat: 13 + i * 0.3,
        lon: -5
      })
    }
    expect(story.standing('widening-arc')).toEqual([])
  })

  it('does not count two reports of one attack twice', () => {
    const story = new FoldStory()
    story.tick('2025-06-02')
    story.report({ id: 'd', at: '2025-06-01', ...dioura })
    story.report({ id: 'd2', at: '2025-06-01', ...dioura, source: 'wire-2' })
    story.report({ id: 's', at: '2025-06-03', ...sirakorola })
    expect(story.standing()).toEqual([])
    expect(story.fold.incidentCount).toBe(2)
  })
})

describe('front', () => {
  const near = (id: string, at: string, lat: number, lon: number) => ({
    id,
    at,
    lat,
    lon,
    admin1: 'ML-5'
  })

  it('is raised by the third attack within 20 km and two weeks, revised by a late one, and retracted when one is withdrawn', () => {
    const story = new FoldStory({ sources: [] })
    story.tick('2025-03-10')
    story.report(near('a', '2025-03-01', 14.0, -5.0))
    story.report(near('b', '2025-03-05', 14.05, -5.05))
    expect(course(story.report(near('c', '2025-03-09', 14.1, -5.0)))).toEqual(['raised front 1'])
    expect(course(story.report(near('late', '2025-03-03', 14.02, -5.02)))).toEqual([
      'revised front 1'
    ])
    expect(course(story.withdraw('late'))).toEqual(['revised front 1'])
    expect(course(story.withdraw('b'))).toEqual(['retracted front 1'])
  })

  it('does not take a centroid as a point', () => {
    const story = new FoldStory()
    story.tick('2025-03-10')
    for (const id of ['a', 'b', 'c'])
      story.report({
        id,
        at: `2025-03-0${'abc'.indexOf(id) * 2 + 1}`,
        lat: 14,
        lon: -5,
        radiusKm: 25
      })
    expect(story.standing('front')).toEqual([])
  })

  it('merges two fronts into the older when an attack joins them', () => {
    const story = new FoldStory()
    story.tick('2025-03-12')
    for (const [i, lat] of [14.0, 14.01, 14.02].entries())
      story.report(near(`s${i}`, `2025-03-0${1 + 2 * i}`, lat, -5.0))
    for (const [i, lat] of [14.3, 14.31, 14.32].entries())
      story.report(near(`n${i}`, `2025-03-0${2 + 2 * i}`, lat, -5.0))
    expect(story.standing('front').map(s => s.status)).toEqual(['provisional', 'provisional'])
    const events = story.report(near('join', '2025-03-10', 14.16, -5.0))
    expect(course(events)).toEqual(['retracted front 1', 'escalated front 3'])
    expect(story.standing('front').find(s => s.status === 'retracted')?.reason).toBe('merged')
  })
})
