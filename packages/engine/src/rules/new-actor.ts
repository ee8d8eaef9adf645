// New actor: a perpetrator is named in an area where it was not for a year, and in none of the
// areas that touch it.

import { expectEnded, expectNone, expectOpen, makeExample, reportOn } from './examples.ts'
import { defineFirstSeen, firstSeenParameters, kayes, nioro } from './first-seen.ts'
import { genericActorsParameter, makePerpetratorList, readActor } from './perpetrators.ts'

const inKayes = reportOn('2025-03-01', 'attack', kayes, { actor: 'JNIM' })
const jnimInKayes = { actor: 'JNIM', admin1: 'ML-1' }

export const newActor = defineFirstSeen({
  id: 'new-actor',
  says: 'An armed actor appears in an area where it was not known, nor in the areas that touch it.',
  parameters: { ...firstSeenParameters, genericActors: genericActorsParameter },
  examples: [
    makeExample('an actor never seen there', [inKayes], expectOpen('2025-03-02', jnimInKayes)),
    makeExample(
      'a generic name is not an actor, and an uncertain area does not count',
      [
        { ...inKayes, actor: 'Unidentified armed group' },
        { ...inKayes, credibility: 4 }
      ],
      expectNone('2025-03-02')
    ),
    makeExample(
      'a second independent source escalates it',
      [inKayes, reportOn('2025-03-09', 'looting', nioro, { actor: 'jnim', source: 'b' })],
      expectOpen('2025-03-20', jnimInKayes, 2)
    ),
    makeExample(
      'after a year it is no longer new',
      [inKayes],
      expectEnded('2026-03-02', jnimInKayes)
    )
  ],
  name: 'actor',
  seen: { en: 'seen', fr: 'vu', first: 'première observation' },
  makeList: ({ genericActors }) => makePerpetratorList(genericActors),
  read: readActor
})
