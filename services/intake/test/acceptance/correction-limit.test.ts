// How often one report may be corrected: to and fro it would page everybody each time.

import { hourMs, minuteMs } from '@tocsin/domain/space-time/event-time'
import { MemoryStore } from '@tocsin/event-log/memory-log'
import { closedAfterTest } from '@tocsin/testing/process/closed-after-test'
import { expect, it } from 'vitest'
import {
  aReport,
  IntakeUnderTest,
  intakeOf,
  lake,
  owner,
  reportRecords,
  sahel,
  wallStart
} from '../support/intake-under-test.ts'

const { reportedAt: _, ...atTheLake } = {
  ...aReport,
  location: { name: 'Bol', country: 'TD', lat: 13.46, lon: 14.71 }
}
const withDeaths = (best: number) => ({ ...atTheLake, fatalities: { low: null, best, high: null } })
const limits = { correctionsPerHourMax: 3 }

/** Corrects a report once a minute. */
async function correct(
  intake: IntakeUnderTest,
  reportId: string,
  times: number,
  first = 1
): Promise<void> {
  for (let i = first; i < first + times; i++) {
    intake.wallMs += minuteMs
    await intake.put(reportId, withDeaths(i))
  }
}

it('refuses a correction beyond the limit with the report, the limit and the time to retry, and writes nothing', async () => {
  const intake = await intakeOf({ theatres: [lake], limits })
  const { reportId } = await intake.post(atTheLake)
  await correct(intake, reportId, 3)
  const refusal = {
    code: 'corrected-too-often',
    retryAfterS: 58 * 60,
    members: { reportId, limit: 3 }
  }
  await expect(intake.put(reportId, withDeaths(50))).rejects.toMatchObject(refusal)
  await expect(intake.post(withDeaths(50))).rejects.toMatchObject(refusal)
  expect(await reportRecords(intake.log)).toHaveLength(4)
})

it('lets one more pass once the first of them is an hour old', async () => {
  const intake = await intakeOf({ theatres: [lake], limits })
  const { reportId } = await intake.post(atTheLake)
  await correct(intake, reportId, 3)
  intake.wallMs += hourMs - 2 * minuteMs
  await intake.put(reportId, withDeaths(50))
  await expect(intake.put(reportId, withDeaths(51))).rejects.toMatchObject({
    code: 'corrected-too-often',
    retryAfterS: 60
  })
})

it('does not count what says nothing new, and always lets a report be withdrawn', async () => {
  const intake = await intakeOf({ theatres: [lake], limits })
  const { reportId } = await intake.post(atTheLake)
  await correct(intake, reportId, 3)
  expect(await intake.put(reportId, withDeaths(3))).toMatchObject({ duplicate: true })
  expect(await intake.post(atTheLake)).toMatchObject({ duplicate: true })
  await intake.withdraw(reportId)
})

it('does not limit other reports, backfill, the owner, or a theatre on a replay clock', async () => {
  const intake = await intakeOf({ theatres: [lake, sahel], limits })
  const { reportId } = await intake.post(atTheLake)
  await correct(intake, reportId, 3)
  await intake.put((await intake.post({ ...atTheLake, externalId: 'another' })).reportId, {
    ...withDeaths(1),
    externalId: 'another'
  })
  for (const deaths of [60, 61, 62, 63])
    await intake.put(reportId, withDeaths(deaths), { lane: 'backfill' })
  await intake.put(reportId, withDeaths(70), { principal: { ...owner, limits: 'none' } })
  const replayed = { ...withDeaths(0), location: aReport.location }
  for (const best of [0, 1, 2, 3, 4, 5])
    await intake.post({ ...replayed, externalId: 'r', fatalities: { best } })
})

it('does not count for a key the revisions that it may not see', async () => {
  const intake = await intakeOf({ theatres: [lake], limits })
  const open = { ...atTheLake, handling: 'public' }
  const { reportId } = await intake.post(open)
  for (const best of [1, 2, 3])
    await intake.put(reportId, { ...withDeaths(best), handling: 'restricted' })
  await intake.put(
    reportId,
    { ...withDeaths(4), handling: 'public' },
    { principal: { ...owner, limits: 'none' } }
  )
  await intake.put(
    reportId,
    { ...withDeaths(5), handling: 'public' },
    { principal: { ...owner, handling: 'public' } }
  )
})

it('knows the corrections after a restart, and 0 is no limit', async () => {
  const store = new MemoryStore({ partitions: 1 })
  const first = await IntakeUnderTest.start({ store, limits })
  await first.declare(lake)
  const { reportId } = await first.post(atTheLake)
  await correct(first, reportId, 3)
  await first.close()
  const second = closedAfterTest(await IntakeUnderTest.start({ store, limits }))
  second.wallMs = Date.parse(wallStart) + 10 * minuteMs
  await expect(second.put(reportId, withDeaths(50))).rejects.toMatchObject({
    code: 'corrected-too-often'
  })
  const third = closedAfterTest(
    await IntakeUnderTest.start({ store, limits: { correctionsPerHourMax: 0 } })
  )
  await correct(third, reportId, 5, 50)
})
