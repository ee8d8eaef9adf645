// How subscriptions and deliveries do, what a form sends, and where refusals are told.

import { alertEventTypes } from '@tocsin/contracts/subscription/event-types'
import { policyDefaults as domainDefaults } from '@tocsin/contracts/subscription/notification-policy'
import {
  bulletinKinds,
  holdReasons,
  mutedReasons,
  sendReasons
} from '@tocsin/contracts/subscription/notification-words'
import { destinationKinds } from '@tocsin/contracts/subscription/subscription-settings'
import { describe, expect, it } from 'vitest'
import { collectFaults } from '../src/records/field-table.ts'
import {
  deliveryLevel,
  eventTypes,
  findStanding,
  hasFailed,
  inOrder,
  isHeld,
  makeSubscriptionBody,
  makeSubscriptionChange,
  makeSubscriptionDraft,
  policyDefaults,
  subscriptionKinds,
  subscriptionPaths,
  withKind
} from '../src/records/subscription.ts'
import type { Subscription } from '../src/shown/answers.ts'
import { deliveryWords, heldWords, policyWords } from '../src/words/policy-words.ts'
import { words } from '../src/words/words.ts'
import { aSubscription } from './support/records.ts'

const blankSubscription = makeSubscriptionDraft(null)
const last = {
  ...{ at: '2026-03-01T00:00:00Z', status: 500, durationMs: 3, excerpt: null },
  reason: 'server-error'
}

describe('a destination', () => {
  it('sends what its kind needs, and nothing of what was typed for another', () => {
    const typed = {
      ...blankSubscription,
      token: 't',
      chat: '@duty',
      to: 'a@b.example, c@d.example'
    }
    const bodyOf = (draft: object) => makeSubscriptionBody({ ...typed, ...draft })
    expect(bodyOf({ kind: 'telegram' })).toMatchObject({
      kind: 'telegram',
      token: 't',
      chat: '@duty'
    })
    for (const name of ['url', 'to', 'notices', 'heartbeatSeconds', 'digest'])
      expect(bodyOf({ kind: 'telegram' })).not.toHaveProperty(name)
    expect(bodyOf({ kind: 'email', url: 'smtps://u:p@m.example', digest: true })).toMatchObject({
      digest: true,
      url: 'smtps://u:p@m.example',
      to: ['a@b.example', 'c@d.example']
    })
    expect(bodyOf({ url: 'https://a.example' })).not.toHaveProperty('token')
  })

  it('leaves its secrets and address as they are in a change of something else', () => {
    const held = aSubscription({ kind: 'telegram', url: 'https://api.telegram.org', chat: '1' })
    expect(makeSubscriptionChange({ ...makeSubscriptionDraft(held), contact: 'desk' })).toEqual({
      contact: 'desk'
    })
    expect(makeSubscriptionChange({ ...makeSubscriptionDraft(held), token: 'new' })).toEqual({
      token: 'new'
    })
  })
})

describe('a subscription', () => {
  it.each<[Partial<Subscription>, string, string]>([
    [{}, 'good', 'active'],
    [{ endpoint: 'failing' }, 'warn', 'failing'],
    [{ endpoint: 'down' }, 'bad', 'down'],
    [{ status: 'unconfirmed' }, 'warn', 'unconfirmed'],
    [{ status: 'disabled', endpoint: 'down' }, 'warn', 'disabled'],
    [{ status: 'ended' }, 'bad', 'ended']
  ])('says first why it sends nothing: %j', (members, level, state) => {
    expect(findStanding(aSubscription(members))).toEqual({ level, state })
  })

  it('that does worst comes first', () => {
    const all = [
      aSubscription({ id: 'a' }),
      aSubscription({ id: 'b', endpoint: 'failing' }),
      aSubscription({ id: 'c', status: 'ended' })
    ]
    expect(inOrder(all).map(({ id }) => id)).toEqual(['c', 'b', 'a'])
  })
})

