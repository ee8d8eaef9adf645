// The shift report: counts, and each alert once under the first heading that fits, of what its reader
// may see.

import { expect, it } from 'vitest'
import { makeShiftReport } from '../../src/alerts/shift-report.ts'
import { operatorOf } from '../support/alert-builder.ts'
import { ManualClock, settle } from '../support/manual-clock.ts'
import { aPrincipal, Harness } from '../support/notifier-harness.ts'

const at = (minute: number) => `2026-03-01T12:${minute}:00.000Z`
const minor = { severity: 'minor', notify: 'quiet' } as const
const byAma = (acknowledgedFirstAt: string) => ({
  operator: { ...operatorOf('Ama'), acknowledgedFirstAt },
  operatorRevision: 1
})

it('names each alert once, the gravest first, with what became of it', async () => {
  await using h = await new Harness().start()
  const { alerts } = h
  await alerts.write('raised', 'old', minor)
  await alerts.write('raised', 'kept', minor)
  await alerts.write('acknowledged', 'kept', byAma(at(10)))
  await alerts.write('raised', 'grown', { severity: 'severe' })
  await alerts.write('raised', 'over', minor)
  await alerts.write('resolved', 'over', { status: 'resolved' })
  await alerts.write('raised', 'ended', minor)
  alerts.moveTo(Date.parse(at(20)))
  await alerts.write('escalated', 'grown', { severity: 'extreme', notify: 'page' })
  await alerts.write('raised', 'new', { severity: 'severe' })
  await alerts.write('acknowledged', 'new', byAma(at(24)))
  await alerts.write('raised', 'mild', { ...minor })
  await alerts.write('resolved', 'ended', { status: 'resolved' })
  await alerts.write('raised', 'hidden', { handling: 'restricted', concerns: 'restricted' })
  await settle()

  const { projection } = h.notifier
  const makeNotified = () => (id: string) => id === 'grown'
  const deps = {
    projection,
    clock: new ManualClock(at(30)),
    nowIn: () => at(30),
    makeNotified
  }
  const reader = aPrincipal({ handling: 'partners' })
  const report = await makeShiftReport(deps, reader, Date.parse(at(20)))
  expect(report.items.filter(({ notified }) => notified).map(({ alert }) => alert.alertId)).toEqual(
    ['grown']
  )
  const named = report.items.map(({ alert, heading, tags }) => [
    ...[alert.alertId, heading],
    ...tags.map(({ kind }) => kind)
  ])
  expect(named).toEqual([
    ['grown', 'needed', 'escalated'],
    ['new', 'inHand', 'new', 'acknowledged'],
    ['ended', 'over', 'resolved'],
    ['kept', 'inHand'],
    ['mild', 'others', 'new']
  ])
  expect(report).toMatchObject({
    counts: {
      ...{ unacknowledged: 1, extreme: 1, new: 2, escalated: 1, resolved: 1 },
      medianSeconds: 3 * 60 + 58
    },
    ...{ since: at(20), until: at(30), omitted: 0, unchanged: 1 }
  })
})
