// New actor: a perpetrator is named in an area where it was not for a year, and in none of the
// areas that touch it.

import type { Parameter } from '../../detection/pattern.ts'
import { comesBackWithItsReports } from '../episode/catalogue-words.ts'
import { genericActorsParameter, namedPerpetrators } from '../episode/named-perpetrators.ts'
import { statedName } from '../episode/wording.ts'
import { firstSeen } from './first-seen.ts'
import type { FirstSeenParameters } from './first-seen-episode.ts'

export interface NewActorParameters extends FirstSeenParameters {
  readonly genericActors: readonly string[]
}

const parameters: { readonly genericActors: Parameter<readonly string[]> } = {
  genericActors: genericActorsParameter
}

export const newActor = firstSeen<NewActorParameters>({
  id: 'new-actor',
  words: {
    says: 'An armed actor appears in an area where it was not known, nor in the areas that touch it.',
    levels: '`sourcesMin` independent sources, one of them of known grade.',
    ends: 'It has been known there for `agesOutDays`.',
    ...comesBackWithItsReports
  },
  word: 'actor',
  parameters,
  examples: [
    {
      name: 'an actor never seen there',
      given: [
        { at: '2025-03-01', category: 'attack', settlement: 'Kayes', admin1: 'ML-1', actor: 'JNIM' }
      ],
      horizon: '2025-03-02',
      expect: [{ group: { actor: 'JNIM', admin1: 'ML-1' }, level: 1, open: true }]
    },
    {
      name: 'a generic name is not an actor, and an uncertain area does not count',
      given: [
        {
          at: '2025-03-01',
          category: 'attack',
          settlement: 'Kayes',
          admin1: 'ML-1',
          actor: 'Unidentified armed group'
        },
        {
          at: '2025-03-01',
          category: 'attack',
          settlement: 'Kayes',
          admin1: 'ML-1',
          actor: 'JNIM',
          credibility: 4
        }
      ],
      horizon: '2025-03-02',
      expect: []
    },
    {
      name: 'a second independent source escalates it',
      given: [
        {
          at: '2025-03-01',
          category: 'attack',
          settlement: 'Kayes',
          admin1: 'ML-1',
          actor: 'JNIM'
        },
        {
          at: '2025-03-09',
          category: 'looting',
          settlement: 'Nioro',
          admin1: 'ML-1',
          actor: 'jnim',
          source: 'b'
        }
      ],
      horizon: '2025-03-20',
      expect: [{ group: { actor: 'JNIM', admin1: 'ML-1' }, level: 2, open: true }]
    },
    {
      name: 'after a year it is no longer new',
      given: [
        { at: '2025-03-01', category: 'attack', settlement: 'Kayes', admin1: 'ML-1', actor: 'JNIM' }
      ],
      horizon: '2026-03-02',
      expect: [{ group: { actor: 'JNIM', admin1: 'ML-1' }, level: 1, open: false }]
    }
  ],
  shownBy: (incident, { genericActors }) => namedPerpetrators(incident, genericActors),
  nameOf: statedName,
  verb: 'seen'
})