describe('the form of a subscription', () => {
  it('sends what is chosen, and nothing for what was left empty', () => {
    const typed = { url: ' https://a.example ', country: ['ML', 'BF'], minSeverity: 'severe' }
    expect(makeSubscriptionBody({ ...blankSubscription, ...typed })).toEqual({
      ...{ kind: 'webhook', url: 'https://a.example' },
      filter: { minSeverity: 'severe', country: ['ML', 'BF'] },
      ...{ types: null, order: 'newest-state', policy: policyDefaults, contact: null },
      heartbeatSeconds: null,
      notices: [],
      digest: false
    })
  })

  it.each([
    ['slack', policyDefaults],
    ['pagerduty', null],
    ['alertmanager', null]
  ])('sends for a new one of kind %s the policy %j', (kind, policy) => {
    const draft = withKind(blankSubscription, kind)
    expect(makeSubscriptionBody(draft)).toMatchObject({ kind, policy })
  })

  it('sends of a change what differs, and keeps what it does not show', () => {
    const held = aSubscription({ filter: { minSeverity: 'severe', drill: false } })
    const draft = { ...makeSubscriptionDraft(held), minSeverity: '' }
    expect(makeSubscriptionChange(makeSubscriptionDraft(held))).toEqual({})
    expect(makeSubscriptionChange(draft)).toEqual({ filter: { drill: false } })
    // The query of the address is hidden: an address that was not typed anew must not be sent.
    expect(makeSubscriptionChange({ ...draft, contact: 'ops' })).not.toHaveProperty('url')
  })

  it('asks to be told of notices, or no longer', () => {
    const held = aSubscription({ notices: ['watches'] })
    const sent = (notices: readonly string[]) =>
      makeSubscriptionChange({ ...makeSubscriptionDraft(held), notices })
    expect([sent(['watches']), sent([])]).toEqual([{}, { notices: [] }])
    expect(blankSubscription.notices).toEqual([])
  })

  it('offers what there is', () => {
    expect(Object.keys(words.subscriptions.form.noticeKinds)).toEqual([...bulletinKinds])
    expect([...eventTypes].sort()).toEqual([...alertEventTypes].sort())
    expect([...subscriptionKinds]).toEqual([...destinationKinds])
  })
})

