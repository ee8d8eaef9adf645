import { ProblemError } from '@tocsin/contracts/problem/problem-catalogue'
import { parseReportInput } from '@tocsin/contracts/report/report-validation'
import { expect, it } from 'vitest'
import { unitsOf, weightOf } from '../../src/report/report-weight.ts'
import { aReport, intakeOf } from '../support/intake-under-test.ts'

const inputOf = (body: unknown) => {
  const parsed = parseReportInput(body)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.report
}
const long = {
  narrative: 'x'.repeat(10_000),
  links: ['https://a.example/'],
  persons: [{ name: 'Awa', aliases: ['A.', 'B.'] }]
}

it('counts every private character, and the open part of each report', () => {
  expect(weightOf(inputOf(aReport))).toBe(4096)
  expect(weightOf(inputOf({ ...aReport, private: long }))).toBe(4096 + 6 * (10_000 + 18 + 3 + 4))
})

it('counts as one report with a handful of names, and one more for each further place, actor, tactic and person', () => {
  const named = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `Band ${i}` }))
  expect(unitsOf(inputOf(aReport))).toBe(1)
  expect(unitsOf(inputOf({ ...aReport, actors: named(2), tactics: ['drone', 'ied'] }))).toBe(1)
  const crowd = { actors: named(20), tactics: Array.from({ length: 20 }, (_, i) => `other:v${i}`) }
  expect(unitsOf(inputOf({ ...aReport, ...crowd }))).toBe(37)
  const [alsoAt, persons] = [[aReport.location], [{ name: 'Awa' }]]
  expect(unitsOf(inputOf({ ...aReport, ...crowd, alsoAt, private: { persons } }))).toBe(39)
})

it('limits the bytes being written, and always allows one report', async () => {
  const held = Promise.withResolvers<void>()
  let isHolding = false
  const hooks = {
    beforeAppend: async () => {
      if (isHolding) await held.promise
      return { kind: 'write' as const }
    }
  }
  // Room for two of the long ones.
  const intake = await intakeOf({
    limits: { inFlightBytesMax: 140_000, logPatienceMs: 60_000, requestDeadlineMs: 60_000 },
    hooks
  })
  isHolding = true
  const posts = [1, 2, 3].map(n =>
    intake
      .post({ ...aReport, externalId: `W-${n}`, private: long })
      .catch((error: unknown) => error)
  )
  const small = intake.post({ ...aReport, externalId: 'W-4' })
  const refused = (await posts[2]) as ProblemError
  expect(refused).toBeInstanceOf(ProblemError)
  expect(refused).toMatchObject({ code: 'overloaded', retryAfterS: 1 })
  expect(intake.service.acceptance.inFlightBytes).toBeGreaterThan(120_000)
  held.resolve()
  expect(await Promise.all([posts[0], posts[1], small])).toMatchObject([
    { revision: 1 },
    { revision: 1 },
    { revision: 1 }
  ])
  expect(intake.service.acceptance.inFlightBytes).toBe(0)
  expect(await intake.post({ ...aReport, externalId: 'W-3', private: long })).toMatchObject({
    revision: 1
  })
})
