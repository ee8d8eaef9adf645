// Reports about one village and day, as after a mass abduction or a massacre: name by name, or from
// many sources; and about ten villages. For bench `rules`: the cost of a record must not depend on
// the number of records before it.

import type { RuleVersion, TheatreRecord } from '@tocsin/domain/record/theatre-record'
import type { ReportRevision } from '@tocsin/domain/report/report'
import { received } from '@tocsin/testing/report/record-builder'
import { aReport, placeOf } from '@tocsin/testing/report/report-builder'
import { theatre } from './rules-load.ts'

/** The day of all events, and the time when they are reported. */
export const denseDay = '2016-03-01'
const day = denseDay
const time = '2016-03-02T06:00:00.000Z'

const village = placeOf({
  name: 'Ogossagou',
  country: 'ML',
  admin1: 'ML-5',
  settlement: 'ML-5/ogossagou',
  lat: 13.98,
  lon: -3.26,
  radiusKm: 2
})

type Told = Partial<ReportRevision> & { readonly externalId: string }

/** Villages 27 km from each other, from south to north. */
function villageAt(i: number): ReportRevision['place'] {
  return { ...village, name: `Village ${i}`, settlement: `ML-5/village-${i}`, lat: 8 + i * 0.25 }
}

function told(overrides: Told): TheatreRecord {
  const report = aReport({
    reportedAt: time,
    occurred: { from: day, to: day },
    place: village,
    theatre,
    ...overrides
  })
  return received(report, { theatre, time })
}

function person(i: number, role: string) {
  return { key: `person-${i}`, role, kind: null, aliasKeys: [] }
}

/** One case: a number of records of one day. */
export interface DenseCase {
  readonly what: string
  readonly count: number
  /** The record at an index from 0. */
  readonly record: (i: number) => TheatreRecord
  /** Rules beside the default ones. */
  readonly more?: readonly RuleVersion[]
}

/** As the Sahel pack has it: each two reports of one village complete a sequence. */
const threatThenAttack: RuleVersion = {
  ruleId: 'threat-then-attack',
  ruleVersion: 1,
  pattern: 'sequence',
  parameters: {
    groupBy: 'settlement',
    steps: ['category == "threat"', 'category == "attack"'],
    withinDays: 45
  }
}

/** One of many abducted on one day, reported by five sources in turn, each of somebody else. */
export function theAbducted(i: number): TheatreRecord {
  return told({
    externalId: `F-${i}`,
    sourceId: ['wire-1', 'wire-2', 'wire-3', 'radio-1', 'radio-2'][i % 5] as string,
    category: 'abduction',
    persons: [person(i, 'abducted')],
    fatalities: none
  })
}

export const denseCases: readonly DenseCase[] = [
  {
    what: 'one report for each of the abducted',
    count: 2_000,
    record: i =>
      told({
        externalId: `A-${i}`,
        sourceId: 'wire-1',
        category: 'abduction',
        persons: [person(i, 'abducted')],
        fatalities: none
      })
  },
  {
    what: 'the abducted, by five sources in turn',
    count: 2_000,
    record: theAbducted
  },
  {
    what: 'abducted without names',
    count: 2_000,
    record: i =>
      told({ externalId: `N-${i}`, sourceId: 'wire-1', category: 'abduction', fatalities: none })
  },
  {
    what: 'attacks by one source',
    count: 2_000,
    record: i =>
      told({
        externalId: `T-${i}`,
        sourceId: 'wire-1',
        category: 'attack',
        fatalities: deaths(i % 4),
        actors
      })
  },
  {
    what: 'attacks, each by a separate source',
    count: 2_000,
    record: i =>
      told({
        externalId: `S-${i}`,
        sourceId: `voice-${i}`,
        category: 'attack',
        fatalities: deaths(i % 4),
        actors
      })
  },
  {
    what: 'threats and attacks by turns, with a rule of sequences',
    count: 2_000,
    record: i =>
      told({
        externalId: `Q-${i}`,
        sourceId: 'wire-1',
        category: i % 2 === 0 ? 'threat' : 'attack',
        fatalities: none
      }),
    more: [threatThenAttack]
  },
  {
    what: 'attacks in ten villages, each by a separate source',
    count: 2_000,
    record: i =>
      told({
        externalId: `V-${i}`,
        sourceId: `caller-${i}`,
        category: 'attack',
        fatalities: none,
        place: villageAt(Math.floor(i / 200))
      })
  },
  {
    what: 'a massacre, one report for each name',
    count: 2_000,
    record: i =>
      told({
        externalId: `M-${i}`,
        sourceId: 'wire-1',
        category: 'killing',
        persons: [person(i, 'killed')],
        fatalities: deaths(1),
        targets: [{ kind: 'civilians' }]
      })
  },
  {
    what: 'a massacre of 2,000 names, reported and corrected',
    count: 200,
    record: i =>
      told({
        externalId: 'L-1',
        sourceId: 'wire-1',
        category: 'killing',
        reportedAt: new Date(Date.parse(time) + i * 60_000).toISOString(),
        persons: Array.from({ length: 2_000 }, (_, p) => person(p + i, 'killed')),
        fatalities: deaths(2_000),
        targets: [{ kind: 'civilians' }]
      })
  },
  {
    what: 'an abduction of 2,000 names, reported and corrected',
    count: 200,
    record: i =>
      told({
        externalId: 'L-2',
        sourceId: 'wire-1',
        category: 'abduction',
        reportedAt: new Date(Date.parse(time) + i * 60_000).toISOString(),
        persons: Array.from({ length: 2_000 }, (_, p) => person(p + i, 'abducted')),
        fatalities: none
      })
  }
]

/** An attack on a nearby village, ten days before. */
export const earlier: TheatreRecord = told({
  externalId: 'E-1',
  sourceId: 'wire-1',
  category: 'attack',
  occurred: { from: '2016-02-20', to: '2016-02-20' },
  fatalities: { low: 1, best: 1, high: 1 },
  actors: [{ name: 'Katiba A', role: 'perpetrator' }],
  targets: [{ kind: 'civilians' }]
})

const none = { low: null, best: null, high: null }
const actors = [{ name: 'Katiba A', role: 'perpetrator' as const }]

function deaths(count: number) {
  return { low: count, best: count, high: count }
}
