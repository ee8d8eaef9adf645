// Who asks for another try while the page is not live is told what came of it.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AlertWriter } from '../../../services/notifier/test/support/alert-builder.ts'
import { listenNotifier } from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser, violationsOf } from '../browser.ts'

describe.skipIf(executablePath === undefined)('another try', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startBrowser()
  }, 300_000)
  afterAll(() => browser?.close())

  it('that is asked for says when it was, and whether the server answers', async () => {
    const log = new MemoryLog()
    await new AlertWriter(log).write('raised', 'a1')
    const notifier = await listenNotifier({}, log)
    const { page } = await openConsole(browser, { url: notifier.url, key: ownerKey })
    await page.locator('.row-main').first().waitFor()
    await notifier.close()
    const again = page.getByRole('button', { name: 'Try now' })
    await again.press('Enter')
    const said = page.locator('.banner.stale [role=status]')
    await soon(() => said.textContent()).toMatch(/^Tried at \d\d:\d\d:\d\d UTC: no answer yet\.$/)
    expect(await violationsOf(page)).toEqual([])
    await page.route('**/readyz*', route =>
      route.fulfill({ json: { ready: true, log: 'ok', checks: {} } })
    )
    await again.press('Enter')
    await soon(() => said.textContent()).toMatch(
      /the server answers\. What it has to tell is awaited\.$/
    )
    await page.context().close()
  }, 300_000)
})
