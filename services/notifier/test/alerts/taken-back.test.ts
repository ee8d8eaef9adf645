// What readers were shown of alerts of earlier versions before the handling of a report was raised is not
// served again. Every way out, and later versions: e2e/access/hidden-readers.test.ts.

import type { IncidentState } from '@tocsin/contracts/incident/incident-event'
import { encodeRecord } from '@tocsin/contracts/record/records'
import { type Handling, handlings, maySee } from '@tocsin/contracts/theatre/handling'
import { topics } from '@tocsin/event-log/topics'
import { beforeEach, describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'
import { subscribed } from '../support/subscribing.ts'

const reach = { handling: 'partners', theatres: ['sahel'] } as const
/** What only the first event says. */
const secret = 'Siege of Diosso'

describe.each([
  ['each fold published', true],
  ['an engine before 0.14.0 published', false]
] as const)(
  'a statement on a report that was restricted, with incidents that %s',
  (_, isByFold) => {
    let suite: Suite
    let key: string
    let seq: number
    beforeEach(async () => {
      seq = 0
      suite = await Suite.start()
      key = await suite.key(['alerts:read'], reach)
      await subscribed(suite.h, reach)
      await assemble('public', ['r1 first'])
      await suite.h.alerts.write('raised', 'a1')
      await settle(30)
    })

    /** The incident `i1` as the rules assemble it: of these reports, by their content. */
    async function assemble(
      handling: Handling,
      reports: readonly string[],
      more: Pick<IncidentState, 'takenBack' | 'readers'> = {}
    ) {
      seq += 1
      const readers = handlings.filter(level => maySee(level, handling))
      const data: IncidentState = {
        ...(isByFold ? { readers, ...more } : {}),
        ...{ incidentId: 'i1', revision: seq, seq, theatre: 'sahel', aliases: [], from: [] },
        reports: reports.map(contentHash => {
          const [reportId = ''] = contentHash.split(' ')
          return { reportId, contentHash, sourceId: 'wire' }
        }),
        ...{ independentSources: 1, category: 'attack', tactics: [], credibility: 2, handling },
        occurred: { from: '2026-02-20T00:00:00.000Z', to: '2026-02-21T00:00:00.000Z' },
        place: {
          ...{ name: 'Diosso', country: 'ML', admin1: 'ML-4' },
          ...{ lat: 13.88, lon: -5.36, radiusKm: 1, settlement: null }
        },
        fatalities: { low: 3, best: null, high: null }
      }
      const head = {
        id: `i1-${seq}`,
        source: '/test',
        time: '2026-03-01T12:00:00.000Z',
        cause: null
      }
      const ended = more.takenBack === true ? 'incident.withdrawn' : 'incident.revised'
      const type = seq === 1 ? 'incident.assembled' : ended
      const value = encodeRecord({ ...head, theatre: 'sahel' }, { type, data })
      await suite.h.log.append(topics.assembly, [{ id: head.id, key: 'sahel', value }])
      await settle(30)
    }
    const raiseHandling = async () => {
      const readers = handlings.slice(0, -1)
      if (isByFold) await assemble('public', ['r1 first'], { takenBack: true, readers })
      await assemble('restricted', ['r1 raised'])
    }

    const readFeed = async () => (await suite.ask('GET', '/v1/feed', { key })).body.items

    it('is served again once the handling is lowered, and not before', async () => {
      await raiseHandling()
      // The alert goes on by what the reader may see.
      await suite.h.alerts.write('revised', 'a1', {
        headline: 'Another alert',
        evidence: [{ incidentId: 'i3', revision: 1, role: 'trigger', handling: 'public' }]
      })
      await settle(30)
      expect(JSON.stringify(await readFeed())).not.toContain(secret)
      await assemble('public', ['r1 lowered'])
      expect(JSON.stringify(await readFeed())).toContain(secret)
    })

    it('is omitted from the revisions of the alert, which all say something of it', async () => {
      await raiseHandling()
      await suite.h.alerts.write('revised', 'a1', { headline: 'Another alert', evidence: [] })
      await settle(30)
      const { revisions, revisionsOmitted } = (await suite.ask('GET', '/v1/alerts/a1', { key }))
        .body
      const headlines = revisions.map((each: { data: { headline?: string } }) => each.data.headline)
      expect([headlines, revisionsOmitted]).toEqual([['Another alert'], 1])
    })

    it('keeps its id, its cursor and its sequence', async () => {
      const [before] = await readFeed()
      const [sent] = suite.h.network.events
      await raiseHandling()
      const [after] = await readFeed()
      expect([after.cursor, after.event.id]).toEqual([before.cursor, before.event.id])
      expect(after.event).toMatchObject({
        type: 'tocsin.alert.left-view.v1',
        data: { alertId: 'a1', theatre: 'sahel' }
      })
      suite.h.network.requests.length = 0
      await suite.h.notifier.dispatcher.replay('sub_1', [1], 'partner')
      await settle(30)
      expect(suite.h.network.events[0]).toMatchObject({ id: sent?.id, sequence: sent?.sequence })
      expect(JSON.stringify(suite.h.network.events)).not.toContain(secret)
    })

    it('has an incident that they do not find again, nor its past', async () => {
      const read = async () => (await suite.ask('GET', '/v1/incidents/i1', { key })).body
      expect(await read()).toMatchObject({ withdrawn: false })
      await raiseHandling()
      expect(await read()).toMatchObject({ code: 'not-found' })
      await assemble('public', ['r1 lowered'])
      expect((await read()).history).toHaveLength(1)
    })

    it('is served to readers who may see the report', async () => {
      await raiseHandling()
      expect(JSON.stringify((await suite.ask('GET', '/v1/feed')).body)).toContain(secret)
    })

    it('is served where the incident only grew by a hidden report', async () => {
      await assemble('restricted', ['r1 first', 'r2 hidden'])
      expect(JSON.stringify(await readFeed())).toContain(secret)
    })
  }
)
