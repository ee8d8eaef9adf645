// The console in the language of the browser, and in the one that the officer chooses.

import { part as english } from '@tocsin/console/words/en/shell'
import { part as frenchRules } from '@tocsin/console/words/fr/rules'
import { part as french } from '@tocsin/console/words/fr/shell'
import { expect, it } from 'vitest'
import { startNotifier } from '../support/notifier.ts'
import { describeInBrowser, openMenu, openPage, readText, soon } from '../support/page.ts'

describeInBrowser('the language of the page', () => {
  it('is that of the browser, until the officer chooses another, which stays', async () => {
    const fr = { headline: 'Siège de Diosso', explanation: '', measure: '', levels: [''] }
    const notifier = await startNotifier(alerts =>
      alerts.write('raised', 'a1', { inLanguages: { fr } })
    )
    const page = await openPage({ ...notifier, locale: 'fr-ML' })
    const title = page.locator('#queue-title')
    const root = page.locator('html')
    const links = () => page.locator('.views > a').allTextContents()
    await soon(() => title.textContent()).toContain(french.views.names.alerts)
    expect(await root.getAttribute('lang')).toBe('fr')
    expect(await links()).toContain(french.views.names.rules)
    const headline = page.locator('[data-alert=a1] bdi')
    await soon(() => headline.textContent()).toBe(fr.headline)
    expect(await headline.getAttribute('lang')).toBe('fr')
    // Typed before, and not lost by the change.
    await page.locator('#search').fill('Mopti')
    await openMenu(page, 'who')
    await page.getByLabel(french.top.language).selectOption('en')
    await soon(() => root.getAttribute('lang')).toBe('en')
    expect(await links()).toContain(english.views.names.rules)
    expect(await page.locator('#search').inputValue()).toBe('Mopti')
    await page.reload()
    await soon(() => title.textContent()).toContain(english.views.names.alerts)
    await openMenu(page, 'who')
    await page.getByLabel(english.top.language).selectOption('')
    // A view that is loaded later has its words in the language in use.
    await page.locator('.views > a', { hasText: french.views.names.rules }).click()
    await soon(() => readText(page, 'main')).toContain(frenchRules.rules.lead)
  }, 300_000)
})
