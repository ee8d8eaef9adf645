// A full disk: reporters are answered 507 at once with a time to retry, nothing queues in memory,
// nothing acknowledged is lost, and writing continues when there is space again.

import { afterEach, expect, it } from 'vitest'
import {
  type SmallDisk,
  smallDisk
} from '../../../../packages/event-log/test/support/small-disk.ts'
import { aReport, reportRecords } from '../support/intake-under-test.ts'
import { ServedIntake } from '../support/served-intake.ts'

let disk: SmallDisk
let intake: ServedIntake | undefined
afterEach(async () => {
  await intake?.end()
  disk.remove()
})

const bulky = (number: number) => ({
  ...aReport,
  externalId: `W-${number}`,
  private: { narrative: 'x'.repeat(19_000) }
})

it('answers 507 with Retry-After, queues nothing, and continues when there is space', async () => {
  disk = smallDisk(2048)
  const served = await ServedIntake.start(
    {},
    {},
    { dataDir: disk.folder, openDatabase: disk.openDatabase }
  )
  intake = served
  const acknowledged: string[] = []
  let number = 0
  const post = async () => {
    const answer = await served.ask('POST', '/v1/reports', { payload: bulky(number++) })
    if (answer.statusCode === 202) acknowledged.push(answer.json().reportId)
    return answer
  }
  for (let full = false; !full; ) full = (await post()).statusCode !== 202
  expect(acknowledged.length).toBeGreaterThan(3)

  // Twenty at a time: on a busy machine the last of 200 would wait so long for its turn that it is
  // answered 503 instead.
  const during = []
  for (let batch = 0; batch < 10; batch++)
    during.push(...(await Promise.all(Array.from({ length: 20 }, post))))
  expect(new Set(during.map(({ statusCode }) => statusCode))).toEqual(new Set([507]))
  expect(during[0]?.headers['retry-after']).toBe('30')
  expect(during[0]?.json()).toMatchObject({ code: 'disk-full' })
  const figures = await served.metrics.metrics()
  expect(figures).toMatch(/^tocsin_intake_in_flight 0$/m)

  disk.grow()
  await expect.poll(async () => (await post()).statusCode, { timeout: 60_000 }).toBe(202)
  await served.restart()
  const stored = new Set(
    (await reportRecords(served.log)).map(({ data }) => ('reportId' in data ? data.reportId : ''))
  )
  expect(acknowledged.filter(reportId => !stored.has(reportId))).toEqual([])
})
