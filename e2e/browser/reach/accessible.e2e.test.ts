// No state of the console breaks a rule of WCAG 2.2 AA, and none scrolls sideways on a telephone.
// One look in every run; TOCSIN_TEST_FULL=1 adds the dark, wall, forced-colours, zoomed and
// right-to-left ones. A view that is missing in states-of-views.ts fails.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { consoleViews } from '@tocsin/console/shown/console-views'
import { words } from '@tocsin/console/words/words'
import { WebhookReceiver } from '@tocsin/testing/client/webhook-receiver'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { actOn, fillSuite, postMassacre } from '../../harness/something-of-everything.ts'
import { fullRun } from '../../harness/test-size.ts'
import { WholeSuite } from '../../harness/whole-suite.ts'
import {
  describeInBrowser,
  expectFits,
  openAct,
  openContext,
  openFirstAlert,
  openPage,
  phone,
  press,
  signOut,
  soon
} from '../support/page.ts'
import { paleAmongUndecided, paleAnywhere } from './measured-contrast.ts'
import { statesOfViews } from './states-of-views.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']
const runAxe = `axe.run(document, { runOnly: ${JSON.stringify(tags)}, elementRef: true }).then(({ violations, incomplete }) => {
  globalThis.undecided = incomplete.flatMap(({ nodes }) => nodes.map(({ element }) => element))
  const reasonOf = ({ any, all, none }) => [...any, ...all, ...none].map(check => check.data?.messageKey ?? check.id)[0]
  return {
    violations: violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')),
    undecided: incomplete.flatMap(({ id, nodes }) => nodes.map(node => id + ': ' + reasonOf(node)))
  }
})`

interface Findings {
  readonly violations: readonly string[]
  /** Rule and reason of what axe can not decide. */
  readonly undecided: readonly string[]
}

async function findViolations(page: Page): Promise<Findings> {
  await page.evaluate(axe)
  // The bar above an open alert may cover a line: each is measured at its beginning.
  await page.evaluate(`for (const each of document.querySelectorAll('.alert')) each.scrollTop = 0`)
  return page.evaluate(runAxe)
}

/** A way in which people see a state; `apply` changes the page to it. */
interface Mode {
  readonly name: string
  readonly apply: (page: Page) => Promise<unknown>
  /** Checked for sideways scrolling alone. */
  readonly isLayout?: boolean
}

const look = (name: string): Mode => ({
  name,
  apply: async page => {
    // Of the alerts it is a state of its own, on which nothing is pressed.
    if ((await page.locator('.wall').count()) > 0) return
    await page.locator('.who select:has(option[value=dark])').selectOption(name, { force: true })
    await page.locator(`html[data-theme=${name}]`).waitFor()
  }
})
const wide = { width: 1100, height: 800 }
const light: Mode = look('light')
const narrow: Mode = {
  name: 'narrow',
  apply: page => page.setViewportSize(phone.viewport),
  isLayout: true
}
const modes: readonly Mode[] = fullRun
  ? [
      light,
      look('dark'),
      {
        name: 'forced colours',
        apply: async page => {
          // axe reads the colour that text had before colours were forced: of the wall a pale one.
          await page.evaluate(`document.documentElement.dataset.theme = 'light'`)
          await page.emulateMedia({ forcedColors: 'active' })
        }
      },
      {
        name: 'zoomed four times',
        apply: page => page.setViewportSize({ width: 320, height: 256 }),
        isLayout: true
      },
      {
        name: 'right to left',
        apply: page => page.evaluate(`document.documentElement.dir = 'rtl'`),
        isLayout: true
      },
      narrow,
      // The last: of the alerts it is a page of its own.
      {
        name: 'wall',
        apply: async page => {
          await page.setViewportSize(wide)
          await page.emulateMedia({ forcedColors: null })
          await page.evaluate(`document.documentElement.dir = 'ltr'`)
          await look('wall').apply(page)
        }
      }
    ]
  : [light, narrow]

