// The reach of patterns over scopes without bounds: the theatre, an actor.

import type { Parameter } from '../../detection/pattern.ts'

export const reachParameter: Parameter<number> = {
  default: 800,
  unit: 'km',
  meaning:
    'incidents that lie farther apart belong together only by others between them, and at most three times as far; 20000: all of the theatre',
  source: 'patterns.md#reach',
  min: 1
}
