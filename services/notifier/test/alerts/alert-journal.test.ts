import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Positions } from '../../src/alerts/alert-journal.ts'
import { settle } from '../support/manual-clock.ts'
import { Harness } from '../support/notifier-harness.ts'

const theatres = ['sahel', 'coast', 'lake', 'delta']

describe('the journal', () => {
  it('gives every event once, each theatre in order, from any position, in memory or in the log', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 40 }),
        fc.constantFrom(1, 2, 4),
        fc.nat({ max: 40 }),
        fc.integer({ min: 1, max: 7 }),
        async (writes, partitions, recentEventsMax, step) => {
          await using h = await new Harness({
            partitions,
            config: { 'notifier.recentEventsMax': recentEventsMax }
          }).start()
          const seen = new Set<string>()
          for (const n of writes) {
            const theatre = theatres[n] as string
            await h.alerts.write(seen.has(theatre) ? 'revised' : 'raised', theatre, { theatre })
            seen.add(theatre)
          }
          await settle()
          const { journal } = h.notifier.projection
          const read: string[] = []
          let at: Positions = journal.start
          for (
            let reads = 0;
            at.some((position, i) => position < (journal.end[i] ?? 0n));
            reads++
          ) {
            expect(reads).toBeLessThan(200)
            const page = await journal.read(at, step, null)
            read.push(...page.records.map(({ event }) => `${event.data.theatre} ${event.data.seq}`))
            at = page.next
          }
          const wanted = theatres.flatMap((theatre, n) =>
            writes.filter(w => w === n).map((_, i) => `${theatre} ${i + 1}`)
          )
          expect([...read].sort()).toEqual([...wanted].sort())
          for (const theatre of theatres) {
            const own = read.filter(line => line.startsWith(theatre))
            expect(own).toEqual(wanted.filter(line => line.startsWith(theatre)))
          }
        }
      ),
      { numRuns: 80 }
    )
  })
  it.each([0, 100])(
    'drops a record at a used seq: the first counts, different content is counted and logged (%i in memory)',
    async recentEventsMax => {
      await using h = await new Harness({
        config: { 'notifier.recentEventsMax': recentEventsMax }
      }).start()
      await h.alerts.write('raised', 'a1')
      // A log that accepts repeated ids lets a former owner write the same again, or something
      // else.
      const [record, state] = h.alerts.record('revised', 'a1')
      await h.log.append('tocsin.alerts.v1', [record, { ...record, id: 'again' }])
      const other = Buffer.from(
        Buffer.from(record.value as Uint8Array)
          .toString()
          .replace('Siege of Diosso', 'Something else')
      )
      await h.log.append('tocsin.alerts.v1', [{ ...record, id: 'other', value: other }])
      await h.alerts.write('confirmed', 'a1')
      await settle()
      const { projection } = h.notifier
      expect(projection.alerts.get('a1')?.top.moments).toHaveLength(3)
      expect(projection.alerts.get('a1')?.top.state.headline).toBe(state.headline)
      const read = await projection.journal.read(projection.journal.start, 100, null)
      expect(read.records.map(({ event }) => event.data.seq)).toEqual([1, 2, 3])
      expect(await h.metrics.getSingleMetricAsString('tocsin_alert_conflicts_total')).toContain(
        'tocsin_alert_conflicts_total 1'
      )
    }
  )
  it('reports a missing seq', async () => {
    await using h = await new Harness().start()
    await h.alerts.write('raised', 'a1')
    h.alerts.record('revised', 'a1')
    await h.alerts.write('confirmed', 'a1')
    await settle()
    expect(await h.metrics.getSingleMetricAsString('tocsin_alert_seq_gaps_total')).toContain(
      'tocsin_alert_seq_gaps_total 1'
    )
  })
  it('quarantines what no version can parse, continues after it, and stops at a newer version', async () => {
    await using h = await new Harness().start()
    await h.log.append('tocsin.alerts.v1', [{ id: 'junk', key: 'sahel', value: Buffer.from('{') }])
    await h.alerts.write('raised', 'a1')
    await settle()
    expect(h.notifier.projection.alerts.get('a1')).toBeDefined()
    expect((await h.log.state('tocsin.quarantine.v1'))[0]?.end).toBe(1n)
    const [record] = h.alerts.record('revised', 'a1')
    const newer = Buffer.from(
      Buffer.from(record.value as Uint8Array)
        .toString()
        .replace(/revised\.v\d/, 'revised.v4')
    )
    await h.log.append('tocsin.alerts.v1', [{ ...record, value: newer }])
    await settle()
    expect(h.notifier.readiness()).toMatchObject({ ready: false })
    expect(await h.notifier.failed).toMatchObject({ code: 'record-newer' })
  })
})
