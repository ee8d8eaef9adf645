// Thousands of alerts in one page: a few rows in the document, filters in the address, rows that
// stand still under a hand, what is new behind a bar, and no memory of earlier states.

import { words } from '@tocsin/console/words/words'
import { topics } from '@tocsin/event-log/topics'
import type { CDPSession, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import type { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import { anAlert } from '../../../services/notifier/test/support/alert-builder.ts'
import { fullRun } from '../../harness/test-size.ts'
import { startNotifier, type TestNotifier } from '../support/notifier.ts'
import {
  describeInBrowser,
  desk,
  openAct,
  openFirstAlert,
  openMenu,
  openPage,
  press,
  readQuery,
  readText,
  soon
} from '../support/page.ts'

const { queue } = words
const alertCount = 10_000
const severities = ['minor', 'moderate', 'severe', 'extreme'] as const

interface HeapSnapshot {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[]
      readonly node_types: readonly [readonly string[]]
    }
  }
  readonly nodes: readonly number[]
  readonly strings: readonly string[]
}

/** Counts the texts of the page's heap with this beginning, after garbage collection. */
async function countTexts(cdp: CDPSession, begin: string): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage')
  const chunks: string[] = []
  const add = ({ chunk }: { readonly chunk: string }) => void chunks.push(chunk)
  cdp.on('HeapProfiler.addHeapSnapshotChunk', add)
  await cdp.send('HeapProfiler.takeHeapSnapshot', {})
  cdp.off('HeapProfiler.addHeapSnapshotChunk', add)
  const { snapshot, nodes, strings } = JSON.parse(chunks.join('')) as HeapSnapshot
  const { node_fields: fields, node_types: types } = snapshot.meta
  const [type, name, text] = [
    fields.indexOf('type'),
    fields.indexOf('name'),
    types[0].indexOf('string')
  ]
  let count = 0
  for (let at = 0; at < nodes.length; at += fields.length)
    if (nodes[at + type] === text && strings[nodes[at + name] as number]?.startsWith(begin)) count++
  return count
}

