// A notifier that starts with its read model folds only what came since, and answers as before.

import { MemoryStore } from '@tocsin/event-log/memory-log'
import { topics } from '@tocsin/event-log/topics'
import { withTempDir } from '@tocsin/testing/process/temp-dir'
import { expect, it } from 'vitest'
import { responseTargets } from '../../src/alerts/response-times.ts'
import { settle } from '../support/manual-clock.ts'
import { Harness } from '../support/notifier-harness.ts'

async function answersOf(h: Harness) {
  const { alerts, journal } = h.notifier.projection
  const view = { level: 'internal', theatres: '*' } as const
  const shown = [...alerts.search(view)].flat().map(({ alertId, kind }) => {
    const { state, moments, calls, firstTime, last } = alerts.find(alertId, 'internal') ?? {}
    const { theatre } = kind.facts
    const parent = alerts.findParent('internal', { alertId, theatre })
    return { state, moments, calls, firstTime, last, parent }
  })
  return {
    shown,
    open: alerts.openCount,
    kinds: alerts.table.countKinds('restricted').map(([{ facts }, count]) => [facts, count]),
    calls: alerts.calls.sumByOfficer({
      ...{ level: 'internal', wantsKind: () => true, targets: responseTargets },
      ...{ fromMs: 0, toMs: Number.POSITIVE_INFINITY }
    }),
    acts: alerts.events.listActs(null).take(10).toArray(),
    end: journal.end,
    endInView: journal.endInView(view),
    behind: journal.eventsFrom(view, journal.start),
    events: (await journal.read(journal.start, 1000, null)).records.map(({ event }) => event)
  }
}

it.each(['close', 'kill'] as const)('continues after a %s', how =>
  withTempDir(async viewsFolder => {
    const store = new MemoryStore()
    let read = 0
    const beforeDelivery = async ({ records }: { records: readonly { topic: string }[] }) => {
      read += records.filter(({ topic }) => topic === topics.alerts).length
    }
    const options = { store, viewsFolder, hooks: { beforeDelivery } }
    const first = await new Harness(options).start()
    for (let i = 0; i < 20; i++) {
      const handling = i % 3 === 0 ? 'restricted' : 'internal'
      await first.alerts.write('raised', `a${i}`, { handling, notify: 'page' })
    }
    await first.alerts.write('resolved', 'a1', { status: 'resolved' })
    await settle()
    const before = await answersOf(first)
    await first[how]()
    read = 0
    await using h = await new Harness(options).start()
    expect(read).toBe(0)
    expect(await answersOf(h)).toEqual(before)
  })
)
