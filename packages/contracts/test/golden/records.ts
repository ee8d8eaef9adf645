// Valid data of every record, typed by the domain so that type and schema cannot drift apart, and
// invalid data with the reason.

import type { ActionRefused, AlertState } from '@tocsin/domain/alert/alert'
import type { IncidentState } from '@tocsin/domain/incident/incident-event'
import type { ControlPayload, SourceDeclaration } from '@tocsin/domain/control/control-record'
import type { ReportRevision } from '@tocsin/domain/report/report'
import type { TheatrePayload } from '@tocsin/domain/record/theatre-record'
import type { DataKeyPayload } from '../../src/record/data-key-record.ts'
import type { Quarantined, QuarantineSettled } from '../../src/record/quarantine-record.ts'
import { accessRecords } from './access-records.ts'
import type { Golden } from './golden.ts'
import { ambiguousPlace, dioura, nowhere, placeKnownWell } from './places.ts'
import { answered, correctedResponses, responseRecords } from './response-records.ts'
import { timeRecords } from './time-records.ts'

export type { Golden }

type Data<T extends string, P extends { type: string; data: unknown } = TheatrePayload | ControlPayload> = Extract<P, { type: T }>['data']

const theatre = {
  id: 'sahel',
  countries: ['ML', 'BF', 'NE'],
  polygon: [
    [
      [-12, 10],
      [4, 10],
      [4, 25],
      [-12, 10]
    ]
  ],
  clock: 'replay',
  retentionDays: 820
} satisfies Data<'theatre.configured'>

const theatreBad = [
  { why: 'a clock that does not exist', at: 'clock', value: 'sundial' },
  { why: 'no retention', at: 'retentionDays', value: 0 },
  { why: 'a corner with one coordinate', at: 'polygon', value: [[[1]]] }
]

const source = {
  id: 'wire-1',
  reliability: 'B',
  latenessDays: 2,
  cadenceDays: 7,
  archive: false
} satisfies Data<'source.configured'>
const sourceBad = [
  { why: 'a grade that does not exist', at: 'reliability', value: 'G' },
  { why: 'a negative lateness', at: 'latenessDays', value: -1 }
]

const author = { id: 'k1', name: 'desk' }
const rule = {
  ruleId: 'siege',
  ruleVersion: 2,
  pattern: 'siege',
  parameters: { holdDays: 7, mode: 'strict', silent: false }
} satisfies Data<'rule.configured'>
const ruleBad = [
  { why: 'version zero', at: 'ruleVersion', value: 0 },
  { why: 'parameters that are a list', at: 'parameters', value: [7] }
]
const wordedRule = {
  ...rule,
  ...{ parameters: { ageDays: [30, 90], hubs: [{ name: 'Bamako', lat: 12.65 }], mode: null }, title: 'Sieges', where: 'country == "ML"' },
  ...{ groupBy: ['actor' as const], severities: ['minor' as const], headline: '{group.settlement} is besieged' }
} satisfies Data<'rule.configured'>
const severityBad = { why: 'a severity that there is not', at: 'severities', value: ['dire'] }
const wordedRuleBad = [...ruleBad, severityBad, { why: 'a group that there is not', at: 'groupBy', value: ['weather'] }]

const report = {
  reportId: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  contentHash: 'aa1e2d3c4b5a69788796a5b4c3d2e1f0',
  sourceId: 'wire-1',
  externalId: 'W-2025-0601-3',
  reportedAt: '2025-06-02T09:00:00.000Z',
  occurred: { from: '2025-06-01', to: '2025-06-01T23:00:00.000Z' },
  category: 'attack',
  tactics: ['base-overrun', 'other:kidnap-convoy'],
  place: dioura,
  alsoAt: [ambiguousPlace],
  actors: [{ name: 'JNIM', role: 'perpetrator' }],
  targets: [{ kind: 'military' }],
  fatalities: { low: 3, best: 4, high: 9 },
  credibility: 2,
  handling: 'partners',
  persons: [{ key: '11aa', role: 'captured', kind: 'commander', aliasKeys: ['22bb'] }],
  narrativeKey: '33cc',
  linkKeys: ['44dd'],
  private: { algorithm: 'A256GCM', keyId: '55ee', iv: 'AAAA', ciphertext: 'BBBB', tag: 'CCCC' },
  drill: false,
  theatre: 'sahel',
  lane: 'live'
} satisfies ReportRevision
const reportKnownWell = {
  ...report,
  place: placeKnownWell,
  alsoAt: [placeKnownWell],
  unnamed: [{ role: 'captured', kind: 'commander' }]
} satisfies ReportRevision