describeInBrowser('a page with thousands of alerts', () => {
  const raiseMany = async (
    { log, alerts }: Pick<TestNotifier, 'log' | 'alerts'>,
    count: number,
    prefix: string,
    severityOf: (i: number) => (typeof severities)[number]
  ) => {
    for (let from = 0; from < count; from += 1_000)
      await log.append(
        topics.alerts,
        Array.from(
          { length: Math.min(1_000, count - from) },
          (_, i) =>
            alerts.record('raised', `${prefix}${from + i}`, {
              severity: severityOf(from + i),
              headline: `Siege number ${prefix}${from + i}`
            })[0]
        )
      )
  }
  const start = () =>
    startNotifier(async (alerts, log) => {
      await raiseMany({ alerts, log }, alertCount, 'a', i => severities[i % 4] ?? 'minor')
      await alerts.write('raised', 'whole', { severity: 'extreme', headline: 'The whole' })
      await alerts.write('raised', 'part', { headline: 'A part of the whole', partOf: 'whole' })
    })
  const total = (alertCount + 2).toLocaleString('en')
  const count = (page: Page) => readText(page, '.count')
  const first = (page: Page) => page.locator('.row-main').first()
  const raiseNew = (alerts: AlertWriter) =>
    alerts.write('raised', `new-${performance.now()}`, {
      severity: 'extreme',
      headline: 'Something new',
      times: { ...anAlert().times, detectedAt: new Date().toISOString() }
    })

  it('draws a few rows, filters by the address, folds parts, and stands still while it is read', async () => {
    const { alerts, ...notifier } = await start()
    const page = await openPage(notifier)
    await soon(() => count(page)).toBe(queue.count(alertCount + 2, alertCount + 2))
    expect(await page.locator('.row').count()).toBeLessThan(60)
    expect(await page.title()).toBe(words.views.inTabWith(alertCount + 2, words.product))
    await page.locator('.severities .of-severe').click()
    await soon(() => count(page)).toBe(queue.count(alertCount / 4, alertCount + 2))
    await page.locator('#search').fill('number a4998')
    await soon(() => count(page)).toContain(`1 of ${total}`)
    await page.reload()
    await soon(() => first(page).textContent()).toContain('Siege number a4998')
    expect(readQuery(page, 'severity')).toBe('severe')

    await page.goto(`${notifier.url}/?q=whole`)
    await page.locator('.row-parts').first().click()
    await soon(() => readText(page, '.row.depth-1')).toContain('A part of the whole')

    await page.goto(`${notifier.url}/?severity=extreme`)
    await soon(() => count(page)).toContain(total)
    const standing = async () => [
      await first(page).getAttribute('data-alert'),
      (await first(page).boundingBox())?.y
    ]
    // Under the mouse, which rests after a second.
    const before = await standing()
    const move = (dx: number) => page.mouse.move(200 + dx, Number(before[1]) + 20)
    await move(0)
    await raiseNew(alerts)
    await soon(async () => {
      await move(Date.now() % 40)
      return page.locator('.waiting').count()
    }).toBe(1)
    expect(await standing()).toEqual(before)
    await page.mouse.move(5, 5)
    await soon(async () => (await standing())[0]).not.toBe(before[0])
    // Between two steps of the keyboard.
    await page.keyboard.press('j')
    const moved = await standing()
    await raiseNew(alerts)
    await page.locator('.waiting').waitFor()
    expect(await standing()).toEqual(moved)
    await page.keyboard.press('n')
    await page.locator('.waiting').waitFor({ state: 'detached' })
    // While it is paused.
    await openMenu(page, 'more-tools')
    await press(page, queue.pause)
    await raiseNew(alerts)
    await soon(() => readText(page, '.waiting')).toContain(
      queue.waiting(1, words.severities.extreme)
    )
  }, 300_000)

  it('keeps a thousand new alerts waiting while somebody writes, and counts them', async () => {
    const notifier = await startNotifier(alerts => alerts.write('raised', 'a0'))
    const page = await openPage(notifier)
    await openFirstAlert(page)
    await openAct(page, words.acts.comment)
    await page.locator('.act textarea').fill('Half a sen')
    await raiseMany(notifier, 1_000, 'n', () => 'extreme')
    await soon(() => readText(page, '.waiting')).toContain(
      queue.waiting(1_000, words.severities.extreme)
    )
    expect(await first(page).getAttribute('data-alert')).toBe('a0')
    expect(await page.locator('.act textarea').inputValue()).toBe('Half a sen')
    await page.locator('.waiting').click()
    await soon(() => count(page)).toBe(queue.count(1_001, 1_001))
    expect(await page.locator('.row').count()).toBeLessThan(60)
  }, 300_000)

  it('finds closed alerts beyond those that it holds', async () => {
    const status = 'resolved'
    const notifier = await startNotifier(async (alerts, log) => {
      await alerts.write('resolved', 'old', { status, headline: 'Siege of Farabougou' })
      const records = Array.from(
        { length: 501 },
        (_, i) => alerts.record('resolved', `c${i}`, { status, headline: `Siege number ${i}` })[0]
      )
      await log.append(topics.alerts, records)
    })
    const page = await openPage({ ...notifier, query: '?status=closed' })
    await page.getByText(queue.closed.cut(500)).waitFor()
    await page.goto(`${notifier.url}/?status=closed&q=farabougou`)
    await soon(() => first(page).textContent()).toContain('Farabougou')
    // How many are open says nothing of this list.
    expect(await page.locator('.open-count').count()).toBe(0)
  }, 300_000)

  const lists = [
    ['with the list alone', '?map=no'],
    ['with the map too', '?map=yes']
  ] as const
  // A heap with a map takes a minute to write: one for the long form.
  it.each(fullRun ? lists : lists.slice(0, 1))(
    'holds no text that its alerts had before, %s',
    async (_, query) => {
      const size = 60
      const write = async (alerts: AlertWriter, kind: 'raised' | 'revised', text: string) => {
        for (let i = 0; i < size; i += 1)
          await alerts.write(kind, `a${i}`, { headline: `${text} words ${i}` })
      }
      const notifier = await startNotifier(alerts => write(alerts, 'raised', 'First'))
      const page = await openPage({ ...notifier, query, ...desk })
      await page.getByText('First words').first().waitFor()
      if (query === '?map=yes') await page.locator('.map canvas').waitFor()
      await soon(() => page.locator('.map-words').count()).toBe(0)
      const cdp = await page.context().newCDPSession(page)
      expect(await countTexts(cdp, 'First words')).toBeGreaterThanOrEqual(size)
      await write(notifier.alerts, 'revised', 'Second')
      await soon(() => page.getByText('First words').count()).toBe(0)
      await soon(() => countTexts(cdp, 'First words')).toBe(0)
      expect(await countTexts(cdp, 'Second words')).toBeGreaterThanOrEqual(size)
    },
    300_000
  )
})
