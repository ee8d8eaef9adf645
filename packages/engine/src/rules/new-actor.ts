// New actor: a perpetrator is named in an area where it was not for a year, and in none of the
// areas that touch it.

import { defineRule } from './definition.ts'
import { expectEnded, expectNone, expectOpen, makeExample, reportOn } from './examples.ts'
import { firstSeenParameters, kayes, makeFirstSeenRule, nioro } from './first-seen.ts'
import { comesBackWithItsReports } from './handbook.ts'
import { genericActorsParameter, makePerpetratorList, readActor } from './perpetrators.ts'

const inKayes = reportOn('2025-03-01', 'attack', kayes, { actor: 'JNIM' })
const jnimInKayes = { actor: 'JNIM', admin1: 'ML-1' }

export const newActor = defineRule({
  id: 'new-actor',
  handbook: {
    says: 'An armed actor appears in an area where it was not known, nor in the areas that touch it.',
    levels: '`sourcesMin` independent sources, one of them of known grade.',
    ends: 'It has been known there for `agesOutDays`.',
    comesBack: comesBackWithItsReports
  },
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
  // A single sighting by one source is news, and does not page.
  pagesFrom: 'severe',
  looksBack: ({ absentDays, agesOutDays }) => ({ absentDays, agesOutDays }),
  make: (parameters, base) =>
    makeFirstSeenRule(
      base,
      { name: 'actor', list: makePerpetratorList(parameters.genericActors), read: readActor },
      parameters
    )
})
