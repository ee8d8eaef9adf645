// Whom an alert can be assigned to.

import { expect, it } from 'vitest'
import { isUnknownName, knownPeople } from '../../src/live/known-people.ts'
import type { Watch } from '../../src/shown/answers.ts'
import { anAlert } from '../support/an-alert.ts'

const nobody = anAlert().operator
const watch = { shifts: [{ officer: 'Dara' }], onWatch: [{ officer: 'Ama' }] } as unknown as Watch
const alerts = [
  anAlert({ operator: { ...nobody, acknowledgedBy: 'Ben', assignedTo: 'Bne' } }),
  anAlert({ action: { by: 'Chidi' } }),
  anAlert()
]

it('are the reader, who acted, and who is on watch; not whom somebody assigned something to', () => {
  expect(knownPeople('Ama', alerts, [watch])).toEqual(['Ama', 'Ben', 'Chidi', 'Dara'])
  expect(knownPeople(null, [], [])).toEqual([])
})

it('are told apart from a typo, which reaches nobody', () => {
  const names = knownPeople('Ama', alerts, [watch])
  expect([
    isUnknownName('Bne', names),
    isUnknownName(' Ben ', names),
    isUnknownName(' ', names)
  ]).toEqual([true, false, false])
})
