// Who may report as a source that names its reporters, and that nobody's report says what its source is worth.

import type { SourceDeclaration } from '@tocsin/domain/control/control-record'
import { topics } from '@tocsin/event-log/topics'
import type { Principal } from '@tocsin/service-kit/access/principal'
import { afterEach, describe, expect, it } from 'vitest'
import { allStored, aReport, IntakeUnderTest, owner } from '../support/intake-under-test.ts'

let intake: IntakeUnderTest
afterEach(() => intake?.close())

const wire: SourceDeclaration = { id: 'wire-1', reliability: 'B', latenessDays: 2, cadenceDays: 7, archive: false }
const keyed = (id: string, more: Partial<Principal> = {}): Principal => ({
  id,
  name: id,
  scopes: new Set(['reports:write', 'reports:read']),
  theatres: '*',
  handling: 'restricted',
  ...more
})
const [feed, other] = [keyed('key_feed'), keyed('key_other')]

async function started(reporters: SourceDeclaration['reporters']): Promise<void> {
  intake = await IntakeUnderTest.start()
  await intake.declareSource({ ...wire, ...(reporters === undefined ? {} : { reporters }) })
}
const records = async () => (await allStored(intake.log, topics.incidents)).length

describe('a source that names its reporters', () => {
  it('takes reports, corrections and withdrawals from them alone; others are refused and nothing is written', async () => {
    await started(['key_feed'])
    const { reportId } = await intake.post(aReport, { principal: feed })
    const before = await records()
    const refused = { code: 'forbidden', errors: [{ pointer: '/source/id' }] }
    for (const attempt of [
      intake.post({ ...aReport, externalId: 'W-2' }, { principal: other }),
      intake.post(aReport, { principal: other }),
      intake.put(reportId, { ...aReport, category: 'clash' }, { principal: other }),
      intake.withdraw(reportId, 'not mine', { principal: other })
    ])
      await expect(attempt).rejects.toMatchObject(refused)
    expect(await records()).toBe(before)
    await intake.put(reportId, { ...aReport, category: 'clash' }, { principal: feed })
    await intake.withdraw(reportId, 'sent in error', { principal: feed })
    expect(await records()).toBe(before + 2)
  })

  it('takes them from the holder of a token that it names, and from administrators', async () => {
    await started(['oidc:nora'])
    await intake.post(aReport, { principal: keyed('oidc:nora') })
    await intake.post({ ...aReport, externalId: 'W-2' }, { principal: owner })
    await expect(intake.post({ ...aReport, externalId: 'W-3' }, { principal: keyed('oidc:nor') })).rejects.toMatchObject({
      code: 'forbidden'
    })
  })

  it('with an empty list takes them from nobody but administrators', async () => {
    await started([])
    await expect(intake.post(aReport, { principal: feed })).rejects.toMatchObject({ code: 'forbidden' })
    await intake.post(aReport)
  })
})

describe('erasing the private texts of a report', () => {
  const confidential = { ...aReport, private: { narrative: 'She was seen at the well.', links: [], persons: [] } }
  it('is for the reporters of its source and for administrators', async () => {
    await started(['key_feed'])
    const { acceptance } = intake.service
    const { reportId } = await intake.post(confidential, { principal: feed })
    await expect(acceptance.erase(reportId, other)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await acceptance.erase(reportId, feed)).toBe(true)
    const later = await intake.post({ ...confidential, externalId: 'W-2' }, { principal: feed })
    expect(await acceptance.erase(later.reportId, owner)).toBe(true)
  })
})

describe('a source that names none', () => {
  it.each([undefined, null])('(%s) takes reports from all who may report, as one that nobody declared does', async reporters => {
    await started(reporters)
    await intake.post(aReport, { principal: other })
    await intake.post({ ...aReport, source: { id: 'never-heard-of' } }, { principal: other })
  })
})

describe('what a source is worth', () => {
  it.each([{ reliability: 'A' }, { latenessDays: 0 }, { cadenceDays: 1 }, { archive: false }])(
    '%j can not be said by a report',
    async said => {
      await started(undefined)
      const claimed = intake.post({ ...aReport, source: { id: 'wire-1', ...said } }, { principal: feed })
      await expect(claimed).rejects.toMatchObject({
        code: 'body-invalid',
        errors: [{ pointer: `/source/${Object.keys(said)[0]}` }]
      })
    }
  )
})
