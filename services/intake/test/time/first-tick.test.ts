// Reports to a theatre without a tick: the first record of a theatre must be a tick.

import { beforeAllTime } from '@tocsin/contracts/theatre/theatre-record'
import { expect, it } from 'vitest'
import { aReport, intakeOf, lake, reportRecords, wallStart } from '../support/intake-under-test.ts'

const atTheLake = { ...aReport, location: { name: 'Bol', country: 'TD', lat: 13.46, lon: 14.71 } }

it('a post right after the declaration of a wall-clock theatre waits for its first tick', async () => {
  const intake = await intakeOf({ theatres: [] })
  await intake.declareUnticked(lake)
  const answering = intake.post(atTheLake)
  await intake.tick('lake', wallStart)
  expect(await answering).toMatchObject({ theatre: 'lake' })
})

it('a post is answered with a problem if a wall-clock theatre gets no tick', async () => {
  const intake = await intakeOf({ theatres: [], limits: { requestDeadlineMs: 100 } })
  await intake.declareUnticked(lake)
  await expect(intake.post(atTheLake)).rejects.toMatchObject({
    code: 'projection-behind',
    retryAfterS: 1
  })
  expect(await reportRecords(intake.log)).toEqual([])
  await intake.tick('lake', wallStart)
  expect(await intake.post(atTheLake)).toMatchObject({ theatre: 'lake' })
})

it('a post to a replay theatre without a tick is answered with a problem, and not checked against 1970', async () => {
  const intake = await intakeOf({ theatres: [], limits: { requestDeadlineMs: 100 } })
  const replay = { ...lake, clock: 'replay' as const }
  await intake.declareUnticked(replay)
  await intake.tick('lake', beforeAllTime)
  await expect(intake.post(atTheLake)).rejects.toMatchObject({ code: 'projection-behind' })
  await intake.tick('lake', wallStart)
  expect(await intake.post(atTheLake)).toMatchObject({ theatre: 'lake' })
})