describe('the policy of a subscription', () => {
  const policy = {
    ...policyDefaults,
    updateMinutes: 5,
    quietHours: { from: '22:00', to: '06:00', timeZone: 'Africa/Bamako' }
  }
  const held = aSubscription({ order: 'newest-state', policy })

  it('is shown as it is in force, and sent whole when a part of it is changed', () => {
    const draft = makeSubscriptionDraft(held)
    expect(makeSubscriptionChange(draft)).toEqual({})
    expect(makeSubscriptionChange({ ...draft, endings: false })).toEqual({
      policy: { ...policy, endings: false }
    })
    expect(makeSubscriptionChange({ ...draft, telling: 'each' })).toEqual({ policy: null })
  })

  it('keeps what is in force where it is not changed', () => {
    const later = { ...policy, watch: 'watch_1', unansweredMinutes: 5 }
    const draft = makeSubscriptionDraft(aSubscription({ order: 'newest-state', policy: later }))
    const policyIn = (given: typeof draft) => makeSubscriptionBody(given).policy
    expect(policyIn({ ...draft, endings: false })).toEqual({ ...later, endings: false })
    const repeating = makeSubscriptionDraft(
      aSubscription({ order: 'newest-state', policy: { ...policy, repeatMinutes: 60 } })
    )
    expect(repeating.repeatMinutes).toBe('60')
    expect(policyIn({ ...repeating, repeatMinutes: '90' })).toMatchObject({ repeatMinutes: 90 })
  })

  it('that is begun has the defaults, and what is left empty is left to the suite', () => {
    expect(policyDefaults).toEqual(domainDefaults)
    const draft = {
      ...makeSubscriptionDraft(aSubscription({ order: 'newest-state' })),
      telling: 'policy'
    }
    expect(makeSubscriptionChange(draft)).toEqual({ policy: policyDefaults })
    const { updateMinutes: _, ...others } = policyDefaults
    expect(makeSubscriptionBody({ ...draft, updateMinutes: ' ' }).policy).toEqual(others)
  })

  it('is refused at the field that is about it, what is no number too', () => {
    const typed = { updateMinutes: 'often' }
    expect(makeSubscriptionBody({ ...makeSubscriptionDraft(held), ...typed }).policy).toMatchObject(
      typed
    )
    const members = ['/quietHours/timeZone', '/updateMinutes', '/repeatMinutes', '']
    const errors = members.map(name => ({ pointer: `/policy${name}`, detail: 'is wrong' }))
    const { byField, rest } = collectFaults({ detail: 'Invalid.', errors }, subscriptionPaths)
    expect([[...byField.keys()], rest]).toEqual([members.map(name => `policy${name}`), null])
  })

  it.each<[string, Parameters<typeof policyWords>[0]]>([
    ['Each update at once', null],
    [
      'first from severe on; after 30 s for its story; changes every 5 min at most; a story as one; no endings; quiet 22:00 to 06:00 (Africa/Bamako)',
      { ...policy, minSeverity: 'severe', endings: false }
    ],
    [
      'after 30 s for its story; changes every 5 min at most; a story as one; when nobody has answered for 5 min; reminder every 60 min while nobody answers; on roster watch_1; quiet 22:00 to 06:00 (Africa/Bamako)',
      { ...policy, watch: 'watch_1', unansweredMinutes: 5, repeatMinutes: 60 }
    ]
  ])('is told in words: %s', (said, told) => {
    expect(policyWords(told)).toBe(said)
  })

  it.each([
    ['quiet-hours' as const, 'Delayed until 2 Mar 2026, 06:00 UTC: these are its quiet hours.'],
    ['below-minimum' as const, 'until that changes']
  ])('says why a delivery is held: %s', (reason, said) => {
    const until = reason === 'quiet-hours' ? '2026-03-02T06:00:00.000Z' : null
    expect(heldWords({ reason, until, by: null })).toContain(said)
  })

  it.each([
    ['ended-unheard' as const, 'never sent by its policy: it began and ended before it was due'],
    ['endings-unwanted' as const, 'never sent by its policy: its end, which is not wanted'],
    [null, 'never sent by its policy']
  ])('says why it never tells something, where that is known: %s', (because, said) => {
    expect(deliveryWords({ state: 'muted', because })).toBe(said)
    expect(deliveryWords({ state: 'delivered', because: 'first' })).toBe('delivered')
  })

  it('has words for each reason to hold, to tell and never to tell', () => {
    expect(Object.keys(words.told.mutes).sort()).toEqual([...mutedReasons].sort())
    expect(Object.keys(words.told.holds).sort()).toEqual([...holdReasons].sort())
    expect(Object.keys(words.policies.sendReasons).sort()).toEqual([...sendReasons].sort())
  })

  it('holds what was not begun: what was tried and not taken is tried again', () => {
    const held = { reason: 'quiet-hours', until: null, by: null } as const
    const delivery = { state: 'pending', held, last: null } as const
    const others = [
      { ...delivery, last },
      { ...delivery, state: 'delivered' as const }
    ]
    expect([delivery, ...others].map(isHeld)).toEqual([true, false, false])
  })
})

describe('a refusal', () => {
  it('is told beside its field, and what is about no field beside the form', () => {
    const errors = [
      { pointer: '/url', detail: 'must be https' },
      { pointer: '/filter/country/0', detail: 'no such country' },
      { pointer: '/schedule', detail: 'too long' }
    ]
    const of = (...told: object[]) =>
      collectFaults({ detail: 'Invalid.', errors: told as typeof errors }, subscriptionPaths)
    const { byField, rest } = of(...errors)
    expect([...byField]).toEqual([
      ['url', 'must be https'],
      ['filter/country', 'no such country']
    ])
    expect([rest, of(errors[0] ?? {}).rest]).toEqual(['schedule: too long', null])
    // Without fields it is told as a whole.
    const whole = collectFaults({ detail: 'Too many.' }, subscriptionPaths)
    expect(whole).toEqual({ byField: new Map(), rest: 'Too many.' })
  })
})

describe('a delivery', () => {
  it('has failed when it was tried and not taken, and not when it waits or was skipped', () => {
    expect(hasFailed({ state: 'pending', last: null })).toBe(false)
    expect(hasFailed({ state: 'pending', last })).toBe(true)
    expect(hasFailed({ state: 'parked', last })).toBe(true)
    expect(hasFailed({ state: 'superseded', last: null })).toBe(false)
    expect(deliveryLevel({ state: 'pending', last })).toBe('warn')
    expect(deliveryLevel({ state: 'lapsed', last })).toBe('bad')
  })
})
