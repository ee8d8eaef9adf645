// The answer to a revision that is stored but does not count, because one with a later report time
// wins: it says so.

import type { Principal } from '@tocsin/auth/access/principal'
import { expect, it } from 'vitest'
import { describeAnswer } from '../../src/report/report-answer.ts'
import { aReport, intakeOf, lake, owner, sahel } from '../support/intake-under-test.ts'

const ahead = { ...aReport, category: 'other', reportedAt: '2025-06-03T11:00:00Z' }
const killed = {
  ...aReport,
  category: 'killing',
  fatalities: { low: 5, best: 5, high: 5 },
  reportedAt: '2025-06-02T12:00:00Z'
}
const winner = {
  reportedAt: '2025-06-03T11:00:00.000Z',
  hint: expect.stringMatching(/does not count.*2025-06-03T11:00:00/)
}

it('a post with an earlier report time than one that came before it is told that it does not count', async () => {
  const intake = await intakeOf()
  expect(await intake.post(ahead)).not.toHaveProperty('superseded')
  const answer = await intake.post(killed)
  expect(answer).toMatchObject({ revision: 2, duplicate: false, superseded: winner })
  expect(describeAnswer(answer)).toMatchObject({
    revision: 2,
    superseded: winner
  })
})

it('a key is not told of a revision that it may not see', async () => {
  const intake = await intakeOf({ theatres: [sahel, lake] })
  const low: Principal = { ...owner, id: 'k-low', handling: 'partners' }
  await intake.post({ ...aReport, reportedAt: '2025-06-02T08:00:00Z' }, { principal: low })
  await intake.post({ ...ahead, handling: 'restricted' })
  const again = await intake.post(
    { ...aReport, reportedAt: '2025-06-02T08:00:00Z' },
    { principal: low }
  )
  expect(again).toMatchObject({ duplicate: true })
  expect(again).not.toHaveProperty('superseded')
})
