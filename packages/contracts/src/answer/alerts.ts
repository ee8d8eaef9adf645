// Answers about alerts and incidents: the members of their records, where a reader may see
// them.

import {
  buildPage,
  count,
  extend,
  instant,
  type JsonSchema,
  listOf,
  nullable,
  part,
  ref,
  text,
  truth
} from '../format/format.ts'
import {
  alertMembers,
  incidentMembers,
  incidentMembersOptional,
  publishedSchemas,
  revisionMembers,
  without
} from './published-schemas.ts'

const hiddenFromMost = ['seq']
const seldom = [...hiddenFromMost, 'evidenceLost', 'describes', 'inLanguages']

const event = {
  id: text('Unique per event, and equal on every transport.'),
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

const candidatesOmitted = count('Number of further candidates. Omitted if there are none.')
const placeSchema = publishedSchemas.Place as {
  readonly properties: Readonly<Record<string, JsonSchema>>
}

const { candidates, contradiction, precision, resolution } = placeSchema.properties
const ownPlace = incidentMembers.place as {
  readonly required: readonly string[]
  readonly properties: object
}
const incidentPlace = {
  description: 'The place as used by the rules, and how it was resolved.',
  type: 'object',
  required: [...ownPlace.required, 'resolution', 'candidates'],
  properties: {
    ...ownPlace.properties,
    resolution: nullable({
      ...resolution,
      description: 'Null if no report that the key may see states it.'
    }),
    ...{ candidates, candidatesOmitted, contradiction, precision }
  }
} as const

const ownEvidence = alertMembers.evidence as {
  readonly items: { readonly properties: Readonly<Record<string, JsonSchema>> }
}
const evidenceMembers = {
  ...ownEvidence.items.properties,
  revision: {
    ...ownEvidence.items.properties.revision,
    description:
      'As the rules count it, which includes changes by hidden reports. Only for keys cleared for `restricted`.'
  }
}
/** Left out for keys below `restricted`. */
const notForAll = ['revision']
const counted = {
  evidenceCount: part('Of all evidence that the key may see, by role.', {
    triggers: count(),
    support: count()
  }),
  evidenceLost: truth(
    'Events of the alert are missing in the log: its evidence is counted, but unknown until a later event.'
  )
}
const few =
  'At most 20 pieces: those that reached each level, then the newest triggers, then the newest support.'
const shownEvidence = {
  ...ownEvidence,
  maxItems: 20,
  description: few,
  items: part('A piece of evidence that the key may see.', evidenceMembers, notForAll)
}

const incidentShown = {
  ...without(incidentMembers, ['seq', 'reports', 'place']),
  place: incidentPlace,
  alsoAt: listOf(ref('ShownPlace'), 'Further places, from the reports that the key may see.'),
  withdrawn: truth('Its last report was withdrawn.'),
  reports: listOf(ref('IncidentReport'), 'The reports that the key may see.')
}

export const alertSchemas: Readonly<Record<string, JsonSchema>> = {
  AlertStatement: part(
    'An alert without its evidence. `seq` counts the events of its theatre, for keys that see all of them.',
    { ...without(alertMembers, ['evidence']), ...counted },
    seldom
  ),
  Alert: extend('The current state of an alert as the key may see it.', 'AlertStatement', {
    evidence: shownEvidence
  }),
  AlertList: buildPage(ref('Alert'), 'Alerts, newest first.'),
  AlertDetail: extend(
    'An alert with its newest evidence in full and its past revisions.',
    'AlertStatement',
    {
      event: part('The event that produced this state.', { type: text(), time: instant() }),
      raisedAt: instant(
        'When it first became visible to the key; `times.detectedAt` is that of its last change.'
      ),
      seenBelow: listOf(
        part('What readers of a lower handling level see.', {
          handling: ref('Handling'),
          alertId: nullable(text('Another id if a report that they may not see began the alert.')),
          status: nullable(text('Its status for them.')),
          evidenceCount: nullable(
            part('How much of the evidence they see.', { triggers: count(), support: count() })
          )
        }),
        'What readers of each lower handling level see of it, the lowest first: the alert of this id, else their open alert of its rule that shares most triggers, else none (`null`).'
      ),
      evidence: listOf(
        ref('Evidence'),
        'As in an alert. `incident` is null for one that is not kept or not visible.'
      ),
      revisions: listOf(ref('AlertEvent'), 'Newest last.'),
      revisionsOmitted: count(
        'Number of earlier ones that are not listed, or with evidence that the key may no longer see.'
      )
    }
  ),
  Evidence: part(
    'An item of evidence with the current state of its incident.',
    { ...evidenceMembers, incident: nullable(ref('Incident')) },
    notForAll
  ),
  EvidencePage: buildPage(
    ref('Evidence'),
    '`incident` is null for one that is not kept or not visible.'
  ),
  AlertEvent: part(
    'A CloudEvent of an alert, with the whole state of the alert after it.',
    {
      specversion: { type: 'string', enum: ['1.0'] },
      ...event,
      source: text(),
      datacontenttype: { type: 'string', enum: ['application/json'] },
      subject: text('The id of the alert.'),
      cause: nullable(text('Id of the record that caused it.')),
      engine: text(),
      theatre: text(),
      previoushash: text('Chains the events of a theatre; for keys that see all of them.'),
      traceparent: text(
        'The trace of what led to it, as the Distributed Tracing extension of CloudEvents says. Only where traces are on, for keys that see everything.'
      ),
      data: { anyOf: [ref('Alert'), ref('ActionRefused'), ref('LeftView')] }
    },
    ['previoushash', 'traceparent']
  ),
  ActionRefused: part(
    'A refused action, because another came first. It does not change the alert.',
    {
      alertId: text(),
      seq: count(),
      theatre: text(),
      notify: { type: 'string', enum: ['quiet'] },
      actionId: text(),
      reason: {
        type: 'string',
        enum: ['unknown-alert', 'stale-revision', 'alert-closed', 'invalid']
      },
      by: text('The name of the requesting key, or `an officer`.'),
      byId: text(
        'The id of that key. Omitted for events from before ids were stored, and with the name.'
      ),
      operatorRevision: { type: ['integer', 'null'] },
      standingBy: nullable(text('Who made the current revision.')),
      standingById: text('Omitted if the suite made it, or by older records.'),
      standingHandling: ref('Handling'),
      standingAt: nullable(text()),
      handling: ref('Handling'),
      actionHandling: ref('Handling')
    },
    [...hiddenFromMost, 'byId', 'standingById', 'standingHandling', 'actionHandling']
  ),
  LeftView: part('The alert is no longer visible; nothing else is shown.', {
    alertId: text(),
    theatre: text()
  }),
  Incident: part(
    'An incident in the world, assembled from reports.',
    incidentShown,
    incidentMembersOptional
  ),
  IncidentDetail: extend('An incident with its past states.', 'Incident', {
    history: listOf(
      part('A past state.', {
        ...event,
        cause: nullable(text()),
        declared: nullable(
          part('The split (`same` false) or merge (true) by an officer that caused it.', {
            by: text('The name of the requesting key, or `an officer`.'),
            byId: nullable(
              text('The id of that key; null for events from before ids were stored.')
            ),
            at: instant(),
            same: truth(),
            note: nullable(text('Null for readers who may not read it.'))
          })
        ),
        data: part(
          'The incident after this event, and why its reports joined.',
          {
            ...without(incidentMembers, [...hiddenFromMost, 'reports']),
            reports: listOf(
              part('A report of the incident, and its source.', {
                reportId: text(),
                sourceId: text()
              })
            )
          },
          incidentMembersOptional
        )
      }),
      'Oldest first.'
    )
  }),
  PrivateTexts: part('Only for keys with the scope `persons:read`; null once erased.', {
    narrative: nullable(text()),
    links: listOf(text()),
    persons: listOf(
      part('A person; `name` is null if the report does not give it.', {
        name: nullable(text()),
        aliases: listOf(text()),
        role: nullable(text()),
        kind: nullable(text())
      })
    )
  }),
  IncidentReport: part(
    'A report of the incident.',
    {
      ...Object.fromEntries(visibleReport.map(name => [name, revisionMembers[name] as JsonSchema])),
      place: ref('ShownPlace'),
      alsoAt: listOf(ref('ShownPlace')),
      withdrawn: truth(),
      private: nullable(ref('PrivateTexts'))
    },
    ['private']
  ),
  ShownPlace: extend('A place of a report, as intake found it.', 'Place', { candidatesOmitted }, [
    'candidatesOmitted'
  ]),
  IncidentList: buildPage(ref('Incident'), 'Incidents, most recently changed first.')
}
