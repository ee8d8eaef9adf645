import { describe, expect, it } from 'vitest'
import { course, FoldStory } from '../fold-story.ts'

describe('siege, further cases', () => {
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
