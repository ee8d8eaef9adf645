// How subscriptions and deliveries do, what a form sends, and where refusals are told.

import { bulletinKinds } from '@tocsin/domain/notification/bulletin'
import {
  holdReasons,
  mutedReasons,
  tellReasons
} from '@tocsin/domain/notification/notification-decision'
import { policyDefaults as domainDefaults } from '@tocsin/domain/notification/notification-policy'
import { describe, expect, it } from 'vitest'
import type { Subscription } from '../src/shown/subscription.ts'
import { faultsOf } from '../src/upkeep/field-faults.ts'
import { policyDefaults, policyIn } from '../src/upkeep/policy-draft.ts'
import {
  blankSubscription,
  bodyOfSubscription,
  changeOfSubscription,
  changeOnto,
  draftOfSubscription,
  noticeKinds,
  noticesWith,
  partsChanged,
  subscriptionFields
} from '../src/upkeep/subscription-draft.ts'
import {
  deliveryLevel,
  hasFailed,
  inOrder,
  isHeld,
  newestSequence,
  rangeFault,
  standingOf
} from '../src/upkeep/subscription-standing.ts'
import { deliveryWords } from '../src/words/delivery-words.ts'
import { heldWords, policyWords } from '../src/words/policy-words.ts'
import { words } from '../src/words/words.ts'
import { aSubscription } from './support/records.ts'

const changeOf = (held: Subscription) => ({ ...draftOfSubscription(held), seen: held })
const last = {
  at: '2026-03-01T00:00:00Z',
  status: 500,
  durationMs: 3,
  excerpt: null,
  reason: 'server-error'
}

