// Every private field contains a canary. Only readers with the scope for persons may get it back,
// and it must occur in no byte of any log, in no log line, in no metric and in no error.

import type { Principal } from '@tocsin/auth/access/principal'
import type { ReportRevision } from '@tocsin/contracts/theatre/report'
import { EventLogError } from '@tocsin/event-log/errors'
import { topics } from '@tocsin/event-log/topics'
import { allStored } from '@tocsin/testing/report/stored-records'
import { expect, it } from 'vitest'
import {
  aReport,
  type IntakeUnderTest,
  intakeOf,
  owner,
  reportRecords
} from '../support/intake-under-test.ts'

const canary = 'Zanzibarquartz'
const privateReport = {
  ...aReport,
  private: {
    narrative: `${canary} was seen at the well, and told us of it.`,
    links: [`https://wire.example/${canary}`],
    persons: [
      {
        name: `${canary} Diallo`,
        aliases: [`Old ${canary}`],
        role: 'abducted',
        kind: 'public-figure'
      }
    ]
  }
}
const withoutPersons: Principal = {
  ...owner,
  scopes: new Set(['reports:read', 'reports:write'] as const)
}
const withPersons: Principal = {
  ...owner,
  scopes: new Set(['reports:read', 'persons:read'] as const)
}

it('accepts a captured commander without a name, and shows what is known of him', async () => {
  const intake = await intakeOf()
  const persons = [{ role: 'captured', kind: 'commander' }]
  const body = { ...aReport, private: { persons } }
  const { reportId } = await intake.post(body)
  expect(await intake.post(body)).toMatchObject({ reportId, duplicate: true })
  // One more person is different content.
  expect(
    await intake.post({ ...aReport, private: { persons: [...persons, ...persons] } })
  ).toMatchObject({ revision: 2 })
  const shown = (await intake.service.reading.read(reportId, withPersons, 0)).report
  expect(shown?.persons[0]).toEqual({ role: 'captured', kind: 'commander' })
  expect(shown?.private?.persons[0]).toEqual({
    name: null,
    aliases: [],
    role: 'captured',
    kind: 'commander'
  })
  expect(
    (await intake.service.reading.read(reportId, withoutPersons, 0)).report?.persons[0]
  ).toEqual(persons[0])
  const [record] = await reportRecords(intake.log)
  expect(record?.data).toMatchObject({ persons: [], unnamed: persons })
})

/**
 * Everything that leaves the process or is kept: all logs, log lines, metrics. In every encoding
 * that bytes are kept in.
 */
async function traces(intake: IntakeUnderTest): Promise<string> {
  const stored = (
    await Promise.all(Object.values(topics).map(topic => allStored(intake.log, topic)))
  ).flat()
  const bytes = stored.map(record => Buffer.from(record.value ?? []))
  const texts = bytes.flatMap(b => [b.toString('latin1'), b.toString('utf8')])
  const unfolded = bytes.flatMap(b =>
    [...b.toString('latin1').matchAll(/[A-Za-z0-9+/=]{16,}/g)].map(m =>
      Buffer.from(m[0], 'base64').toString('latin1')
    )
  )
  const ids = stored.map(record => `${record.id} ${record.key}`)
  return [...texts, ...unfolded, ...ids, intake.logLines.text, await intake.metrics.metrics()].join(
    '\n'
  )
}

it('keeps private texts out of every log, log line and metric', async () => {
  const intake = await intakeOf()
  const { reportId } = await intake.post(privateReport)
  await intake.put(reportId, { ...privateReport, category: 'abduction' })
  await intake.post({ ...privateReport, category: 'heist' }).catch(() => undefined)
  await intake.withdraw(reportId)
  const all = await traces(intake)
  expect(all).toContain('report.received')
  expect(all).not.toContain(canary)
  expect(all.toLowerCase()).not.toContain(canary.toLowerCase())
})

it('keeps private texts out of every error', async () => {
  const hooks = {
    beforeAppend: () =>
      ({ kind: 'refuse', error: new EventLogError('disk-full', 'no room') }) as const
  }
  const intake = await intakeOf({ hooks, theatres: [] })
  const bad = [
    privateReport,
    { ...privateReport, private: { ...privateReport.private, narrative: `${canary}\u0000` } },
    { ...privateReport, private: { ...privateReport.private, links: [canary] } },
    {
      ...privateReport,
      private: { ...privateReport.private, persons: [{ name: `${canary}\u0007` }] }
    },
    { ...privateReport, private: { ...privateReport.private, persons: [{ alias: canary }] } }
  ]
  for (const body of bad) {
    const error: Error & { errors?: unknown } = await intake.post(body).then(
      () => new Error('it was accepted'),
      caught => caught as Error
    )
    expect(
      `${error.message} ${error.stack} ${JSON.stringify(error.errors)} ${String(error.cause)}`
    ).not.toContain(canary)
    expect(error.message).not.toBe('it was accepted')
  }
})

it('appears outside the sealed part only as keys: the same for the same person in another report', async () => {
  const intake = await intakeOf()
  await intake.post(privateReport)
  const other = {
    ...aReport,
    externalId: 'W-2',
    private: { persons: [{ name: `old ${canary.toUpperCase()}` }] }
  }
  await intake.post(other)
  const [first, second] = (await reportRecords(intake.log)).map(r => r.data as ReportRevision)
  expect(first?.persons).toEqual([
    {
      key: expect.stringMatching(/^[0-9a-f]{32}$/),
      role: 'abducted',
      kind: 'public-figure',
      aliasKeys: [second?.persons[0]?.key]
    }
  ])
  expect(first?.narrativeKey).toMatch(/^[0-9a-f]{32}$/)
  expect(first?.linkKeys).toHaveLength(1)
  expect(first?.private).toMatchObject({ algorithm: 'A256GCM' })
})

it('opens for readers with the scope for persons, and is absent for others', async () => {
  const intake = await intakeOf()
  const { reportId } = await intake.post(privateReport)
  const { reading } = intake.service
  const seen = (await reading.read(reportId, withPersons, 0)).report
  expect(seen?.private).toEqual({
    ...privateReport.private,
    persons: [
      {
        name: `${canary} Diallo`,
        aliases: [`Old ${canary}`],
        role: 'abducted',
        kind: 'public-figure'
      }
    ]
  })
  const hidden = (await reading.read(reportId, withoutPersons, 0)).report
  expect(hidden).not.toHaveProperty('private')
  expect(hidden?.persons).toEqual([{ role: 'abducted', kind: 'public-figure' }])
  expect(JSON.stringify(hidden)).not.toContain(canary)
})

it('is unreadable once its key is erased, and the record in the theatre does not change', async () => {
  const intake = await intakeOf()
  const { reportId } = await intake.post(privateReport)
  const before = await allStored(intake.log, topics.incidents)
  expect(await intake.service.acceptance.erase(reportId, owner)).toBe(true)
  expect((await intake.service.reading.read(reportId, withPersons, 0)).report?.private).toBeNull()
  expect(await allStored(intake.log, topics.incidents)).toEqual(before)
  expect((await allStored(intake.log, topics.keys)).every(record => record.value === null)).toBe(
    true
  )
  expect(await intake.service.acceptance.erase(reportId, owner)).toBe(false)
})

it('has its key in the log before the report that needs it', async () => {
  const appended: string[] = []
  const hooks = {
    beforeAppend: (topic: string) => {
      appended.push(topic)
      return { kind: 'write' } as const
    }
  }
  const intake = await intakeOf({ hooks })
  appended.length = 0
  await intake.post(privateReport)
  expect(appended).toEqual([topics.keys, topics.incidents])
})
