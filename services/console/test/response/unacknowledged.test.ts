// What nobody answered, by what the suite lists and what events say since.

import { describe, expect, it } from 'vitest'
import { Unacknowledged, unacknowledgedAfter } from '../../src/derived/unacknowledged.ts'
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
  ['is raised', false, null, paged(), 'raised', true],
  ['is old news', false, null, quiet, 'raised', false],
  ['changes', true, paged(), update(), 'revised', true],
  ['somebody takes', true, paged(), update(taken), 'acknowledged', false],
  ['has a response', true, paged(), update(answered), 'responded', false],
  ['has none any more', false, null, update(), 'response-corrected', null],
  ['closes', true, paged(), update(over), 'resolved', false],
  ['leaves the view', true, paged(), null, 'left-view', false],
  ['is an exercise', false, null, paged({ drill: true }), 'raised', false],
  ['comes back', false, update({ ...over, ...answered }), paged(answered), 'reopened', true],
  ['nobody has any more', false, update(taken), update(), 'acknowledgement-lapsed', null],
  ['is given back', false, update(taken), update(), 'assigned', null],
  ['was answered and grows', false, update(answered), paged(answered), 'escalated', true],
  ['grows out of old news', false, quiet, paged(), 'escalated', true],
  ['called nobody', false, quiet, update(), 'revised', false]
])('an alert that %s calls people or not', (_, was, before, after, name, judged) => {
  expect(unacknowledgedAfter(was, before, after, `tocsin.alert.${name}.v1`)).toBe(judged)
})

describe('what nobody answered', () => {
  const raised = 'tocsin.alert.raised.v1'
  const acknowledged = 'tocsin.alert.acknowledged.v1'

  it('is what the suite lists, and what events said while it was asked', () => {
    const held = new Unacknowledged()
    held.ask()
    held.takeEvent(null, paged({ alertId: 'new' }), 'new', raised)
    held.takeEvent(paged({ alertId: 'b' }), update({ alertId: 'b', ...taken }), 'b', acknowledged)
    expect(held.isKnown).toBe(false)
    expect(held.take(['a', 'b'], false)).toBe(false)
    expect([[...held.ids].sort(), held.isKnown]).toEqual([['a', 'new'], true])
  })

  it('is asked for again where an event said meanwhile that it must be', () => {
    const held = new Unacknowledged()
    held.ask()
    const lapsed = 'tocsin.alert.acknowledgement-lapsed.v1'
    expect(held.takeEvent(update(taken), update(), 'a1', lapsed)).toBe(true)
    expect(held.take([], false)).toBe(true)
  })

  it('names what an answer, and no event, has changed, once', () => {
    const held = new Unacknowledged()
    held.ask()
    const touched = () => [...held.takeTouched()].sort().join(' ')
    held.take(['a', 'b'], true)
    expect([touched(), touched(), held.isCut]).toEqual(['a b', '', true])
    held.takeEvent(paged({ alertId: 'a' }), update({ alertId: 'a', ...taken }), 'a', acknowledged)
    held.ask()
    held.take(['b', 'c'], false)
    expect(touched()).toBe('c')
    held.clear()
    expect([touched(), held.ids.size, held.isKnown]).toEqual(['b c', 0, false])
  })
})
