// Incident events: the state of an incident as assembled, and why its reports are one.

import {
  type Format,
  integer,
  listOf,
  number,
  optional,
  orNull,
  pairOf,
  record,
  released,
  text,
  truth,
  type ValueOf
} from '../format/format.ts'
import { spanFormat, textOrNull } from '../format/shared-formats.ts'
import { type Handling, handlingFormat, handlings, maySee } from '../theatre/handling.ts'
import { fatalitiesFormat } from '../theatre/report.ts'

const joinFormat = record(
  {
    reports: pairOf(text()),
    score: number('0.5 to 1 by place, day, kind and perpetrators; 2 = a copy; 3 = declared.'),
    why: text('In words.')
  },
  'Two reports that were joined into one incident, or into parts of one.'
)
export type IncidentJoin = ValueOf<typeof joinFormat>

export const incidentFormat = released(
  'incident.v1',
  'Incident',
  'Data of every incident event: the whole incident after it.',
  {
    incidentId: text(),
    revision: integer({ minimum: 1 }),
    seq: integer({ minimum: 0 }),
    theatre: text(),
    aliases: listOf(text(), 'Ids that resolve to it too.'),
    reports: listOf(record({ reportId: text(), contentHash: text(), sourceId: text() })),
    independentSources: integer('Number of sources; copies of one text count once.', {
      minimum: 0
    }),
    occurred: spanFormat,
    category: text(),
    tactics: listOf(text()),
    place: record({
      name: textOrNull,
      country: textOrNull,
      admin1: textOrNull,
      lat: orNull(number()),
      lon: orNull(number()),
      radiusKm: orNull(number()),
      settlement: textOrNull
    }),
    fatalities: fatalitiesFormat,
    credibility: integer({ minimum: 1, maximum: 6 }),
    handling: handlingFormat,
    from: listOf(text(), 'Incidents that this one came from (`merged`) or was part of (`split`).'),
    drill: optional(truth<true>('An exercise. Left out if it is none.')),
    mayBe: optional(
      listOf(text(), 'Incidents that it may be identical with, and whose deaths count instead.')
    ),
    inCrowd: optional(
      truth<true>(
        'A report of it could be one with more than 200 others of its place and time: copies and declared pairs alone join.'
      )
    ),
    joins: optional(
      listOf(
        joinFormat,
        'Why its reports are one incident: one join less than reports, strongest first, at most 50.'
      )
    ),
    readers: optional(
      listOf(
        handlingFormat,
        'Handling levels of the readers it is for. Left out by engines before 0.14.0: all who may see its handling.'
      )
    ),
    takenBack: optional(
      truth<true>('The handling of a report of it was raised: its readers saw more before.')
    )
  }
)
export type IncidentState = ValueOf<typeof incidentFormat>

export const incidentEvents = ['assembled', 'revised', 'merged', 'split', 'withdrawn'] as const
export type IncidentEventType = `incident.${(typeof incidentEvents)[number]}`
export interface IncidentEvent {
  readonly type: IncidentEventType
  readonly data: IncidentState
}

export function listReaders({ readers, handling }: IncidentState): readonly Handling[] {
  return readers ?? handlings.filter(level => maySee(level, handling))
}

export const incidentFormats: Readonly<Record<string, Format>> = Object.fromEntries(
  incidentEvents.map(name => [`incident.${name}`, incidentFormat])
)
