// A story with one alert: a front of three attacks.

import type { AlertState } from '../src/alert/alert.ts'
import { FoldStory } from './fold-story.ts'

export function withFront(): FoldStory {
  const story = new FoldStory({ sources: [] })
  story.tick('2025-03-10')
  for (const [id, at] of [
    ['a', '2025-03-01'],
    ['b', '2025-03-05'],
    ['c', '2025-03-09']
  ] as const)
    story.report({ id, at, lat: 14 + id.charCodeAt(0) * 0.0001, lon: -5, admin1: 'ML-5' })
  return story
}

/** The alert as it is now. */
export const front = (story: FoldStory) => story.standing('front')[0] as AlertState
