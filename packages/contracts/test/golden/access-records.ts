// Golden data of control records about access and the log itself: keys, subscriptions, the master
// key's fingerprint, copies.

import type { ControlPayload } from '@tocsin/domain/control/control-record'
import { subscriptionSettings } from '@tocsin/domain/delivery/subscription-settings'
import { examplesOf, type Golden } from './golden.ts'

type Data<T extends ControlPayload['type']> = Extract<ControlPayload, { type: T }>['data']

const key = {
  keyId: 'k1',
  name: 'feed of wire-1',
  secretHash: 'a'.repeat(64),
  scopes: ['reports:write', 'reports:read'],
  theatres: ['sahel'],
  handling: 'partners',
  expiresAt: '2026-01-01T00:00:00.000Z'
} satisfies Data<'key.created'>

const rotation = {
  keyId: 'k1',
  secretHash: 'b'.repeat(64),
  replaces: 'a'.repeat(64),
  overlapUntil: '2025-07-01T00:00:00.000Z'
} satisfies Data<'key.rotated'>

const settings = examplesOf(subscriptionSettings)
const subscription = {
  subscriptionId: 's1',
  ...settings.needed,
  ownerKeyId: 'k1',
  theatres: '*',
  handling: 'partners',
  sealedSecret: 'sealed',
  from: 'v1:tocsin.alerts.v1:e:p0=3'
} satisfies Data<'subscription.created'>

const silence = {
  silenceId: 'si1',
  filter: { admin1: ['ML-5'] },
  alertId: null,
  subscriptionId: null,
  startsAt: '2025-06-01T00:00:00.000Z',
  endsAt: '2025-06-01T04:00:00.000Z',
  includesExtreme: false,
  reason: 'Exercise',
  ownerKeyId: 'k1',
  theatres: '*',
  handling: 'internal'
} satisfies Data<'silence.created'>

const watch = {
  watchId: 'w1',
  name: 'Joint desk',
  lineMinutes: 5,
  shifts: [
    { officer: 'Ama', from: '2025-06-01T06:00:00.000Z', until: '2025-06-01T14:00:00.000Z', lines: ['s1', 's2'], note: null }
  ],
  version: 1,
  ownerKeyId: 'k1',
  theatres: '*',
  handling: 'internal'
} satisfies Data<'watch.declared'>

