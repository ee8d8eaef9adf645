// New actor: a perpetrator is named in an area where it was not for a year, and in none of the
// areas that touch it.

import { type AnyRuleDefinition, defineRule } from './definition.ts'
import { type FirstSeenParameters, firstSeenParameters, makeFirstSeenRule } from './first-seen.ts'
import { comesBackWithItsReports } from './handbook.ts'
import { genericActorsParameter, makePerpetratorList, readActor } from './perpetrators.ts'

interface NewActorParameters extends FirstSeenParameters {
  readonly genericActors: readonly string[]
}

export const newActor: AnyRuleDefinition = defineRule<NewActorParameters>({
  id: 'new-actor',
  handbook: {
    says: 'An armed actor appears in an area where it was not known, nor in the areas that touch it.',
    levels: '`sourcesMin` independent sources, one of them of known grade.',
    ends: 'It has been known there for `agesOutDays`.',
    comesBack: comesBackWithItsReports
  },
  parameters: { ...firstSeenParameters, genericActors: genericActorsParameter },
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
  texts: {
    en: {
      headline: '{actor} first seen in {area} {when}',
      why: '{actor} was not seen in {area}, nor in the areas that touch it, for {absentDays} days before {from}. Independent sources: {value}.',
      ends: 'it has been known there for {agesOutDays} days',
      measure: 'independent sources',
      levels: ['first seen', '{sourcesMin} independent sources']
    },
    fr: {
      headline: '{actor} : première apparition à {area} {when}',
      why: '{actor} n’avait pas été vu à {area}, ni dans les régions voisines, pendant {absentDays} jours avant le {from}. Sources indépendantes : {value}.',
      ends: 'il y est connu depuis {agesOutDays} jours',
      measure: 'sources indépendantes',
      levels: ['première observation', '{sourcesMin} sources indépendantes']
    }
  },
  // A single sighting by one source is news and pages nobody.
  pagesFrom: 'severe',
  looksBack: ({ absentDays, agesOutDays }) => ({ absentDays, agesOutDays }),
  make: (parameters, base) =>
    makeFirstSeenRule(
      base,
      { name: 'actor', list: makePerpetratorList(parameters.genericActors), read: readActor },
      parameters
    )
})
