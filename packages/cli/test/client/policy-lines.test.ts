// Policies and their reasons in lines for people: every part and every reason that there is has
// words.

import {
  holdReasons,
  mutedReasons,
  tellReasons
} from '@tocsin/domain/notification/notification-decision'
import { policyDefaults } from '@tocsin/domain/notification/notification-policy'
import { unplannedCauses } from '@tocsin/domain/notification/why-told'
import { expect, it } from 'vitest'
import {
  decisionLines,
  policyWords,
  previewLines,
  unplannedWords,
  whyLines,
  whyWords
} from '../../src/client/policy-lines.ts'

it('each part of a policy is said in words, and one of a later suite by its name', () => {
  const said = policyWords(policyDefaults).split('; ')
  expect(said).toHaveLength(Object.keys(policyDefaults).length)
  for (const [name, value] of Object.entries(policyDefaults))
    expect(said).not.toContain(`${name} ${JSON.stringify(value)}`)
  const quietHours = { from: '22:00', to: '06:00', timeZone: 'Africa/Bamako' }
  const other = policyWords({ ...policyDefaults, quietHours, unansweredMinutes: 5, later: 3 })
  expect(other).toMatch(
    /quiet 22:00 to 06:00 \(Africa\/Bamako\); when nobody has answered for 5 min; .*; later 3$/
  )
  expect(policyWords(null)).toBe('each event at once')
})

it('each reason is said in words', () => {
  for (const reason of [...tellReasons, ...holdReasons, ...mutedReasons])
    expect(whyWords(reason)).not.toBe(reason)
})

it('a delivery says whether it was told, is held, was tried or never is told', () => {
  const delivery = {
    sequence: 4,
    type: 'tocsin.alert.raised.v1',
    plannedAt: 'T0',
    state: 'pending',
    attempts: 0,
    last: null
  }
  const why = (more: object, hasPolicy = true) =>
    whyLines({ held: null, because: null, nextAt: null, ...delivery, ...more }, hasPolicy)[1]
  const held = { reason: 'silenced', until: 'T9', by: 'sil_1' }
  expect(why({ held })).toBe('   held until T9: a silence is over it (sil_1)')
  expect(why({ held }, false)).toBe('   waits for its turn')
  expect(why({ state: 'delivered', because: 'first', last: { at: 'T1' } })).toBe(
    '   told T1: it was the first of this alert'
  )
  expect(why({ state: 'delivered', last: { at: 'T1' } })).toBe('   told T1: every event is told')
  const last = { at: 'T1', status: 503, reason: 'server-error' }
  expect(why({ held, attempts: 2, last, nextAt: 'T2' })).toBe(
    '   tried 2 times, and not accepted: server-error; next T2'
  )
  // Of what an earlier suite muted it is not known why.
  expect(why({ state: 'muted' })).toBe('   never told by the policy')
  expect(why({ state: 'muted', because: 'ended-unheard' })).toBe(
    '   never told by the policy: it began and ended before it was due'
  )
  expect(why({ state: 'muted', because: 'endings-unwanted' })).toBe(
    '   never told by the policy: its end, which the policy does not want'
  )
})

it('what is not told again says why', () => {
  const last = { at: 'T1' }
  const told = {
    sequence: 4,
    type: 'tocsin.alert.raised.v1',
    plannedAt: 'T0',
    state: 'delivered',
    because: 'first',
    last
  }
  const repeatHeld = { reason: 'answered', until: null, by: null, at: 'T2' }
  expect(whyLines({ ...told, repeatHeld }, true)[2]).toBe(
    '   not told again: held until that changes: somebody has the alert'
  )
  // A subscription without a policy repeats nothing.
  expect(whyLines({ ...told, repeatHeld }, false)).toHaveLength(2)
})

it('each cause for which nothing was planned is said in words, and of a filter what is not met', () => {
  const said = unplannedCauses.map(cause =>
    unplannedWords({ cause, unmet: ['country', 'minSeverity'] })
  )
  expect(new Set(said).size).toBe(unplannedCauses.length)
  for (const [i, cause] of unplannedCauses.entries())
    expect(said[i]).not.toBe(`Not told: ${cause}.`)
  expect(said).toContain('Not told: the filter does not want it: country, minSeverity.')
  expect(unplannedWords({ cause: 'of-later', unmet: [] })).toBe('Not told: of-later.')
})

it('a preview that was cut says so', () => {
  const preview = {
    from: 'T0',
    to: 'T1',
    events: 3,
    told: 1,
    eventsInHourMax: 2,
    toldInHourMax: 1,
    silentCount: 1
  }
  const silent = [{ alertId: 'a', severity: 'minor', headline: 'A theft', reason: 'below-minimum' }]
  const lines = previewLines(
    { ...preview, isWhole: false, toldByReason: { first: 1 }, untoldByReason: {}, silent },
    {}
  )
  expect(lines[1]).toContain('more events in the week')
  expect(lines.at(-1)).toBe('   a minor A theft: it is below the least severity of the policy')
})

it('a preview says what it leaves out: silences, and the watch where the policy follows one', () => {
  const preview = {
    from: 'T0',
    to: 'T1',
    events: 0,
    told: 0,
    eventsInHourMax: 0,
    toldInHourMax: 0,
    silentCount: 0,
    isWhole: true
  }
  const said = (policy: object) =>
    previewLines({ ...preview, toldByReason: {}, untoldByReason: {}, silent: [] }, policy).slice(
      1,
      -3
    )
  expect(said({})).toEqual(['Silences are left out.'])
  expect(said({ watch: null, repeatMinutes: 60 })).toEqual([
    'Silences are left out.',
    'Repeats are played without them too, and end where somebody answered then.'
  ])
  expect(said({ watch: 'wat_1', repeatMinutes: 0 })).toEqual([
    'Silences and the watch are left out: it is played as if this subscription were always the first line.'
  ])
})

it('the decisions of a stream are said in their order, and what comes next', () => {
  const hold = {
    decision: 'hold',
    revision: 1,
    at: 'T0',
    reason: 'silenced',
    until: 'T9',
    by: 'sil_1'
  }
  const decisions = [
    hold,
    { ...hold, reason: null, until: null, by: null },
    { ...hold, decision: 'tell', reason: 'graver', at: 'T1' },
    { ...hold, decision: 'mute', reason: 'ended-unheard', at: 'T2' }
  ]
  const said = {
    cause: 'held',
    unmet: [],
    decisions,
    decisionsOmitted: 2,
    due: { at: 'T9', because: 'first' }
  }
  expect(decisionLines(said)).toEqual([
    '2 older decisions are left out',
    'T0  revision 1  held until T9: a silence is over it (sil_1)',
    'T0  revision 1  held by what is not for you to know',
    'T1  revision 1  told: it had become graver than was told',
    'T2  revision 1  never told: it began and ended before it was due',
    'T9  if nothing else happens: told: it was the first of this alert'
  ])
  expect(
    decisionLines({
      cause: 'filter',
      unmet: ['minSeverity'],
      decisions: [],
      decisionsOmitted: 0,
      due: null
    })
  ).toEqual(['Not told: the filter does not want it: minSeverity.'])
})