const bareReport = {
  ...report,
  externalId: null,
  fatalities: { low: null, best: null, high: null },
  persons: [{ key: '11aa', role: null, kind: null, aliasKeys: [] }],
  actors: [{ name: 'JNIM', role: null }],
  narrativeKey: null,
  linkKeys: [],
  private: null,
  alsoAt: [],
  place: nowhere
} satisfies ReportRevision

const operatorRequest = {
  actionId: 'a1',
  action: 'resolve',
  alertId: 'b2',
  ifMatch: 3,
  by: 'Watch desk',
  until: '2025-06-03T09:00:00.000Z',
  note: 'seen',
  to: 'night shift',
  text: 'calm again',
  disposition: 'true'
} satisfies Data<'operator.requested'>

const alert = {
  alertId: 'al1',
  revision: 3,
  operatorRevision: 1,
  seq: 118,
  theatre: 'sahel',
  status: 'provisional',
  notify: 'page',
  ruleId: 'siege',
  ruleVersion: 2,
  pattern: 'siege',
  group: { settlement: 'Diosso' },
  headline: 'Diosso is cut off',
  explanation: 'Three of three criteria have held for 30 days.',
  severity: 'severe',
  urgency: 'immediate',
  certainty: 'likely',
  levels: [{ level: 1, at: '2024-01-01T00:00:00.000Z', reason: 'partial' }],
  area: { country: ['ML'], admin1: ['ML-4'], circle: [13.88, -5.36, 5], settlement: 'ML-4/diosso' },
  window: { from: '2023-12-01', to: '2025-03-01' },
  measure: { name: 'criteria held', value: 3, threshold: 2, baseline: 0.5, falseAlarmsPerYear: 0.1 },
  evidence: [{ incidentId: 'i1', revision: 1, role: 'trigger', handling: 'partners' }],
  evidenceOmitted: 0,
  category: ['blockade'],
  fatalities: { low: 0, best: 1, high: 2 },
  times: { occurredFrom: '2023-12-01', firstReportedAt: '2024-01-01T00:00:00.000Z', detectedAt: '2024-01-01T00:00:00.000Z' },
  handling: 'partners',
  concerns: 'partners',
  references: ['al0'],
  partOf: 'al9',
  operator: {
    acknowledgedBy: 'Watch desk',
    acknowledgedUntil: '2025-06-03T09:00:00.000Z',
    assignedTo: 'night shift',
    disposition: 'true'
  },
  drill: false,
  reason: 'merged',
  action: { actionId: 'a1', by: 'Watch desk', text: 'seen' }
} satisfies AlertState

/** In the form since key ids are stored. */
const alertByKey = {
  ...alert,
  operator: { ...alert.operator, acknowledgedById: 'key_1' },
  action: { ...alert.action, byId: 'key_1' }
} satisfies AlertState

/** In the form since it is recorded what was done. */
const alertAnswered = { ...alert, operator: { ...alert.operator, ...answered } } satisfies AlertState

/** In the form since responses can be corrected. */
const alertCorrected = { ...alert, operator: { ...alert.operator, ...correctedResponses } } satisfies AlertState

const bareAlert = {
  ...alert,
  area: { country: [], admin1: [], circle: null, settlement: null },
  window: { from: '2023-12-01', to: null },
  measure: { name: 'criteria held', value: 3, threshold: 2, baseline: null, falseAlarmsPerYear: null },
  fatalities: { low: null, best: null, high: null },
  partOf: null,
  operator: { acknowledgedBy: null, acknowledgedUntil: null, assignedTo: null, disposition: null },
  reason: null,
  action: null
} satisfies AlertState

const alertBad = [
  { why: 'a status that does not exist', at: 'status', value: 'open' },
  { why: 'a severity that is no word of CAP', at: 'severity', value: 'high' },
  { why: 'a circle without its radius', at: 'area.circle', value: [1, 2] },
  { why: 'a role that does not exist', at: 'evidence.0.role', value: 'witness' },
  { why: 'revision zero', at: 'revision', value: 0 },
  { why: 'a measure that is text', at: 'measure.value', value: '3' },
  { why: 'nobody as the key of an action', at: 'action.byId', value: null },
  { why: 'nobody as the key that took it', at: 'operator.acknowledgedById', value: null }
]

