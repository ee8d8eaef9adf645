// Evidence that an officer has loaded, and what is typed of it, when the alert changes under the
// hand.

import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postAttack, postFront } from '../../harness/front-of-attacks.ts'
import { WholeSuite } from '../../harness/whole-suite.ts'
import { executablePath, openConsole, soon, startBrowser } from '../browser.ts'

describe.skipIf(executablePath === undefined)('evidence that was loaded whole', () => {
  let suite: WholeSuite
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    await postFront(suite)
    for (let i = 0; i < 20; i += 1)
      await postAttack(suite, 'desk', `M-${i}`, [11.8 + i / 200, -5.15 + (i % 5) / 100])
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await suite?.end()
  })

  it('stays when the alert changes, and so does what is typed of it', async () => {
    const { page } = await openConsole(browser, {
      url: suite.url,
      key: suite.key,
      query: '?q=front'
    })
    await page.locator('.row-main').first().click()
    const events = page.locator('.evidence > li')
    await page.getByRole('button', { name: 'Show all 24' }).click()
    await soon(() => events.count()).toBe(24)
    const named = await page.evaluate<readonly string[]>(
      `fetch(location.search.replace(/.*alert=([^&]*).*/, '/v1/alerts/$1')).then(r => r.json()).then(a => a.evidence.map(e => 'incident-' + e.incidentId))`
    )
    const ids = await events.evaluateAll(items => items.map(({ id }) => id))
    const further =
      ids.find(id => !named.includes(id)) ??
      expect.unreachable('one is not among those that are named')
    const item = page.locator(`#${further}`)
    await item.getByRole('button', { name: /^Merge:/ }).click()
    const note = item.locator('textarea')
    await note.fill('Both saw the same.')
    await postAttack(suite, 'desk', 'later', [11.85, -5.12])
    await soon(() => events.count()).toBe(25)
    expect(await note.inputValue()).toBe('Both saw the same.')
    // Who comes back finds it again, though its incident is not among those that are named.
    await page.getByRole('button', { name: 'Back to the list' }).click()
    await page.locator('.row-main').first().click()
    await soon(() => item.locator('textarea').count()).toBe(1)
    expect(await note.inputValue()).toBe('Both saw the same.')
    await page.context().close()
  }, 300_000)
})