/** Faults that axe must find, set by style objects: the policy of the page refuses markup. */
const plantFaults = `for (const [text, style] of [
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

/** Reports that would run script, or run over their box. */
const script = '<img src=x onerror="window.harm=1"><script>window.harm=1</script>'
const zalgo = `Z${'\u0351\u036B\u0343'.repeat(15)}algo`
const longWord = (begin: string, length = 150) =>
  Array.from(`${begin}${'Wagadugu'.repeat(40)}`)
    .slice(0, length)
    .join('')

describeInBrowser('people of all abilities', () => {
  let suite: WholeSuite
  let receivers: readonly WebhookReceiver[] = []
  let reportId: string

  beforeAll(async () => {
    suite = await WholeSuite.start()
    receivers = [await WebhookReceiver.listen(() => 200), await WebhookReceiver.listen(() => 503)]
    const [accepts, refuses] = receivers.map(({ url }) => url)
    reportId = await fillSuite(suite, String(accepts), String(refuses))
  }, 300_000)
  afterAll(async () => {
    for (const receiver of receivers) await receiver.close()
    await suite?.end()
  })

  const open = (query = '', options: object = {}) =>
    openPage({ url: suite.url, key: suite.key, query, ...options })

  async function findHindrances(page: Page, name: string): Promise<readonly string[]> {
    const { violations } = await findViolations(page)
    const pale = (await paleAmongUndecided(page)).map(each => `undecided by axe, ${each}`)
    return [...violations, ...pale].map(each => `${name}: ${each}`)
  }

  /** Whether the page does not scroll sideways, at the latest after some frames. */
  async function fits(page: Page): Promise<boolean> {
    for (let i = 0; i < 20; i++) {
      if (await page.evaluate('document.documentElement.scrollWidth <= innerWidth')) return true
      await page.evaluate('new Promise(requestAnimationFrame)')
    }
    return false
  }

  /** Checks a state in every mode of this run. */
  async function findInModes(page: Page, name: string): Promise<readonly string[]> {
    const found: string[] = []
    for (const mode of modes) {
      await mode.apply(page)
      const at = `${name}, ${mode.name}`
      if (mode.isLayout !== true) found.push(...(await findHindrances(page, at)))
      else if (!(await fits(page))) found.push(`${at}: scrolls sideways`)
    }
    await page.setViewportSize(wide)
    await page.emulateMedia({ forcedColors: null })
    return found
  }

  it('find every view in the list of states', () => {
    expect(Object.keys(statesOfViews)).toEqual(consoleViews.map(({ name }) => name))
  })

  it('are served by checks that find a nameless button, a small one, and grey on white', async () => {
    const page = await open()
    await page.locator('.row-main').first().waitFor()
    await page.evaluate(plantFaults)
    const { violations } = await findViolations(page)
    const rules = violations.map(violation => violation.replace(/:.*$/s, ''))
    expect(rules).toEqual(expect.arrayContaining(['button-name', 'color-contrast', 'target-size']))
    const pale = await paleAmongUndecided(page)
    expect(pale.map(each => each.replace(/^.*<\/button>: /s, ''))).toEqual([
      'a contrast of 2.85, where 4.5 is the least',
      expect.stringMatching(/^over a picture/)
    ])
  }, 300_000)

  it.each(Object.entries(statesOfViews))(
    'are not hindered in the view %s',
    async (view, states) => {
      const page = await open()
      const found: string[] = []
      for (const { name, query = '', lead } of states) {
        await page.goto(`${suite.url}/?view=${view}${query}`)
        await (lead === undefined ? page.locator('.view h2').waitFor() : lead(page))
        found.push(...(await findInModes(page, name)))
      }
      expect(found).toEqual([])
    },
    600_000
  )

  it('are not hindered at sign-in, by a link, an opened report, the help or the question at sign-out', async () => {
    const context = await openContext({}, suite.url)
    const page = await context.newPage()
    await page.goto(`${suite.url}/?look=light`)
    await page.locator('#key').waitFor()
    expect(await findHindrances(page, 'sign-in')).toEqual([])
    const { body } = await suite.api.call('POST', '/v1/sign-in-links', {})
    await page.goto((body as { url: string }).url)
    expect(await findHindrances(page, 'a sign-in link')).toEqual([])
    const opened = await open('')
    await opened.goto(`${suite.url}/report?item=${reportId}`)
    await opened.locator('.sendbar button').click()
    await opened.locator('.has-fault').first().waitFor()
    await opened.getByText(words.report.mine, { exact: true }).click()
    await opened.getByRole('button', { name: words.report.withdraw }).first().click()
    await opened.getByLabel(words.report.withdrawReason).waitFor()
    expect(await findHindrances(opened, 'the report page')).toEqual([])
    await opened.goto(`${suite.url}/?pattern=mass-casualty`)
    await opened.locator('.row-main').first().waitFor()
    await opened.keyboard.press('?')
    await opened.locator('dialog.palette[open]').waitFor()
    expect(await findHindrances(opened, 'help')).toEqual([])
    await opened.keyboard.press('Escape')
    await openFirstAlert(opened)
    await openAct(opened, words.acts.comment)
    await opened.locator('.act textarea').fill('The bridge is down.')
    await signOut(opened)
    await opened.locator('.ask-first').waitFor()
    expect(await findHindrances(opened, 'signing out')).toEqual([])
  }, 300_000)

  it('are not hindered by the alarm, what waits, a conflict, and a page that is not live', async () => {
    await postMassacre(suite, 'alarm', 12.6)
    const page = await open('?pattern=mass-casualty&sound=minor')
    await page.getByRole('button', { name: words.sound.arm }).click()
    await page.locator('.banner.alarm').waitFor()
    await openFirstAlert(page)
    await page.route('**/v1/alerts/**', route =>
      route.request().method() === 'GET' ? route.abort() : route.continue()
    )
    await openAct(page, words.acts.comment)
    await page.locator('.act textarea').fill('The road is shut.')
    await actOn(suite, new URL(page.url()).searchParams.get('alert') ?? '', 'acknowledgement', {})
    await press(page, words.acts.acknowledge)
    await page.locator('.act .outcome.refused').waitFor()
    expect(await findInModes(page, 'a conflict')).toEqual([])
    await page.unroute('**/v1/alerts/**')
    await page.context().setOffline(true)
    await page.locator('.banner.stale').waitFor()
    expect(await findInModes(page, 'not live')).toEqual([])
    expect(await paleAnywhere(page)).toEqual([])
    await postMassacre(suite, 'missed', 12.3)
    await page.context().setOffline(false)
    await page.locator('.banner.missed').waitFor()
    await page.locator('.banner.missed summary').click()
    expect(await findInModes(page, 'what was missed')).toEqual([])
  }, 300_000)

  it('read words that were made to do harm in their place, and none of them runs', async () => {
    const { reportId: hostile } = (
      await suite.api.call('POST', '/v1/reports', {
        body: {
          source: { id: `s${'w'.repeat(63)}` },
          externalId: longWord('hostile'),
          occurred: { from: '2026-01-02', to: '2026-01-02' },
          category: 'attack-on-civilians',
          fatalities: { low: 40, best: 45, high: 50 },
          location: {
            name: longWord('W\u200Fمرحبا'),
            country: 'ML',
            lat: 16.9,
            lon: -3,
            radiusKm: 2
          },
          actors: [
            { name: longWord(zalgo, 120), role: 'perpetrator' },
            { name: longWord(script), role: longWord('r', 60) }
          ],
          private: { narrative: `${script} \u202Eevitanretla ${zalgo} ${'W'.repeat(3_000)}` }
        }
      })
    ).body as { reportId: string }
    const outcome = (await suite.api.call('GET', `/v1/reports/${hostile}?wait=30`)).body as {
      alerts: readonly { alertId: string }[]
    }
    const page = await open(`?alert=${outcome.alerts[0]?.alertId}`, phone)
    await page.locator('.evidence summary').first().click()
    await page.locator('.evidence .narrative').first().waitFor()
    await soon(() => page.locator('.alert').textContent()).toContain('<script>')
    await expectFits(page)
    expect(await page.locator('main :is(img, script, iframe)').count()).toBe(0)
    expect(await page.evaluate('window.harm')).toBeUndefined()
  }, 300_000)
})
