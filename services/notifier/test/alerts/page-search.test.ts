// Pages over a log in which most is hidden: what a limited reader may see comes on the next page,
// however much lies between.

import { topics } from '@tocsin/event-log/topics'
import { describe, expect, it } from 'vitest'
import { emptySearchMs, PageSearch, scannedMax } from '../../src/alerts/scan-scheduler.ts'
import { askText, elements, linkOf } from '../support/cap-reading.ts'
import { Suite } from '../support/http-suite.ts'
import { ManualClock, settle } from '../support/manual-clock.ts'

/**
 * Two alerts that all may see, and more hidden events between them than one stretch of a search.
 */
async function mostlyHidden(): Promise<{ readonly suite: Suite; readonly key: string }> {
  const suite = await Suite.start()
  const { alerts, log } = suite.h
  await alerts.write('raised', 'first', { handling: 'public', pattern: 'front' })
  const hidden = Array.from({ length: scannedMax + 700 }, (_, i) => {
    const [record] = alerts.record(i === 0 ? 'raised' : 'revised', 'hidden', {
      handling: 'restricted',
      concerns: 'restricted'
    })
    return record
  })
  for (let i = 0; i < hidden.length; i += 1_000)
    await log.append(topics.alerts, hidden.slice(i, i + 1_000))
  await alerts.write('raised', 'second', { handling: 'public', pattern: 'surge' })
  await settle(50)
  return { suite, key: await suite.key(['alerts:read'], { handling: 'public' }) }
}

describe('a page behind hidden records', () => {
  it('has what comes next on the feed and the Atom feed, whatever its limit', async () => {
    const { suite, key } = await mostlyHidden()
    for (const limit of [1, 50]) {
      const first = (await suite.ask('GET', `/v1/feed?limit=${limit}`, { key })).body
      expect(first.items[0].event.data.alertId).toBe('first')
      const { body } = await suite.ask(
        'GET',
        `/v1/feed?limit=${limit}&cursor=${first.items[0].cursor}`,
        { key }
      )
      expect(body.items.map(({ event }: { event: { data: object } }) => event.data)).toMatchObject([
        { alertId: 'second' }
      ])
      expect(body.items[0].prev).toBe(first.items[0].cursor)
      const end = (await suite.ask('GET', `/v1/feed?limit=${limit}&cursor=${body.next}`, { key }))
        .body
      expect([end.items, end.next]).toEqual([[], body.next])
    }
    const { text } = await askText(suite, '/v1/cap.atom?pattern=front', key)
    expect([elements(text, 'updated').length, text.includes('/v1/cap/first/1.xml')]).toEqual([
      2,
      true
    ])
    expect(linkOf(text, 'next')).toBeNull()
  })
})

describe('the search for a page', () => {
  it('ends after a stretch with something, and with nothing when its time is used up', async () => {
    const clock = new ManualClock()
    const search = new PageSearch(clock)
    expect([0, 1].map(found => search.goesOn(found))).toEqual([true, true])
    search.looked = scannedMax
    expect([0, 1].map(found => search.goesOn(found))).toEqual([true, false])
    await clock.advance(emptySearchMs)
    expect([0, 1].map(found => search.goesOn(found))).toEqual([false, false])
  })
})
