// Nothing that the console shows breaks a rule of WCAG 2.2 AA: every view, and what lies over
// views, light, dark and on a wall. One list of what is looked at: a view that is not in it fails.
// Stories look again where only they lead.

import { consoleViews } from '@tocsin/console/shown/console-views'
import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { actOn, fillSuite, postMassacre } from '../../harness/something-of-everything.ts'
import { WholeSuite } from '../../harness/whole-suite.ts'
import { executablePath, lookedAt, openConsole, startBrowser } from '../browser.ts'
import { paleAmongUndecided, paleAnywhere } from './measured-contrast.ts'
import { statesOfViews } from './states-of-views.ts'

/** By style sheet objects: the policy of the page lets no style in by markup. */
const plant = `for (const [text, style] of [
  ['too pale', 'color: #999; background: #fff'],
  ['', ''],
  ['✕', 'color: #999; background: #fff; border: 0'],
  ['on a picture', 'background: linear-gradient(#fff, #000)'],
  ['a', 'position: fixed; inset: 40% 40% auto auto; inline-size: 9px; block-size: 9px; min-block-size: 0; padding: 0; margin: 0'],
  ['b', 'position: fixed; inset: calc(40% + 9px) 40% auto auto; inline-size: 9px; block-size: 9px; min-block-size: 0; padding: 0; margin: 0']
]) {
  const button = document.createElement('button')
  button.textContent = text
  button.style.cssText = style
  document.querySelector('.list-state').append(button)
}`
const looks = ['light', 'dark', 'wall'] as const

/**
 * What axe leaves undecided of the contrast of words, and why that is known all the same: all of it
 * is measured.
 */
const undecidedByAxe: Readonly<Record<string, string>> = {
  'color-contrast: nonBmp':
    'signs that are no letters, beside the words that say the same: their colour is that of words',
  'color-contrast: elmPartiallyObscured':
    'what is half out of a part that scrolls: it is scrolled into it',
  'color-contrast: bgOverlap':
    'what lies over something else, as a window or a menu does: what is right behind it is opaque',
  'color-contrast: elmPartiallyObscuring':
    'a menu that reaches beyond what opened it: it is opaque',
  'color-contrast: shortTextContent':
    'a number of one digit under an open menu: what of it is seen has its contrast',
  'color-contrast: imgNode': 'words of a drawing: nothing of it is drawn behind them'
}

