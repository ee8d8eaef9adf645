import { describe, expect, it } from 'vitest'
import { collectAlertPlaces } from '../src/map/shown-places.ts'
import { computeSketches, findFirstKind, placedSketches } from '../src/records/rule-preview.ts'
import type { AlertSketch } from '../src/shown/answers.ts'
import { aPreview } from './support/records.ts'

const sketch = (
  headline: string,
  circle: AlertSketch['area']['circle'],
  triggers = 3
): AlertSketch => ({
  ...{
    alertId: null,
    ruleId: 'r',
    pattern: null,
    group: {},
    headline,
    severity: 'severe',
    level: 1,
    triggers,
    lateSeconds: 0
  },
  window: { from: '2026-01-01', to: null },
  measure: { name: 'incidents', value: 3, threshold: 3, baseline: null },
  area: { country: ['ML'], admin1: ['ML-4'], circle, settlement: null }
})

describe('what a preview lists', () => {
  const preview = {
    theatres: [
      aPreview('sahel', {
        change: [{ before: sketch('old', null), after: sketch('new', [14, -4, 12]) }]
      }),
      aPreview('lake', { vanish: [sketch('a', [13, 14, 5], 1), sketch('b', null)], change: [] })
    ]
  }

  it('has a name of its own for each alert, across theatres', () => {
    const all = [...computeSketches(preview, 'change'), ...computeSketches(preview, 'vanish')]
    expect(all.map(({ id, sketch: { headline } }) => [id, headline])).toEqual([
      ['change-sahel-0', 'new'],
      ['vanish-lake-0', 'a'],
      ['vanish-lake-1', 'b']
    ])
    expect(all[0]?.before?.headline).toBe('old')
  })

  it('is drawn where it is known: a circle, or the area alone', () => {
    const frames = new Map([['ML-4', [-7, 13, -5, 15] as const]])
    const drawn = { frames, labelOf: () => '' }
    const places = collectAlertPlaces(placedSketches(computeSketches(preview, 'vanish')), drawn)
    expect(places.marks.features.map(({ properties }) => properties.id)).toEqual([
      'vanish-lake-0',
      'vanish-lake-1'
    ])
    expect(places.areas).toEqual({ 'ML-4': 'severe' })
    // Three incidents may be in three places.
    const several = { theatres: [aPreview('lake', { vanish: [sketch('a', [13, 14, 5])] })] }
    const [mark] = collectAlertPlaces(placedSketches(computeSketches(several, 'vanish')), drawn)
      .marks.features
    expect(mark?.properties.isExtent).toBe(true)
  })

  it('is drawn at its settlement if all that its pattern counts is there, as in the list', () => {
    const siege = { ...sketch('siege', [14, -4, 4]), pattern: 'siege' }
    const area = { ...siege.area, settlement: 'ML-4/bankass' } as AlertSketch['area']
    const placed = (pattern: string | null) => {
      const theatres = [aPreview('sahel', { appear: [{ ...siege, area, pattern }] })]
      const drawn = { frames: new Map(), labelOf: () => '' }
      const sketches = placedSketches(computeSketches({ theatres }, 'appear'))
      return collectAlertPlaces(sketches, drawn).marks.features[0]?.properties.isExtent
    }
    expect([placed('siege'), placed('front'), placed(null)]).toEqual([false, true, true])
  })

  it('begins with the first kind that there is', () => {
    expect(findFirstKind(preview)).toBe('change')
    expect(findFirstKind({ theatres: [aPreview('sahel', {})] })).toBe(null)
  })
})
