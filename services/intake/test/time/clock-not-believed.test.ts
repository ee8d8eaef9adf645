// Reports while the clock of the machine contradicts the theatre's last tick: what only the clock
// makes wrong is no error of the report, and nothing is stamped with a time that the theatre does
// not follow.

import { dayMs } from '@tocsin/domain/space-time/event-time'
import { expect, it } from 'vitest'
import {
  aReport,
  type IntakeUnderTest,
  intakeOf,
  lake,
  reportRecords,
  wallStart
} from '../support/intake-under-test.ts'

const atTheLake = { ...aReport, location: { name: 'Bol', country: 'TD', lat: 13.46, lon: 14.71 } }
const startMs = Date.parse(wallStart)
/** A report of the day that is `days` after the last tick, reported the same day. */
const reportOfDay = (days: number) => {
  const day = new Date(startMs + days * dayMs).toISOString().slice(0, 10)
  return {
    ...atTheLake,
    externalId: `day ${days}`,
    reportedAt: `${day}T09:00:00Z`,
    occurred: { from: day, to: day }
  }
}

/**
 * Intake of a wall-clock theatre whose last tick is `wallStart`, on a clock that differs from it.
 */
async function intakeWithClockOff(days: number): Promise<IntakeUnderTest> {
  const intake = await intakeOf({ theatres: [lake] })
  intake.wallMs = startMs + days * dayMs
  return intake
}

it('a clock 60 days behind makes no report of yesterday one about the future', async () => {
  const intake = await intakeWithClockOff(-60)
  expect(await intake.post(reportOfDay(-1))).toMatchObject({ theatre: 'lake', duplicate: false })
  const [record] = await reportRecords(intake.log)
  expect(record?.time).toBe(wallStart)
})

it('a report about the future of the theatre is refused on a clock that is behind, and the answer states the last tick', async () => {
  const intake = await intakeWithClockOff(-60)
  await expect(intake.post(reportOfDay(3))).rejects.toMatchObject({
    code: 'body-invalid',
    message: expect.stringContaining(wallStart)
  })
})

it.each([0, 60])(
  'on a clock 60 days ahead, a report of day %i is answered 503: nothing is written or refused for good',
  async day => {
    const intake = await intakeWithClockOff(60)
    await expect(intake.post(reportOfDay(day))).rejects.toMatchObject({
      code: 'projection-behind',
      retryAfterS: 60,
      message: expect.stringContaining('60 days ahead')
    })
    expect(await reportRecords(intake.log)).toEqual([])
  }
)

it('a correction and a withdrawal wait for the clock too, a duplicate does not', async () => {
  const intake = await intakeOf({ theatres: [lake] })
  const { reportId } = await intake.post(reportOfDay(-1))
  intake.wallMs = startMs + 60 * dayMs
  await expect(
    intake.put(reportId, { ...reportOfDay(-1), category: 'killing' })
  ).rejects.toMatchObject({
    code: 'projection-behind'
  })
  await expect(intake.withdraw(reportId)).rejects.toMatchObject({ code: 'projection-behind' })
  expect(await intake.post(reportOfDay(-1))).toMatchObject({ reportId, duplicate: true })
  expect(await reportRecords(intake.log)).toHaveLength(1)
})

it('a clock 20 days ahead is believed, as it is by the theatre', async () => {
  const intake = await intakeWithClockOff(20)
  expect(await intake.post(reportOfDay(20))).toMatchObject({ theatre: 'lake' })
})

it('reports are accepted again once an officer has set the time', async () => {
  const intake = await intakeWithClockOff(60)
  await expect(intake.post(reportOfDay(60))).rejects.toMatchObject({ code: 'projection-behind' })
  const word = {
    to: new Date(intake.wallMs).toISOString(),
    by: 'officer (key_1)',
    reason: 'off for two months'
  }
  await intake.append('lake', { type: 'clock.set', data: word }, 'set')
  expect(await intake.post(reportOfDay(60))).toMatchObject({ theatre: 'lake' })
})