export const accessRecords: readonly Golden[] = [
  {
    event: 'key.created',
    good: [
      key,
      { ...key, theatres: '*', expiresAt: null } satisfies Data<'key.created'>,
      { ...key, limits: { perMinute: 600, perDay: 100_000, bodyBytes: 65_536 } } satisfies Data<'key.created'>,
      { ...key, by: 'owner' } satisfies Data<'key.created'>
    ],
    bad: [
      { why: 'a limit of nothing', at: 'limits', value: { perMinute: 0 } },
      { why: 'a secret instead of its hash', at: 'secretHash', value: 'tk_secret' },
      { why: 'a scope that does not exist', at: 'scopes', value: ['everything'] },
      { why: 'theatres by pattern', at: 'theatres', value: 'sahel' }
    ]
  },
  {
    event: 'key.rotated',
    good: [rotation, { ...rotation, overlapUntil: null }, { ...rotation, by: 'oidc:ana' } satisfies Data<'key.rotated'>],
    bad: [
      { why: 'a secret instead of its hash', at: 'secretHash', value: 'tk_secret' },
      { why: 'an overlap of some hours', at: 'overlapUntil', value: 24 },
      { why: 'by nobody', at: 'by', value: '' }
    ]
  },
  {
    event: 'keys.used',
    good: [{ at: '2025-06-02T09:00:00.000Z', keyIds: ['k1', 'k2'] } satisfies Data<'keys.used'>],
    bad: [
      { why: 'nobody', at: 'keyIds', value: [] },
      { why: 'a time that is none', at: 'at', value: 'today' }
    ]
  },
  {
    event: 'report.erasure-requested',
    good: [
      { reportId: 'r1', theatre: 'sahel', handling: 'internal' }
    ] satisfies Data<'report.erasure-requested'>[],
    bad: [{ why: 'a handling that does not exist', at: 'handling', value: 'secret' }]
  },
  {
    event: 'session.ended',
    good: [{ sessionId: 'abc', maker: 'k1', expiresAt: '2025-06-02T09:00:00.000Z' } satisfies Data<'session.ended'>],
    bad: [{ why: 'an end that is no time', at: 'expiresAt', value: 'soon' }]
  },
  {
    event: 'key.revoked',
    good: [{ keyId: 'k1' }, { keyId: 'k1', by: 'owner' }] satisfies Data<'key.revoked'>[],
    bad: [{ why: 'no key', at: 'keyId', value: null }]
  },
  {
    event: 'key.link-made',
    good: [{ keyId: 'k1' }, { keyId: 'k1', by: 'owner' }] satisfies Data<'key.link-made'>[],
    bad: [{ why: 'no key', at: 'keyId', value: null }]
  },
  {
    event: 'subscription.created',
    good: [subscription, { ...subscription, ...settings.all }, { ...subscription, schedule: null, contact: null }],
    bad: [{ why: 'an order that does not exist', at: 'order', value: 'any' }]
  },
  {
    event: 'subscription.updated',
    good: [subscription, { ...subscription, ...settings.all }],
    bad: [{ why: 'a negative wait', at: 'schedule', value: [-1] }]
  },
  {
    event: 'subscription.deleted',
    good: [{ subscriptionId: 's1' } satisfies Data<'subscription.deleted'>],
    bad: [{ why: 'no subscription', at: 'subscriptionId', value: null }]
  },
  {
    event: 'subscription.consented',
    good: [{ subscriptionId: 's1', consentId: 'c1', how: 'challenge' } satisfies Data<'subscription.consented'>],
    bad: [{ why: 'a way that is none', at: 'how', value: 'silence' }]
  },
  {
    event: 'silence.created',
    good: [silence, { ...silence, alertId: 'a1', subscriptionId: 's1', theatres: ['sahel'] }],
    bad: [
      { why: 'no reason', at: 'reason', value: '' },
      { why: 'an end that is no time', at: 'endsAt', value: 'tomorrow' }
    ]
  },
  {
    event: 'silence.ended',
    good: [{ silenceId: 'si1' } satisfies Data<'silence.ended'>],
    bad: [{ why: 'no silence', at: 'silenceId', value: null }]
  },
  {
    event: 'watch.declared',
    good: [
      watch,
      { ...watch, shifts: [] },
      { ...watch, knownRequests: [{ id: 'a0'.repeat(16), asked: 'b1'.repeat(16) }] },
      { ...watch, theatres: ['sahel'], version: 2 },
      { ...watch, handOver: { from: 'Esi', to: 'Ama' } } satisfies Data<'watch.declared'>,
      { ...watch, handOver: { from: null, to: 'Ama' } } satisfies Data<'watch.declared'>
    ],
    bad: [
      { why: 'handed over to nobody', at: 'handOver', value: { from: 'Ama', to: null } },
      { why: 'a shift without lines', at: 'shifts.0.lines', value: [] },
      { why: 'lines that do not wait', at: 'lineMinutes', value: 0 }
    ]
  },
  {
    event: 'watch.withdrawn',
    good: [{ watchId: 'w1' } satisfies Data<'watch.withdrawn'>],
    bad: [{ why: 'no watch', at: 'watchId', value: null }]
  },
  {
    event: 'webhook-key.rotated',
    good: [{ generation: 1 } satisfies Data<'webhook-key.rotated'>],
    bad: [{ why: 'the first key, to which nothing is rotated', at: 'generation', value: 0 }]
  },
  {
    event: 'suite.begun',
    good: [
      { masterKeyFingerprint: 'a0'.repeat(32) },
      { masterKeyFingerprint: 'a0'.repeat(32), topics: [{ topic: 'tocsin.alerts.v1', epoch: '0123abcd', partitions: 12 }] }
    ] satisfies Data<'suite.begun'>[],
    bad: [
      { why: 'a fingerprint that is none', at: 'masterKeyFingerprint', value: 'secret' },
      { why: 'a topic without its epoch', at: 'topics', value: [{ topic: 'tocsin.alerts.v1', partitions: 12 }] },
      { why: 'a topic without partitions', at: 'topics', value: [{ topic: 'tocsin.alerts.v1', epoch: '0123abcd', partitions: 0 }] }
    ]
  },
  {
    event: 'copy.begun',
    good: [{ from: '0123abcd', to: '89efcdab' } satisfies Data<'copy.begun'>],
    bad: [{ why: 'an epoch that is none', at: 'from', value: 'yesterday' }]
  },
  {
    event: 'log.copied',
    good: [
      { topics: [{ topic: 'tocsin.alerts.v1', from: '0123abcd', to: '89efcdab', ends: ['12', '0'] }] },
      { topics: [{ topic: 'tocsin.keys.v1', from: '0123abcd', to: '89efcdab', ends: null }] },
      { topics: [{ topic: 'tocsin.control.v1', from: '0123abcd', to: '89efcdab', ends: ['4'], shift: 1, partitions: 1 }] }
    ] satisfies Data<'log.copied'>[],
    bad: [
      { why: 'an epoch that is none', at: 'topics.0.from', value: 'yesterday' },
      { why: 'an end below nothing', at: 'topics.0.ends', value: ['-1'] },
      { why: 'a shift that is none', at: 'topics.0.shift', value: 'one' }
    ]
  }
]
