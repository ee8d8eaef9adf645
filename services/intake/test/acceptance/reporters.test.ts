// Who may report as a source that lists its reporters, and that a report cannot set properties of
// its source.

import type { Principal } from '@tocsin/auth/access/principal'
import type { SourceDeclaration } from '@tocsin/contracts/record/control-record'
import { topics } from '@tocsin/event-log/topics'
import { allStored } from '@tocsin/testing/report/stored-records'
import { describe, expect, it } from 'vitest'
import { aReport, type IntakeUnderTest, intakeOf, owner } from '../support/intake-under-test.ts'

let intake: IntakeUnderTest

const wire: SourceDeclaration = {
  id: 'wire-1',
  reliability: 'B',
  latenessDays: 2,
  cadenceDays: 7,
  archive: false
}
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
  intake = await intakeOf()
  await intake.declareSource({ ...wire, ...(reporters === undefined ? {} : { reporters }) })
}
const records = async () => (await allStored(intake.log, topics.incidents)).length

describe('a source that lists its reporters', () => {
  it('accepts reports, corrections and withdrawals only from them; others are refused and nothing is written', async () => {
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

  it('accepts them from the subject of a listed token, and from administrators', async () => {
    await started(['oidc:nora'])
    await intake.post(aReport, { principal: keyed('oidc:nora') })
    await intake.post({ ...aReport, externalId: 'W-2' }, { principal: owner })
    await expect(
      intake.post({ ...aReport, externalId: 'W-3' }, { principal: keyed('oidc:nor') })
    ).rejects.toMatchObject({
      code: 'forbidden'
    })
  })

  it('with an empty list accepts them only from administrators', async () => {
    await started([])
    await expect(intake.post(aReport, { principal: feed })).rejects.toMatchObject({
      code: 'forbidden'
    })
    await intake.post(aReport)
  })
})

describe('erasing the private texts of a report', () => {
  const confidential = {
    ...aReport,
    private: { narrative: 'She was seen at the well.', links: [], persons: [] }
  }
  it('is allowed to the reporters of its source and to administrators', async () => {
    await started(['key_feed'])
    const { acceptance } = intake.service
    const { reportId } = await intake.post(confidential, { principal: feed })
    await expect(acceptance.erase(reportId, other)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await acceptance.erase(reportId, feed)).toBe(true)
    const later = await intake.post({ ...confidential, externalId: 'W-2' }, { principal: feed })
    expect(await acceptance.erase(later.reportId, owner)).toBe(true)
  })
})

describe('a source without a list of reporters', () => {
  it.each([undefined, null])(
    '(%s) accepts reports from all who may report, like an undeclared one',
    async reporters => {
      await started(reporters)
      await intake.post(aReport, { principal: other })
      await intake.post({ ...aReport, source: { id: 'never-heard-of' } }, { principal: other })
    }
  )
})
