// Answers about alerts and incidents: the members of their records, as far as a reader may see them.

import { count, instant, type JsonSchema, listOf, orNull, pageOf, record, ref, text, truth } from './json-schema.ts'
import { alertMembers, incidentMembers, publishedSchemas, revisionMembers, without } from './published-schemas.ts'

const hiddenFromMost = ['seq']
/** Members left out of an incident that is not a drill, has one report, and may not be another. */
const leftOutOfIncidents = ['drill', 'joins', 'mayBe']

const event = {
  id: text('Once for each event, on every transport.'),
  type: text('`tocsin.alert.raised.v1` and so on.'),
  time: instant()
} as const

const visibleReport = [
  'reportId',
  'sourceId',
  'externalId',
  'reportedAt',
  'occurred',
  'category',
  'tactics',
  'actors',
  'targets',
  'fatalities',
  'credibility',
  'handling',
  'drill',
  'lane',
  'theatre'
]

const candidatesOmitted = count('How many candidates more there are than are named. Left out where there are none.')
const placeSchema = publishedSchemas.Place as { readonly properties: Readonly<Record<string, JsonSchema>> }
/** A place of a report, as intake found it. */
const shownPlace = { ...placeSchema, properties: { ...placeSchema.properties, candidatesOmitted } }

const { candidates, contradiction, precision, resolution } = placeSchema.properties
const ownPlace = incidentMembers.place as { readonly required: readonly string[]; readonly properties: object }
const incidentPlace = {
  description: 'Where it was, as the rules take it, and how that was found.',
  type: 'object',
  required: [...ownPlace.required, 'resolution', 'candidates'],
  properties: {
    ...ownPlace.properties,
    resolution: orNull({ ...resolution, description: 'Null where no report that the key may see says it.' }),
    ...{ candidates, candidatesOmitted, contradiction, precision }
  }
} as const

const ownEvidence = alertMembers.evidence as { readonly items: { readonly properties: Readonly<Record<string, JsonSchema>> } }
const evidenceMembers = {
  ...ownEvidence.items.properties,
  revision: {
    ...ownEvidence.items.properties.revision,
    description:
      'The revision of the incident, as the rules count it. For keys cleared for `restricted` alone: it counts what hidden reports made of the incident too. Left out for all others; how often an incident changed for a key, the incident itself says.'
  }
}
/** Left out for keys below `restricted`. */
const notForAll = ['revision']
const shownAlert = {
  ...alertMembers,
  evidence: { ...ownEvidence, items: record('A piece of evidence that the key may see.', evidenceMembers, notForAll) }
}

const incidentShown = {
  ...without(incidentMembers, ['seq', 'reports', 'place']),
  place: incidentPlace,
  alsoAt: listOf(ref('ShownPlace'), 'Where else it was, by the reports that the key may see.'),
  withdrawn: truth('Its last report was withdrawn.'),
  reports: listOf(ref('IncidentReport'), 'Those that the key may see.')
}

const alert = record(
  'An alert as it stands, as far as the key may see it. `seq` counts the events of its theatre, and is there for keys that see all of them.',
  shownAlert,
  hiddenFromMost
)

export const alertSchemas: Readonly<Record<string, JsonSchema>> = {
  Alert: alert,
  AlertList: pageOf(ref('Alert'), 'Alerts, the newest first.'),
  AlertDetail: record(
    'An alert with its evidence in full and its past revisions.',
    {
      ...alertMembers,
      event: record('The event that made it what it is.', { type: text(), time: instant() }),
      raisedAt: instant('When the key was first shown it; `times.detectedAt` is when it last changed.'),
      evidence: listOf(
        record(
          'An item of evidence with its incident as it stands now.',
          { ...evidenceMembers, incident: orNull(ref('Incident')) },
          notForAll
        ),
        'What the key may see; incidents of the first 100 are given in full. `incident` is null for the others, and for one that is no longer kept or shown: its id answers 404 then.'
      ),
      revisions: listOf(ref('AlertEvent'), 'Newest last.'),
      revisionsOmitted: count('Earlier ones that are not listed.')
    },
    hiddenFromMost
  ),
  AlertEvent: record(
    'A CloudEvent of an alert, with the whole state of the alert after it.',
    {
      specversion: { type: 'string', enum: ['1.0'] },
      ...event,
      source: text(),
      datacontenttype: { type: 'string', enum: ['application/json'] },
      subject: text('The id of the alert.'),
      cause: orNull(text('Id of the record that it follows from.')),
      engine: text(),
      theatre: text(),
      previoushash: text('Chains the events of a theatre; for keys that see all of them.'),
      data: { anyOf: [ref('Alert'), ref('ActionRefused'), ref('LeftView')] }
    },
    ['previoushash']
  ),
  ActionRefused: record(
    'An action that was not done, because another came first. It changes nothing of the alert.',
    {
      alertId: text(),
      seq: count(),
      theatre: text(),
      notify: { type: 'string', enum: ['quiet'] },
      actionId: text(),
      reason: { type: 'string', enum: ['unknown-alert', 'stale-revision', 'alert-closed', 'invalid'] },
      by: text('The name of the key that asked.'),
      byId: text('The id of that key. Left out where it was not kept yet.'),
      operatorRevision: { type: ['integer', 'null'] },
      standingBy: orNull(text('Who made the revision that stands.')),
      standingById: text('The id of that key. Left out where the suite made it, or where it was not kept yet.'),
      standingAt: orNull(text()),
      handling: ref('Handling')
    },
    [...hiddenFromMost, 'byId', 'standingById']
  ),
  LeftView: record('The alert may no longer be seen; nothing else is told.', { alertId: text(), theatre: text() }),
  Incident: record('The thing in the world, put together from reports.', incidentShown, leftOutOfIncidents),
  IncidentDetail: record(
    'An incident with its past states.',
    {
      ...incidentShown,
      history: listOf(
        record('A past state.', {
          ...event,
          cause: orNull(text()),
          declared: orNull(
            record('The split (`same` false) or merge (true) that made it, where an officer did.', {
              by: text('The name of the key that asked.'),
              byId: orNull(text('The id of that key; null where it was not kept yet.')),
              at: instant(),
              same: truth(),
              note: orNull(text())
            })
          ),
          data: record(
            'The incident after this event, and why its reports joined.',
            {
              ...without(incidentMembers, [...hiddenFromMost, 'reports']),
              reports: listOf(record('A report of it, and whose.', { reportId: text(), sourceId: text() }))
            },
            leftOutOfIncidents
          )
        }),
        'Oldest first.'
      )
    },
    leftOutOfIncidents
  ),
  IncidentReport: record(
    'A report of the incident.',
    {
      ...Object.fromEntries(visibleReport.map(name => [name, revisionMembers[name] as JsonSchema])),
      place: ref('ShownPlace'),
      alsoAt: listOf(ref('ShownPlace')),
      withdrawn: truth(),
      private: orNull(ref('PrivateTexts'))
    },
    ['private']
  ),
  ShownPlace: shownPlace,
  IncidentList: pageOf(ref('Incident'), 'Incidents, those that changed last first.')
}