const refused = {
  alertId: 'al1',
  seq: 119,
  theatre: 'sahel',
  notify: 'quiet',
  actionId: 'a1',
  reason: 'stale-revision',
  by: 'Watch desk',
  operatorRevision: 2,
  standingBy: 'Other desk',
  standingAt: '2025-06-03T09:00:00.000Z',
  handling: 'partners'
} satisfies ActionRefused

const incident = {
  incidentId: 'i1',
  revision: 1,
  seq: 4,
  theatre: 'sahel',
  aliases: ['i0'],
  reports: [{ reportId: 'r1', contentHash: 'c1', sourceId: 'wire-1' }],
  independentSources: 1,
  occurred: { from: '2025-06-01', to: '2025-06-01' },
  category: 'attack',
  tactics: ['base-overrun'],
  place: { name: 'Dioura', country: 'ML', admin1: 'ML-5', lat: 14.8, lon: -5.2, radiusKm: 2, settlement: 'ML-5/dioura' },
  fatalities: { low: 3, best: null, high: null },
  credibility: 2,
  handling: 'partners',
  from: ['i0']
} satisfies IncidentState

const alertEvents = [
  ...['retracted', 'resolved', 'reopened', 'escalated', 'confirmed', 'revised', 'raised'],
  ...['acknowledged', 'acknowledgement-lapsed', 'assigned', 'commented', 'responded', 'response-corrected', 'answered']
]

