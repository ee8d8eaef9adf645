// What nobody answered, by what the suite lists and what events say since.

import { describe, expect, it } from 'vitest'
import { Unanswered, unansweredAfter } from '../../src/live/unanswered.ts'
import type { ShownAlert } from '../../src/shown/shown-alert.ts'
import { type AlertMembers, anAlert } from '../support/an-alert.ts'

const at = '2026-03-01T12:00:00.000Z'
const done = { kind: 'sent', at, recordedAt: at } as const
const answered = { operator: { responses: { count: 1, first: done, last: done } } }
const taken = { operator: { acknowledgedBy: 'Ama' } }
const paged = (more: AlertMembers = {}) => anAlert({ notify: 'page', ...more })
const update = (more: AlertMembers = {}) => anAlert({ notify: 'update', ...more })
const quiet = anAlert({ notify: 'quiet' })
const over = { status: 'resolved' } as const

// Null: the suite has to be asked.
it.each<[string, boolean, ShownAlert | null, ShownAlert | null, string, boolean | null]>([
  ['calls people when it is raised', false, null, paged(), 'raised', true],
  ['that is old news calls nobody', false, null, quiet, 'raised', false],
  ['goes on calling while it changes', true, paged(), update(), 'revised', true],
  ['that somebody takes is answered', true, paged(), update(taken), 'acknowledged', false],
  [
    'of which a response is recorded is answered',
    true,
    paged(),
    update(answered),
    'responded',
    false
  ],
  [
    'of which a response is corrected may call again',
    false,
    null,
    update(),
    'response-corrected',
    null
  ],
  ['that closes calls no more', true, paged(), update(over), 'resolved', false],
  ['that leaves the view calls no more', true, paged(), null, 'left-view', false],
  [
    'that is an exercise is not answered to anybody',
    false,
    null,
    paged({ drill: true }),
    'raised',
    false
  ],
  [
    'that comes back calls anew',
    false,
    update({ ...over, ...answered }),
    paged(answered),
    'reopened',
    true
  ],
  [
    'of which the acknowledgement lapses may call again',
    false,
    update(taken),
    update(),
    'acknowledgement-lapsed',
    null
  ],
  ['that is given back may call again', false, update(taken), update(), 'assigned', null],
  [
    'that was answered and grows calls again',
    false,
    update(answered),
    paged(answered),
    'escalated',
    true
  ],
  ['that grows out of old news calls people', false, quiet, paged(), 'escalated', true],
  ['of which nobody was called stays so', false, quiet, update(), 'revised', false]
])('an alert %s', (_, was, before, after, name, judged) => {
  expect(unansweredAfter(was, before, after, `tocsin.alert.${name}.v1`)).toBe(judged)
})

describe('what nobody answered', () => {
  const raised = 'tocsin.alert.raised.v1'
  const acknowledged = 'tocsin.alert.acknowledged.v1'

  it('is what the suite lists, and what events said while it was asked', () => {
    const held = new Unanswered()
    held.ask()
    held.takeEvent(null, paged({ alertId: 'new' }), 'new', raised)
    held.takeEvent(paged({ alertId: 'b' }), update({ alertId: 'b', ...taken }), 'b', acknowledged)
    expect(held.isKnown).toBe(false)
    expect(held.take(['a', 'b'], false)).toBe(false)
    expect([[...held.ids].sort(), held.isKnown]).toEqual([['a', 'new'], true])
  })

  it('is asked for again where an event said meanwhile that it must be', () => {
    const held = new Unanswered()
    held.ask()
    expect(
      held.takeEvent(update(taken), update(), 'a1', 'tocsin.alert.acknowledgement-lapsed.v1')
    ).toBe(true)
    expect(held.take([], false)).toBe(true)
  })

  it('names what an answer, and no event, has changed, once', () => {
    const held = new Unanswered()
    held.ask()
    held.take(['a', 'b'], true)
    expect([[...held.takeTouched()].sort(), [...held.takeTouched()], held.isCut]).toEqual([
      ['a', 'b'],
      [],
      true
    ])
    held.takeEvent(paged({ alertId: 'a' }), update({ alertId: 'a', ...taken }), 'a', acknowledged)
    held.ask()
    held.take(['b', 'c'], false)
    expect([...held.takeTouched()]).toEqual(['c'])
    held.clear()
    expect([[...held.takeTouched()].sort(), held.ids.size, held.isKnown]).toEqual([
      ['b', 'c'],
      0,
      false
    ])
  })
})
