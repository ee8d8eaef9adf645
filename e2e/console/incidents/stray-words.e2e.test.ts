// Words about incidents that have no place any more: what became of a split whose officer has gone
// on, and a note on an incident that was withdrawn under the hand.

import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { frontInBrowser } from '../../harness/front-in-browser.ts'
import { frontPlaces, postAttack } from '../../harness/front-of-attacks.ts'
import { executablePath, openConsole, soon, violationsOf } from '../browser.ts'

describe.skipIf(executablePath === undefined)(
  'words about an incident that is not shown any more',
  () => {
    const at = frontInBrowser()

    async function atFront(look: string): Promise<Page> {
      const { page } = await openConsole(at.browser, {
        url: at.suite.url,
        key: at.suite.key,
        query: `?q=front&look=${look}`
      })
      await page.locator('.row-main').first().click()
      await page.locator('.evidence > li').first().waitFor()
      return page
    }

    it('are told and kept where its reports were withdrawn meanwhile', async () => {
      const last = await postAttack(at.suite, 'desk', 'wrong', [11.87, -5.16])
      const page = await atFront('light')
      const item = page.locator('.evidence > li').filter({ hasText: 'desk wrong' })
      await item.getByRole('button', { name: /^Merge:/ }).click()
      await item.locator('textarea').fill('Both saw the same.')
      await at.suite.api.call('DELETE', `/v1/reports/${last}`, {
        body: { reason: 'Another place.' }
      })
      const stray = page.locator('.stray')
      await soon(() => stray.textContent()).toContain(
        'This incident is not part of the alert any more. Nothing was sent.'
      )
      expect(await stray.locator('textarea').inputValue()).toBe('Both saw the same.')
      expect(await violationsOf(page)).toEqual([])
      await page.locator('.look select').selectOption('dark')
      expect(await violationsOf(page)).toEqual([])
      await stray.getByRole('button', { name: 'I do not need it' }).click()
      expect(await stray.count()).toBe(0)
      await page.context().close()
    }, 300_000)

    it('are told to an officer who has gone on to something else', async () => {
      const page = await atFront('light')
      const answered = Promise.withResolvers<void>()
      await page.route('**/v1/incidents/*/split', async route => {
        await answered.promise
        await route.continue()
      })
      await page.getByRole('button', { name: /^Split:/ }).click()
      const form = page.getByRole('form', { name: 'Split this incident' })
      await form.getByLabel('radio R-0').check()
      await form.getByRole('button', { name: 'Split', exact: true }).click()
      await page.getByRole('button', { name: 'Back to the list' }).click()
      answered.resolve()
      const stray = page.locator('.stray')
      await soon(() => stray.textContent()).toContain(
        'Split. The alerts are being worked out again.'
      )
      expect(await stray.textContent()).toContain(frontPlaces[0][0].toFixed(2))
      await stray.getByRole('button', { name: 'Open the alert' }).click()
      await soon(() => page.locator('.evidence > li').count()).toBe(5)
      await stray.getByRole('button', { name: 'I have read it' }).click()
      expect(await stray.count()).toBe(0)
      await page.context().close()
    }, 300_000)
  }
)