export const goldenRecords: readonly Golden[] = [
  { event: 'theatre.configured', good: [theatre, { ...theatre, countries: null, polygon: null }], bad: theatreBad },
  { event: 'theatre.declared', good: [theatre], bad: theatreBad },
  { event: 'source.configured', good: [source], bad: sourceBad },
  {
    event: 'source.declared',
    good: [source, ...[['key_1', 'oidc:nora'], null].map(reporters => ({ ...source, reporters }) satisfies SourceDeclaration)],
    bad: [...sourceBad, { why: 'reporters by pattern', at: 'reporters', value: '*' }]
  },
  {
    event: 'rule.configured',
    good: [rule, wordedRule, { ...rule, theatres: ['sahel'] } satisfies Data<'rule.configured'>],
    bad: wordedRuleBad
  },
  {
    event: 'rule.declared',
    good: [rule, wordedRule, { ...rule, theatres: ['sahel'], by: author } satisfies Data<'rule.declared'>],
    bad: [
      ...wordedRuleBad,
      { why: 'no theatre at all', at: 'theatres', value: [] },
      { why: 'a name alone for who did it', at: 'by', value: 'owner' }
    ]
  },
  {
    event: 'rule.removed',
    good: [{ ruleId: 'siege' } satisfies Data<'rule.removed'>],
    bad: [{ why: 'a number for an id', at: 'ruleId', value: 7 }]
  },
  {
    event: 'rule.withdrawn',
    good: [
      { ruleId: 'siege' } satisfies Data<'rule.withdrawn'>,
      { ruleId: 'siege', ruleVersion: 3, by: author } satisfies Data<'rule.withdrawn'>
    ],
    bad: [
      { why: 'a number for an id', at: 'ruleId', value: 7 },
      { why: 'version zero', at: 'ruleVersion', value: 0 }
    ]
  },
  {
    event: 'engine.changed',
    good: [{ engine: '0.2.0' } satisfies Data<'engine.changed'>],
    bad: [{ why: 'no engine', at: 'engine', value: null }]
  },
  {
    event: 'report.received',
    good: [report, bareReport, reportKnownWell, { ...report, place: ambiguousPlace } satisfies ReportRevision],
    bad: [
      { why: 'a category that does not exist', at: 'category', value: 'heist' },
      { why: 'credibility beyond the scale', at: 'credibility', value: 7 },
      { why: 'half a death', at: 'fatalities.low', value: 0.5 },
      { why: 'a latitude beyond the pole', at: 'place.lat', value: 91 },
      { why: 'a neighbour twice', at: 'place.neighbours', value: ['ML-4', 'ML-4'] },
      { why: 'the seat of a village', at: 'place.seat', value: 'village' },
      { why: 'a contradiction of nothing', at: 'place.contradiction', value: 'none' },
      { why: 'a precision that is guessed', at: 'place.precision', value: 'guessed' },
      { why: 'a private part in the clear', at: 'private', value: { narrative: 'plain' } },
      { why: 'reported on a day', at: 'reportedAt', value: '2025-06-02' },
      { why: 'a lane that does not exist', at: 'lane', value: 'fast' }
    ]
  },
  {
    event: 'report.withdrawn',
    good: [{ reportId: 'r1', reason: 'sent in error', lane: 'live' } satisfies Data<'report.withdrawn'>],
    bad: [{ why: 'no reason', at: 'reason', value: null }]
  },
  {
    event: 'operator.requested',
    good: [operatorRequest, { ...operatorRequest, byId: 'key_1' }, { ...operatorRequest, until: null, note: null, to: null, text: null, disposition: null }],
    bad: [
      { why: 'an action that does not exist', at: 'action', value: 'delete' },
      { why: 'a disposition that does not exist', at: 'disposition', value: 'maybe' }
    ]
  },
  {
    event: 'pair.declared',
    good: [
      { reportIds: ['r1', 'r2'], same: true, by: 'Watch desk' } satisfies Data<'pair.declared'>,
      {
        ...{ reportIds: ['r1', 'r2'], same: false, by: 'Watch desk', also: [['r1', 'r3']], after: 'd0' },
        ...{ note: 'Two convoys.', actionId: 'd1', incidentId: 'r1', byId: 'key_1' }
      } satisfies Data<'pair.declared'>,
      { reportIds: ['r1', 'r2'], same: true, by: 'Watch desk', also: [], after: null, note: null } satisfies Data<'pair.declared'>
    ],
    bad: [
      { why: 'a pair of three', at: 'reportIds', value: ['a', 'b', 'c'] },
      { why: 'a further pair of one', at: 'also', value: [['a']] }
    ]
  },
  ...accessRecords,
  ...timeRecords,
  ...responseRecords,
  ...alertEvents.map(name => ({ event: `alert.${name}`, good: [alert, alertByKey, alertAnswered, alertCorrected, bareAlert], bad: alertBad })),
  {
    event: 'alert.action-refused',
    good: [refused, { ...refused, byId: 'key_1', standingById: 'key_2' } satisfies ActionRefused, { ...refused, operatorRevision: null, standingBy: null, standingAt: null }],
    bad: [
      { why: 'a refusal that pages', at: 'notify', value: 'page' },
      { why: 'a reason that does not exist', at: 'reason', value: 'because' },
      { why: 'nobody as the key that asked', at: 'byId', value: null },
      { why: 'nobody as the key that stands', at: 'standingById', value: null }
    ]
  },
  ...['assembled', 'revised', 'merged', 'split', 'withdrawn'].map(name => ({
    event: `incident.${name}`,
    good: [
      incident,
      {
        ...{ ...incident, drill: true },
        mayBe: ['i9'],
        inCrowd: true,
        joins: [{ reports: ['r1', 'r2'], score: 0.9, why: 'same settlement, same day, both attack' }],
        place: { name: null, country: null, admin1: null, lat: null, lon: null, radiusKm: null, settlement: null }
      } satisfies IncidentState
    ],
    bad: [
      { why: 'revision zero', at: 'revision', value: 0 },
      { why: 'another that is no id', at: 'mayBe', value: [{}] },
      { why: 'a join of one', at: 'joins', value: [{ reports: ['r1'], score: 1, why: 'same day' }] },
      { why: 'a report without its source', at: 'reports', value: [{ reportId: 'r1', contentHash: 'c1' }] }
    ]
  })),
  {
    event: 'data-key.created',
    good: [
      { reportId: 'r1', keyId: 'k1', wrapped: { iv: 'AAAA', ciphertext: 'BBBB', tag: 'CCCC' } } satisfies DataKeyPayload['data']
    ],
    bad: [{ why: 'a key in the clear', at: 'wrapped', value: 'AAAA' }]
  },
  {
    event: 'record.quarantined',
    good: [
      {
        topic: 'tocsin.incidents.v1',
        partition: 0,
        position: '12',
        reason: 'not-json',
        bytes: 'AAAA',
        engine: '0.1.0'
      } satisfies Quarantined
    ],
    bad: [{ why: 'a position that a number cannot hold', at: 'position', value: 12 }]
  },
  {
    event: 'quarantine.settled',
    good: [
      { entry: 'q-1', how: 'replayed', by: 'owner', reportId: 'r-1' } satisfies QuarantineSettled,
      { entry: 'q-1', how: 'dismissed', by: 'key-1', reportId: null } satisfies QuarantineSettled
    ],
    bad: [{ why: 'an end that does not exist', at: 'how', value: 'burnt' }]
  }
]
