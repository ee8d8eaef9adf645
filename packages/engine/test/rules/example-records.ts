// Turns the example of a rule into the records of a theatre.

import type { Place } from '@tocsin/contracts/theatre/report'
import type { TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import { received, sourceConfigured, ticked } from '@tocsin/testing/report/record-builder'
import { aReport } from '@tocsin/testing/report/report-builder'
import { convertToDay, formatDay, parseMs } from '../../src/data/time.ts'
import type { ExampleIncident, RuleExample } from '../../src/rules/definition.ts'

/** Records of the example, after a past long enough for a rule with a baseline. */
export function makeExampleRecords(example: RuleExample, warmUpDays: number): TheatreRecord[] {
  const days = example.given.map(({ at }) => convertToDay(parseMs(at.slice(0, 10))))
  const horizonDay = convertToDay(parseMs(example.horizon.slice(0, 10)))
  const firstDay = Math.min(horizonDay, ...days) - warmUpDays - 1
  const sources = new Set(['past', ...example.given.map(({ source }) => source ?? 'a')])
  return [
    // Only the source of the past is live at the horizon: the watermark is there too.
    ...[...sources].map(id =>
      sourceConfigured({
        ...{ id, reliability: 'B', latenessDays: 0 },
        cadenceDays: id === 'past' ? 1000 : 0
      })
    ),
    ticked(formatDay(firstDay)),
    received(makePastReport(formatDay(firstDay))),
    ...example.given.map((incident, i) => received(makeReport(incident, i))),
    received(makePastReport(formatDay(horizonDay))),
    ticked(example.horizon)
  ]
}

/** A report that no rule reads, with which the past of the theatre begins. */
function makePastReport(at: string) {
  const place = makePlace({ at, category: 'other', country: 'AQ', lat: -80, lon: 0 })
  return aReport({
    sourceId: 'past',
    externalId: `past-${at}`,
    occurred: { from: at, to: at },
    reportedAt: `${at}T12:00:00.000Z`,
    category: 'other',
    place: { ...place, admin1: null, statedAdmin1: null }
  })
}

function makeReport(incident: ExampleIncident, index: number) {
  const to = incident.to ?? incident.at
  const [low, best, high] = incident.deaths ?? [null, null, null]
  const role = incident.category === 'advisory' ? 'issuer' : 'perpetrator'
  return aReport({
    sourceId: incident.source ?? 'a',
    externalId: `example-${index}`,
    reportedAt: `${to.slice(0, 10)}T12:00:00.000Z`,
    occurred: { from: incident.at, to },
    category: incident.category,
    tactics: incident.tactics ?? [],
    place: makePlace(incident),
    actors: incident.actor === undefined ? [] : [{ name: incident.actor, role }],
    targets: (incident.targets ?? []).map(kind => ({ kind })),
    fatalities: { low, best, high },
    persons: incident.persons ?? [],
    credibility: (incident.credibility ?? 2) as 2
  })
}

function makePlace({
  settlement,
  admin1 = 'ML-4',
  country = 'ML',
  lat = 14,
  lon = -5,
  radiusKm = 2,
  seat
}: ExampleIncident): Place {
  return {
    name: settlement ?? null,
    country,
    admin1,
    statedAdmin1: admin1,
    foundAdmin1: null,
    lat,
    lon,
    radiusKm,
    settlement: settlement === undefined ? null : `${admin1}/${settlement.toLowerCase()}`,
    settlementName: settlement ?? null,
    resolution: 'stated',
    candidates: [],
    ...(seat === undefined ? {} : { seat })
  }
}
