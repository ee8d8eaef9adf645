// What one suite publishes as CAP, another one imports: place, time, certainty, severity in words,
// and the chain of an alert.

import { renderCapDocument } from '@tocsin/contracts/cap/cap-document'
import type { CapAlert } from '@tocsin/contracts/cap/cap-words'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { aCapAlert, aCapInput, anyInput } from '../../contracts/test/cap/cap-alert.ts'
import { contractErrors, importText, refusalsOf, reportOf, reportsOf } from './import-sample.ts'

const sender = 'tocsin@example.org'
const publisher = { sender, senderName: 'Tocsin', contact: null, web: null }
const first = { sender, identifier: 'f3a1', sent: '2026-03-01T12:00:00.000Z' }
const documentOf = (
  type: 'Alert' | 'Update' | 'Cancel',
  identifier: string,
  alert: Partial<CapAlert> = {}
) =>
  renderCapDocument(
    aCapInput({
      type,
      identifier,
      sent: type === 'Alert' ? first.sent : '2026-03-02T12:00:00.000Z',
      references: type === 'Alert' ? [] : [first],
      alert: aCapAlert(alert),
      drill: alert.drill ?? false,
      handling: alert.handling ?? 'public'
    }),
    publisher
  )

it('an alert comes back with its place, its time and its words', async () => {
  const items = await importText(documentOf('Alert', first.identifier), 'cap')
  expect([contractErrors(items), refusalsOf(items)]).toEqual([[], []])
  const report = reportOf(items, 'f3a1')
  expect(report).toMatchObject({
    source: { id: 'tocsin-example.org' },
    externalId: 'f3a1',
    reportedAt: '2026-03-01T12:00:00-00:00',
    occurred: { from: '2026-02-20T00:00:00-00:00' },
    category: 'advisory',
    tactics: ['other:advisory-security'],
    location: { country: 'ML', admin1: 'ML-5', lat: 13.88, lon: -5.36, radiusKm: 5 },
    credibility: 3
  })
  expect(report.drill ?? false).toBe(false)
  for (const words of [
    'Siege of Diosso',
    'Severity Severe, urgency Immediate',
    'Two of three criteria',
    'Diosso, Mopti, Mali'
  ])
    expect(report.private?.narrative).toContain(words)
})

it('an update is a correction of its report, a cancellation the withdrawal, a drill a drill, and what is not public restricted', async () => {
  const chain = [
    documentOf('Alert', 'f3a1'),
    documentOf('Update', 'f3a2', { certainty: 'observed' })
  ]
  const reports = reportsOf(await importText(chain.join('\n'), 'cap'))
  expect(reports.map(({ report }) => [report.externalId, report.credibility])).toEqual([
    ['f3a1', 3],
    ['f3a1', 2]
  ])
  const cancel = documentOf('Cancel', 'f3a3', { status: 'retracted', reason: 'support-fell-away' })
  const all = await importText([...chain, cancel].join('\n'), 'cap')
  expect(all.at(-1)).toMatchObject({
    kind: 'withdrawal',
    externalId: 'f3a1',
    reason: 'cancelled by its sender: Retracted: its evidence no longer supports it.'
  })
  const drill = reportsOf(
    await importText(documentOf('Alert', 'f3a1', { drill: true, handling: 'partners' }), 'cap')
  )
  expect(drill.map(({ report }) => [report.drill, report.handling])).toEqual([[true, 'restricted']])
})

it('no alert that we could tell is refused as XML', async () => {
  await fc.assert(
    fc.asyncProperty(anyInput, async input => {
      const refused = refusalsOf(await importText(renderCapDocument(input, publisher), 'cap'))
      expect(
        refused.flatMap(({ faults }) => faults).filter(({ reason }) => reason === 'unreadable')
      ).toEqual([])
    }),
    { numRuns: Number(process.env.TOCSIN_TEST_RUNS ?? 200) }
  )
})
