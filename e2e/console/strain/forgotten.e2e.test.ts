// A page that is open for days holds an alert as it is, and not as it was: one drawing that keeps
// its rows keeps every alert that was open then.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser, CDPSession } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import {
  type ListeningNotifier,
  listenNotifier
} from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser } from '../browser.ts'

const count = 60

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

/** How many texts of the page's heap begin so, once everything was collected that can be. */
async function heldTexts(cdp: CDPSession, begin: string): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage')
  const chunks: string[] = []
  const take = ({ chunk }: { readonly chunk: string }) => void chunks.push(chunk)
  cdp.on('HeapProfiler.addHeapSnapshotChunk', take)
  await cdp.send('HeapProfiler.takeHeapSnapshot', {})
  cdp.off('HeapProfiler.addHeapSnapshotChunk', take)
  const { snapshot, nodes, strings } = JSON.parse(chunks.join('')) as HeapSnapshot
  const { node_fields: fields, node_types: types } = snapshot.meta
  const [type, name, text] = [
    fields.indexOf('type'),
    fields.indexOf('name'),
    types[0].indexOf('string')
  ]
  let held = 0
  for (let at = 0; at < nodes.length; at += fields.length)
    if (nodes[at + type] === text && strings[nodes[at + name] as number]?.startsWith(begin))
      held += 1
  return held
}

describe.skipIf(executablePath === undefined)('a page that is open for days', () => {
  const log = new MemoryLog()
  const alerts = new AlertWriter(log)
  let notifier: ListeningNotifier
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    for (let i = 0; i < count; i += 1)
      await alerts.write('raised', `a${i}`, { headline: `First words ${i}` })
    notifier = await listenNotifier({}, log)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  it.each([
    ['with the list alone', '?map=no', 'First', 'Second'],
    ['with the map beside it', '?map=yes', 'Second', 'Third']
  ])(
    'holds nothing of what its alerts said before, %s',
    async (_, query, earlier, later) => {
      const viewport = { width: 1400, height: 900 }
      const { page } = await openConsole(browser, {
        url: notifier.url,
        key: ownerKey,
        query,
        viewport
      })
      await page.getByText(`${earlier} words`).first().waitFor()
      if (query === '?map=yes') await page.locator('.map canvas').waitFor()
      await soon(() => page.locator('.map-words').count()).toBe(0)
      const cdp = await page.context().newCDPSession(page)
      expect(await heldTexts(cdp, `${earlier} words`)).toBeGreaterThanOrEqual(count)
      for (let i = 0; i < count; i += 1)
        await alerts.write('revised', `a${i}`, { headline: `${later} words ${i}` })
      await soon(() => page.getByText(`${earlier} words`).count()).toBe(0)
      await soon(() => heldTexts(cdp, `${earlier} words`)).toBe(0)
      expect(await heldTexts(cdp, `${later} words`)).toBeGreaterThanOrEqual(count)
      await page.context().close()
    },
    300_000
  )
})