describe.skipIf(executablePath === undefined)('people of all abilities', () => {
  let suite: WholeSuite
  let browser: Browser
  let receivers: readonly WebhookReceiver[] = []
  let reportId: string
  /** What axe left undecided so far. */
  const kinds = new Set<string>()

  beforeAll(async () => {
    browser = await startBrowser()
    suite = await WholeSuite.start()
    receivers = [await WebhookReceiver.listen(() => 200), await WebhookReceiver.listen(() => 503)]
    const [takes, refuses] = receivers.map(({ url }) => url)
    reportId = await fillSuite(suite, takes as string, refuses as string)
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    for (const receiver of receivers) await receiver.close()
    await suite?.end()
  })

  const open = async (query = '') =>
    (await openConsole(browser, { url: suite.url, key: suite.key, query })).page

  /** What hinders somebody in what is shown now, in one look. */
  async function hindrancesIn(page: Page, name: string): Promise<readonly string[]> {
    const { violations, undecided } = await lookedAt(page)
    for (const kind of undecided) kinds.add(kind)
    const pale = (await paleAmongUndecided(page)).map(each => `undecided by axe, ${each}`)
    return [...violations, ...pale].map(each => `${name}: ${each}`)
  }

  /** The same in every look. */
  async function hindrances(page: Page, name: string): Promise<readonly string[]> {
    const found: string[] = []
    for (const look of looks) {
      await page.locator('.look select').selectOption(look, { force: true })
      await page.locator(`html[data-look=${look}]`).waitFor()
      found.push(...(await hindrancesIn(page, `${name}, ${look}`)))
    }
    return found
  }

  it('are led through every view: the list of what is looked at has them all', () => {
    expect(Object.keys(statesOfViews)).toEqual(consoleViews.map(({ name }) => name))
  })

  it('are hindered by nothing that has its rule: a button without a name, a small one, and grey on white are found', async () => {
    const page = await open()
    await page.locator('.row-main').first().waitFor()
    await page.evaluate(plant)
    const { violations, undecided } = await lookedAt(page)
    const found = violations.map(violation => violation.replace(/:.*$/s, ''))
    expect(found).toEqual(expect.arrayContaining(['button-name', 'color-contrast', 'target-size']))
    expect(undecided).toEqual(
      expect.arrayContaining(['color-contrast: nonBmp', 'color-contrast: bgGradient'])
    )
    expect(
      (await paleAmongUndecided(page)).map(each => each.replace(/^.*<\/button>: /s, ''))
    ).toEqual([
      'a contrast of 2.85, where 4.5 is the least',
      expect.stringMatching(/^over a picture/)
    ])
    await page.context().close()
  }, 300_000)

  it.each(Object.entries(statesOfViews))(
    'are not hindered in the view %s',
    async (view, states) => {
      const page = await open()
      const found: string[] = []
      for (const { name, query = '', lead } of states) {
        await page.goto(`${suite.url}/?view=${view}${query}`)
        await (lead === undefined ? page.locator('.view h2').waitFor() : lead(page))
        found.push(...(await hindrances(page, name)))
      }
      expect(found).toEqual([])
      await page.context().close()
    },
    600_000
  )

  it('are not hindered by a report that was sent before', async () => {
    const page = await open(`?view=report&item=${reportId}`)
    const opened = page.getByRole('region', { name: 'The opened report' })
    await opened.getByRole('button', { name: 'Withdraw it' }).click()
    await page.getByLabel('Why it is withdrawn').waitFor()
    expect(await hindrances(page, 'an opened report')).toEqual([])
    await page.context().close()
  }, 300_000)

  it('are not hindered where they sign in', async () => {
    const context = await browser.newContext({ reducedMotion: 'reduce' })
    const page = await context.newPage()
    for (const look of looks) {
      await page.goto(`${suite.url}/?look=${look}`)
      await page.locator('#key').waitFor()
      expect(await hindrancesIn(page, look)).toEqual([])
    }
    await context.close()
  }, 300_000)

  it('are not hindered by the help, nor by the question before they sign out', async () => {
    const page = await open('?pattern=mass-casualty')
    await page.locator('.row-main').first().waitFor()
    await page.keyboard.press('?')
    await page.locator('dialog.help[open]').waitFor()
    expect(await hindrances(page, 'help')).toEqual([])
    await page.keyboard.press('Escape')
    await page.locator('.row-main').first().click()
    await page.locator('.act textarea').fill('The bridge is down.')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.locator('dialog[open]').waitFor()
    expect(await hindrances(page, 'signing out')).toEqual([])
    await page.context().close()
  }, 300_000)

  it('are not hindered by the menu of the sound, the alarm, nor the bar of what is new', async () => {
    const page = await open('?sound=minor')
    await page.getByRole('button', { name: 'Arm sound' }).click()
    await page.locator('.sound summary').click()
    await page.locator('.sound-menu').waitFor()
    expect(await hindrances(page, 'the menu of the sound')).toEqual([])
    await page.locator('.sound summary').click()
    await page.locator('.banner.alarm').waitFor()
    await page.locator('.row-main').first().click()
    await page.locator('.history').waitFor()
    await postMassacre(suite, 'waits', 16.4)
    await page.locator('.waiting').waitFor()
    expect(await hindrances(page, 'the alarm and what waits')).toEqual([])
    await page.context().close()
  }, 300_000)

  it('are not hindered when another came first, when the page is not live, and by what they missed', async () => {
    const page = await open('?q=front')
    await page.locator('.row-main').first().click()
    await page.locator('.history').waitFor()
    // What the page sees is held back: the race is lost for certain.
    await page.route('**/v1/alerts/**', route =>
      route.request().method() === 'GET' ? route.abort() : route.continue()
    )
    await page.locator('.act textarea').fill('The road is shut.')
    await actOn(suite, new URL(page.url()).searchParams.get('alert') ?? '', 'acknowledgement', {})
    await page.getByRole('button', { name: 'Acknowledge', exact: true }).click()
    await page.locator('.act .outcome.refused').waitFor()
    expect(await hindrances(page, 'a conflict')).toEqual([])
    await page.unroute('**/v1/alerts/**')
    await page.context().setOffline(true)
    await page.locator('.banner.stale').waitFor()
    expect(await hindrances(page, 'not live')).toEqual([])
    for (const look of looks) {
      await page.locator('.look select').selectOption(look, { force: true })
      // Without its colours, and under its stripes.
      expect(await paleAnywhere(page), look).toEqual([])
    }
    await postMassacre(suite, 'missed', 12.3)
    await page.context().setOffline(false)
    await page.locator('.banner.missed').waitFor()
    await page.locator('.banner.missed summary').click()
    expect(await hindrances(page, 'what was missed')).toEqual([])
    await page.context().close()
  }, 300_000)

  it('are left with nothing undecided but what is measured here, of which nothing is spare', () => {
    expect([...kinds].toSorted()).toEqual(Object.keys(undecidedByAxe).toSorted())
  })
})
