// Examples of what the suite answers and sends, by the name of the schema that each fits. The
// OpenAPI document shows them at answers and webhooks, the AsyncAPI document at messages.

import type { JsonSchema } from '../format/format.ts'

const alertId = '72425f94d2694102203b465a2e23b8ba'
const subscriptionId = 'sub_003403766575800cec5e4410'
const eventId = 'abf17a2c9bd44b863e7bf4e7c92d0ce0'
const previousId = 'be380eba6044e0fd13060be8ddcca694'
const epoch = '9c1f2a7d'
const life = {
  canaryAgeSeconds: 240,
  complete: { record: 118, time: '2025-06-02T09:00:00.000Z' }
}
const at = '2025-06-02T09:00:01.120Z'
const cursors = ['A_0ELF7r7IhKKqDlmWUZLw5JSuEBCtM', 'A-_Zmw0x-LW1TMCmKzWSKl6i0s1cKxs'] as const

const alert = {
  alertId,
  revision: 2,
  operatorRevision: 2,
  theatre: 'sahel',
  status: 'provisional',
  notify: 'page',
  ruleId: 'siege',
  ruleVersion: 1,
  pattern: 'siege',
  group: { settlement: 'Diosso', settlementId: 'ML-4/diosso' },
  headline: 'Siege of Diosso',
  explanation: 'Encirclement, aid denied and movement denied since 4 May 2025.',
  inLanguages: {
    fr: {
      headline: 'Siège de Diosso : 3 critères sur 3',
      explanation: 'Encerclement, aide refusée et déplacements empêchés depuis le 4 mai 2025.',
      measure: 'critères remplis',
      levels: ['siège partiel']
    }
  },
  severity: 'severe',
  urgency: 'immediate',
  certainty: 'likely',
  levels: [{ level: 1, at: '2025-05-11T00:00:00.000Z', reason: 'partial' }],
  area: {
    country: ['ML'],
    admin1: ['ML-4'],
    circle: [13.88, -5.36, 5],
    settlement: 'ML-4/diosso'
  },
  window: { from: '2025-05-01T00:00:00.000Z', to: null },
  measure: {
    name: 'criteria held',
    value: 3,
    threshold: 2,
    baseline: null,
    falseAlarmsPerYear: null
  },
  evidence: [
    {
      incidentId: '79834fa49e80a0478e2047d75fb6588a',
      revision: 1,
      role: 'trigger',
      handling: 'partners'
    }
  ],
  evidenceCount: { triggers: 1, support: 0 },
  evidenceOmitted: 0,
  category: ['blockade'],
  fatalities: { low: null, best: null, high: null },
  times: {
    occurredFrom: '2025-05-01T00:00:00.000Z',
    firstReportedAt: '2025-06-02T09:00:00.000Z',
    detectedAt: at
  },
  handling: 'partners',
  concerns: 'public',
  references: [],
  partOf: null,
  operator: {
    acknowledgedBy: null,
    acknowledgedUntil: null,
    assignedTo: null,
    disposition: null
  },
  drill: false,
  reason: 'full',
  action: null
}

const event = {
  specversion: '1.0',
  id: eventId,
  source: '/tocsin/rules',
  type: 'tocsin.alert.escalated.v1',
  time: at,
  datacontenttype: 'application/json',
  subject: alertId,
  cause: '33901154dbb9307ee7eba3511dd63bdf',
  engine: '0.18.0',
  theatre: 'sahel',
  data: alert
}

const headline = {
  alertId,
  revision: 2,
  status: 'provisional',
  notify: 'page',
  severity: 'severe',
  certainty: 'likely',
  theatre: 'sahel',
  admin1: ['ML-4'],
  detectedAt: at,
  headline: 'Siege of Diosso'
}

const id = 'desk'
const link = { id, cursor: cursors[0], prev: cursors[1] }
const sentAt = '2025-06-02T09:00:01.204Z'

const subscription = {
  id: subscriptionId,
  version: 0,
  url: 'https://hooks.example.org/tocsin',
  filter: { minSeverity: 'severe' },
  order: 'newest-state',
  schedule: null,
  contact: null,
  theatres: '*',
  handling: 'partners',
  status: 'active',
  endpoint: 'up',
  sequence: 118,
  pending: 0,
  parked: 0
}

const buildUnsequenced = (name: string, data: object) => ({
  specversion: '1.0',
  id: `${name}_5f3a91c2`,
  source: '/tocsin/notifier',
  type: `tocsin.webhook.${name}.v1`,
  time: at,
  datacontenttype: 'application/json',
  epoch,
  data: { subscriptionId, ...data }
})

const frames = {
  SubscribedFrame: { type: 'subscribed', id, recovered: true, cursor: cursors[1] },
  SnapshotFrame: { type: 'snapshot', ...link, sentAt, more: false, snapshot: [headline] },
  AlertFrame: { type: 'alert', ...link, event: headline },
  HeartbeatFrame: { type: 'heartbeat', ...link, sentAt, ageSeconds: 5, epoch, ...life },
  ChangedFrame: { type: 'changed', list: 'silences' },
  NoticeFrame: {
    type: 'notice',
    code: 4000,
    detail: 'the service is shutting down',
    reconnect: true,
    retryAfterMs: 1200
  }
}

