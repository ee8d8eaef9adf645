// An alert of who is signed in goes to somebody else: told when another officer did it, and only
// then.

import '../a-suite.ts'
import { beforeEach, expect, it } from 'vitest'
import type { ShownAction, ShownAlert } from '../../../src/shown/shown-alert.ts'
import { signedIn } from '../../../src/state/console-state.ts'
import {
  noteTakenAway,
  readTakenAway,
  takenAway,
  takenAwayWords
} from '../../../src/state/notices.ts'
import { anAlert } from '../../support/an-alert.ts'
import { ama } from '../a-suite.ts'

const at = '2026-03-01T12:00:00.000Z'

beforeEach(() => {
  readTakenAway()
  signedIn.value = { kind: 'caller', caller: ama as never }
})

function of(
  holder: string | null,
  by: string | null = null,
  more: Partial<ShownAlert> = {}
): ShownAlert {
  const { operator } = anAlert()
  const action: ShownAction | null = by === null ? null : { by }
  return anAlert({ operator: { ...operator, acknowledgedBy: holder }, action, ...more })
}
const told = () => takenAway.value.map(takenAwayWords)

it('is told by who took it, who gave it to whom, and who gave it back', () => {
  noteTakenAway(of('Ama'), of('Ben', 'Ben'), at)
  expect(told()).toEqual(['Ben has taken over what you had.'])
  noteTakenAway(of('Ama'), of('Ben', 'Chi', { alertId: 'a2' }), at)
  noteTakenAway(of('Ama'), of(null, 'Chi', { alertId: 'a3' }), at)
  expect(told()).toEqual([
    'Chi has released what you had: it is unassigned.',
    'Chi has given to Ben what you had.',
    'Ben has taken over what you had.'
  ])
  readTakenAway()
  expect(told()).toEqual([])
})

it('is told of what another assigned to her', () => {
  const { operator } = anAlert()
  const assigned = anAlert({ operator: { ...operator, assignedTo: 'Ama' }, action: { by: 'Ben' } })
  noteTakenAway(of(null), assigned, at)
  expect(told()).toEqual(['Ben has assigned this to you.'])
  noteTakenAway(assigned, { ...assigned, action: { by: 'Chi' } }, at)
  noteTakenAway(of(null), { ...assigned, alertId: 'a2', action: { by: 'Ama' } }, at)
  expect(told()).toHaveLength(1)
})

it.each([
  ['she did it herself', of('Ama'), of('Ben', 'Ama')],
  ['she still has it', of('Ama'), of('Ama', 'Ben')],
  ['it was of another', of('Ben'), of('Chi', 'Chi')],
  ['it lapsed, and calls again', of('Ama'), of(null)],
  ['it is closed', of('Ama'), of(null, 'Ben', { status: 'resolved' })],
  ['it was not known before', null, of('Ben', 'Ben')]
])('is not told where %s', (_, before, after) => {
  noteTakenAway(before, after, at)
  expect(told()).toEqual([])
})

it('is told once of an alert, of the last twenty', () => {
  for (let i = 0; i < 25; i += 1)
    noteTakenAway(of('Ama'), of('Ben', 'Ben', { alertId: `a${i}` }), at)
  noteTakenAway(of('Ama'), of('Chi', 'Chi', { alertId: 'a24' }), at)
  expect(takenAway.value.map(({ alertId }) => alertId)).toEqual(
    Array.from({ length: 20 }, (_, i) => `a${24 - i}`)
  )
  expect(told()[0]).toBe('Chi has taken over what you had.')
})