describe('a subscription', () => {
  it('says first why it sends nothing, and else how its endpoint does', () => {
    expect(standingOf(aSubscription())).toEqual({ level: 'good', state: 'active' })
    expect(standingOf(aSubscription({ endpoint: 'failing' }))).toEqual({
      level: 'warn',
      state: 'failing'
    })
    expect(standingOf(aSubscription({ endpoint: 'down' }))).toEqual({ level: 'bad', state: 'down' })
    expect(standingOf(aSubscription({ status: 'unconfirmed', endpoint: 'up' }))).toEqual({
      level: 'warn',
      state: 'unconfirmed'
    })
    expect(standingOf(aSubscription({ status: 'disabled', endpoint: 'down' }))).toEqual({
      level: 'warn',
      state: 'disabled'
    })
    expect(standingOf(aSubscription({ status: 'ended', endpoint: 'up' }))).toEqual({
      level: 'bad',
      state: 'ended'
    })
  })

  it('in a state that this console does not know is not called good', () => {
    expect(standingOf(aSubscription({ status: 'melted' }))).toEqual({
      level: 'bad',
      state: 'melted'
    })
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
  it('sends lists of codes, and nothing for what was left empty', () => {
    const draft = {
      ...blankSubscription,
      url: ' https://a.example ',
      country: 'ml, bf ,',
      minSeverity: 'severe'
    }
    expect(bodyOfSubscription(draft)).toEqual({
      ...{
        url: 'https://a.example',
        order: 'newest-state',
        policy: null,
        contact: null,
        heartbeatSeconds: null
      },
      notices: [],
      filter: { minSeverity: 'severe', country: ['ML', 'BF'] }
    })
  })

  it('sends of a change what differs, and keeps what it does not show', () => {
    const held = aSubscription({ filter: { minSeverity: 'severe', certainty: ['likely'] } })
    const draft = { ...changeOf(held), minSeverity: '' }
    expect(changeOfSubscription(changeOf(held))).toEqual({})
    expect(changeOfSubscription(draft)).toEqual({ filter: { certainty: ['likely'] } })
    // The query of the address is hidden: an address that was not typed anew must not be sent.
    expect(changeOfSubscription({ ...draft, contact: 'ops' })).not.toHaveProperty('url')
  })

  it('that is begun before another change goes on from it, with what was typed', () => {
    const seen = aSubscription({ filter: { minSeverity: 'severe' }, order: 'newest-state' })
    const now = aSubscription({
      ...{
        filter: { minSeverity: 'severe', country: ['ML'] },
        order: 'newest-state',
        contact: 'ops',
        status: 'disabled'
      },
      policy: { ...policyDefaults, updateMinutes: 5 }
    })
    const draft = { ...changeOf(seen), pattern: 'siege', updateMinutes: '30' }
    expect(partsChanged(seen, now)).toEqual(['filter', 'policy', 'contact'])
    expect(partsChanged(seen, { ...seen, sequence: 9, status: 'disabled' })).toEqual([])
    expect(changeOnto(draft, now)).toEqual({
      ...changeOf(now),
      pattern: 'siege',
      updateMinutes: '30'
    })
    expect(changeOfSubscription(changeOnto(draft, now))).toEqual({
      filter: { minSeverity: 'severe', country: ['ML'], pattern: ['siege'] },
      policy: { ...policyDefaults, updateMinutes: 30 }
    })
  })
})

describe('what a subscription is told besides alerts', () => {
  const held = aSubscription({ notices: ['watches', 'a-later-kind'] })
  const draft = changeOf(held)

  it('is sent when it is chosen or left, and kinds of a later suite stay', () => {
    expect(changeOfSubscription(draft)).toEqual({})
    const more = { ...draft, notices: noticesWith(draft.notices, 'silences', true) }
    expect(changeOfSubscription(more)).toEqual({ notices: ['a-later-kind', 'silences', 'watches'] })
    const less = { ...more, notices: noticesWith(more.notices, 'watches', false) }
    expect(changeOfSubscription(less)).toEqual({ notices: ['a-later-kind', 'silences'] })
    expect(noticesWith(less.notices, 'silences', true)).toEqual(less.notices)
  })

  it('that is chosen and left again changes nothing, whatever its order was', () => {
    const notices = noticesWith(noticesWith(draft.notices, 'silences', true), 'silences', false)
    expect(changeOfSubscription({ ...draft, notices })).toEqual({})
  })

  it('offers each kind that there is, and none of them by itself', () => {
    expect([...noticeKinds]).toEqual([...bulletinKinds])
    expect(blankSubscription.notices).toEqual([])
    expect(draftOfSubscription(aSubscription()).notices).toEqual([])
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
    const draft = changeOf(held)
    expect(changeOfSubscription(draft)).toEqual({})
    expect(changeOfSubscription({ ...draft, endings: false })).toEqual({
      policy: { ...policy, endings: false }
    })
    expect(changeOfSubscription({ ...draft, hasPolicy: false })).toEqual({ policy: null })
  })

  it('keeps what a later suite adds and this form does not show', () => {
    const later = { ...policy, watch: 'watch_1', unansweredMinutes: 5, repeatHours: 4 }
    const draft = draftOfSubscription(aSubscription({ order: 'newest-state', policy: later }))
    expect(policyIn({ ...draft, endings: false })).toEqual({ ...later, endings: false })
    expect(policyWords(later)).toContain('when nobody has answered for 5 min; on watch watch_1')
    expect(policyWords({ ...later, repeatMinutes: 60 })).toContain(
      'again every 60 min while nobody answers; on watch'
    )
    const repeating = draftOfSubscription(
      aSubscription({ order: 'newest-state', policy: { ...policy, repeatMinutes: 60 } })
    )
    expect([
      repeating.repeatMinutes,
      policyIn({ ...repeating, repeatMinutes: '90' })
    ]).toMatchObject(['60', { repeatMinutes: 90 }])
  })

  it('that is begun has the defaults, and what is left empty is left to the suite', () => {
    expect(policyDefaults).toEqual(domainDefaults)
    const draft = { ...changeOf(aSubscription()), hasPolicy: true }
    expect(changeOfSubscription(draft)).toEqual({ policy: policyDefaults })
    const { updateMinutes: _, ...others } = policyDefaults
    expect(policyIn({ ...draft, updateMinutes: ' ' })).toEqual(others)
  })

  it('is refused at the field that is about it, what is no number too', () => {
    expect(policyIn({ ...draftOfSubscription(held), updateMinutes: 'often' })).toMatchObject({
      updateMinutes: 'often'
    })
    const errors = [
      { pointer: '/policy/quietHours/timeZone', detail: 'no such zone' },
      { pointer: '/policy/updateMinutes', detail: 'must be a number' },
      { pointer: '/policy/repeatMinutes', detail: 'too soon' },
      { pointer: '/policy', detail: 'needs newest-state' }
    ]
    const { byField, rest } = faultsOf({ detail: 'Invalid.', errors }, subscriptionFields)
    expect(Object.fromEntries(byField)).toEqual({
      'policy/quietHours/timeZone': 'no such zone',
      'policy/updateMinutes': 'must be a number',
      'policy/repeatMinutes': 'too soon',
      policy: 'needs newest-state'
    })
    expect(rest).toBeNull()
  })

  it('is told in words, and so is why a delivery is held', () => {
    expect(policyWords(null)).toBe('Each event at once')
    expect(policyWords({ ...policy, minSeverity: 'severe', endings: false })).toBe(
      'first from severe on; after 30 s for its story; changes every 5 min at most; a story as one; no endings; quiet 22:00 to 06:00 (Africa/Bamako)'
    )
    expect(heldWords({ reason: 'quiet-hours', until: '2026-03-02T06:00:00.000Z', by: null })).toBe(
      'Held until 2 Mar 2026, 06:00 UTC: these are its quiet hours.'
    )
    expect(heldWords({ reason: 'below-minimum', until: null, by: null })).toContain(
      'until that changes'
    )
    expect(heldWords({ reason: 'of-a-later-suite', until: null, by: null })).toContain(
      'of-a-later-suite'
    )
  })

  it('says why it never tells something, where that is known', () => {
    const muted = (because?: string) =>
      deliveryWords({ state: 'muted', ...(because === undefined ? {} : { because }) })
    expect(muted('ended-unheard')).toBe(
      'never told by its policy: it began and ended before it was due'
    )
    expect(muted('endings-unwanted')).toBe('never told by its policy: its end, which is not wanted')
    expect(muted()).toBe('never told by its policy')
    expect(deliveryWords({ state: 'delivered', because: 'first' })).toBe('taken')
  })

  it('has words for each reason to hold, to tell and never to tell', () => {
    expect(Object.keys(words.policies.mutes).sort()).toEqual([...mutedReasons].sort())
    expect(Object.keys(words.policies.holds).sort()).toEqual([...holdReasons].sort())
    expect(Object.keys(words.policies.tellReasons).sort()).toEqual([...tellReasons].sort())
  })

  it('holds what was not begun: what was tried and not taken is tried again', () => {
    const delivery = {
      state: 'pending',
      held: { reason: 'quiet-hours', until: null, by: null },
      last: null
    }
    expect([
      isHeld(delivery),
      isHeld({ ...delivery, last }),
      isHeld({ ...delivery, state: 'delivered' })
    ]).toEqual([...[true, false, false]])
    // An older suite says nothing of it.
    expect(isHeld({ state: 'pending', last: null })).toBe(false)
  })
})

describe('a refusal', () => {
  it('is told beside its field, and what is about no field beside the form', () => {
    const errors = [
      { pointer: '/url', detail: 'must be https' },
      { pointer: '/filter/country/0', detail: 'no such country' },
      { pointer: '/schedule', detail: 'too long' }
    ]
    const { byField, rest } = faultsOf({ detail: 'Invalid.', errors }, subscriptionFields)
    expect([...byField]).toEqual([
      ['url', 'must be https'],
      ['filter/country', 'no such country']
    ])
    expect(rest).toBe('schedule: too long')
  })

  it('without fields is told as a whole', () => {
    expect(faultsOf({ detail: 'Too many.' }, subscriptionFields)).toEqual({
      byField: new Map(),
      rest: 'Too many.'
    })
    const errors = [{ pointer: '/url', detail: 'must be https' }]
    expect(faultsOf({ detail: 'Invalid.', errors }, subscriptionFields).rest).toBeNull()
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

  it('is sent again by a range within what was planned', () => {
    expect(rangeFault('1', '3', 3)).toBeNull()
    expect(rangeFault('', '3', 3)).toBe('not-numbers')
    expect(rangeFault('0', '3', 3)).toBe('not-numbers')
    expect(rangeFault('3', '1', 3)).toBe('reversed')
    expect(rangeFault('1', '4', 3)).toBe('beyond')
    expect(rangeFault('1', '1001', 2_000)).toBe('too-many')
    expect(rangeFault('1', '1000', 2_000)).toBeNull()
  })

  it('has as its newest delivery the newest that either list tells of', () => {
    expect(newestSequence(aSubscription({ sequence: 3 }), [])).toBe(3)
    expect(newestSequence(aSubscription({ sequence: 0 }), [{ sequence: 2 }, { sequence: 1 }])).toBe(
      2
    )
    expect(newestSequence(aSubscription({ sequence: 9 }), [{ sequence: 2 }])).toBe(9)
  })
})
