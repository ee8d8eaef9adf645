// Reports to a theatre on the wall clock whose clock has not begun: its first record is a tick.

import { beforeAllTime } from '@tocsin/domain/record/theatre-record'
import { afterEach, expect, it } from 'vitest'
import { aReport, IntakeUnderTest, lake, reportRecords, wallStart } from '../support/intake-under-test.ts'

const atTheLake = { ...aReport, location: { name: 'Bol', country: 'TD', lat: 13.46, lon: 14.71 } }

let intake: IntakeUnderTest
afterEach(() => intake.close())

it('a post that comes right after its theatre on the wall clock was declared waits until the clock has begun', async () => {
  intake = await IntakeUnderTest.start({ theatres: [] })
  await intake.declareUnticked(lake)
  const answering = intake.post(atTheLake)
  await intake.tick('lake', wallStart)
  expect(await answering).toMatchObject({ theatre: 'lake' })
})

it('a post is answered with a problem when a theatre on the wall clock gets no tick: its first record is one', async () => {
  intake = await IntakeUnderTest.start({ theatres: [], limits: { requestDeadlineMs: 50 } })
  await intake.declareUnticked(lake)
  await expect(intake.post(atTheLake)).rejects.toMatchObject({ code: 'projection-behind', retryAfterS: 1 })
  expect(await reportRecords(intake.log)).toEqual([])
  await intake.tick('lake', wallStart)
  expect(await intake.post(atTheLake)).toMatchObject({ theatre: 'lake' })
})

it('a post to a replay that no player has ticked is answered with a problem, and not judged by a day in 1970', async () => {
  intake = await IntakeUnderTest.start({ theatres: [], limits: { requestDeadlineMs: 50 } })
  const replay = { ...lake, clock: 'replay' as const }
  await intake.declareUnticked(replay)
  await intake.tick('lake', beforeAllTime)
  await expect(intake.post(atTheLake)).rejects.toMatchObject({ code: 'projection-behind' })
  await intake.tick('lake', wallStart)
  expect(await intake.post(atTheLake)).toMatchObject({ theatre: 'lake' })
})