export const examples: Readonly<Record<string, object>> = {
  ReportAccepted: {
    reportId: 'da8d42d568e62c0c47de6310b82be4ad',
    revision: 1,
    theatre: 'sahel',
    duplicate: false,
    place: { resolution: 'stated', candidates: [] },
    cursor: 'AwIsACn8zwHy_axlPI4DFyy_vCqYNV07wcx9'
  },
  AlertList: { items: [], next: null },
  Alert: alert,
  ActionPending: { actionId: '9699f5953657ad89e4f4002e5f98b97c', state: 'pending' },
  FeedPage: {
    recovered: true,
    items: [{ event, cursor: cursors[0], prev: cursors[1] }],
    next: cursors[0]
  },
  SubscriptionMade: {
    ...subscription,
    status: 'unconfirmed',
    sequence: 0,
    secret: 'whsec_dVhAwnKvANbI/PdZ6qBgpHCQP5PQ01mffUZUL84wpE4='
  },
  SubscriptionList: { items: [subscription], next: null },
  DeliveryList: {
    items: [
      {
        sequence: 118,
        id: eventId,
        previousId,
        alertId,
        type: event.type,
        plannedAt: at,
        state: 'delivered',
        superseded: null,
        round: 0,
        attempts: 1,
        nextAt: null,
        held: null,
        waited: null,
        because: null,
        repeated: null,
        repeatHeld: null,
        last: { at, status: 204, durationMs: 84.2, excerpt: null, reason: null }
      }
    ],
    next: null
  },
  Replayed: { replayed: 13 },
  TestOutcome: { accepted: true, durationMs: 84.2, kind: 'response', status: 204 },
  KeyMade: {
    id: 'key_d2f0a6c433087ca9',
    keyId: 'key_d2f0a6c433087ca9',
    name: 'field office 7',
    scopes: ['reports:write'],
    theatres: ['sahel'],
    handling: 'internal',
    expiresAt: null,
    limits: {},
    createdBy: 'owner',
    secret: 'tk_nvTIRjnAVxj2q2ReQwo265HkJY_JeR58iNEoJhpl2q8'
  },
  WebhookEvent: {
    ...event,
    epoch,
    subscriptionid: subscriptionId,
    sequence: 118,
    previousid: previousId
  },
  WebhookTest: buildUnsequenced('test', { drill: true }),
  WebhookHeartbeat: buildUnsequenced('heartbeat', {
    sequence: 118,
    pending: 0,
    superseded: [],
    ageSeconds: 5,
    ...life,
    next: '2025-06-02T09:05:01.120Z'
  }),
  WebhookChallenge: buildUnsequenced('challenge', { challenge: 'u3f0cT1m2Yw' }),
  WebhookNotice: buildUnsequenced('notice', { state: 'down', since: at, pending: 4, parked: 0 }),
  WebhookSilence: buildUnsequenced('silence', {
    silenceId: 'sil_4f1c',
    state: 'holding',
    startsAt: at,
    endsAt: '2025-06-02T17:00:00.000Z',
    matches: 2
  }),
  WebhookWatch: buildUnsequenced('watch', { watchId: 'wat_7d20', state: 'unstaffed' }),
  WebhookDigest: buildUnsequenced('digest', {
    digest: {
      ...{ theatre: 'sahel', from: '2025-05-26', to: '2025-06-01', isOver: true, baseDays: 364 },
      ...{ attacks: 14, usual: 9.2, chance: 0.084, trend: [8, 11, 7, 9, 10, 8, 12, 14] },
      areas: [
        {
          ...{ admin1: 'ML-5', name: 'Mopti (Mali)', alerts: [] },
          ...{ attacks: 7, usual: 1.3, chance: 0.00052, trend: [0, 2, 1, 1, 3, 2, 4, 7] }
        }
      ],
      ...{ areasOmitted: 0, situations: [] },
      budget: { declared: 8, spent: 2.6, falseAlarms: 1 }
    }
  }),
  WebhookReminder: buildUnsequenced('reminder', {
    because: 'repeat',
    count: 1,
    firstToldAt: at,
    sequence: 118,
    eventId,
    eventType: event.type,
    answerurl: null,
    alert
  }),
  WebhookHeaders: {
    'webhook-id': eventId,
    'webhook-timestamp': '1748854801',
    'webhook-signature': `v1,${'K'.repeat(43)}= v1a,${'m'.repeat(86)}==`
  },
  AuthenticateMessage: { type: 'authenticate', token: 'tk_…' },
  SubscribeMessage: { type: 'subscribe', id, filter: { minSeverity: 'severe' }, from: 'latest' },
  UnsubscribeMessage: { type: 'unsubscribe', id },
  AuthenticatedFrame: { type: 'authenticated' },
  UnsubscribedFrame: { type: 'unsubscribed', id },
  ...frames,
  ...Object.fromEntries(
    Object.entries(frames).map(([name, frame]) => [
      name.replace('Frame', 'EventData'),
      buildEventData(frame)
    ])
  )
}

export const exampleComponents: Readonly<Record<string, JsonSchema>> = Object.fromEntries(
  Object.entries(examples).map(([name, value]) => [name, { value }])
)

/** A body of this schema, with its example: `own`, or the one of the schema that it refers to. */
export function buildContent(schema: JsonSchema, own?: unknown): JsonSchema {
  if (own !== undefined) return { schema, example: own }
  const name = String(schema.$ref).replace('#/components/schemas/', '')
  return name in examples
    ? { schema, examples: { [name]: { $ref: `#/components/examples/${name}` } } }
    : { schema }
}

/** The data of a server-sent event: the frame without what the lines of the event say. */
function buildEventData(frame: object): object {
  const outside = ['type', 'id', 'cursor']
  return Object.fromEntries(Object.entries(frame).filter(([name]) => !outside.includes(name)))
}
