// Pages of the console for stories. A page is closed at the end of its test, which then fails if
// the page logged an error or asked another host for anything.

import { words } from '@tocsin/console/words/words'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page
} from 'playwright-core'
import { describe, expect, inject, onTestFinished } from 'vitest'
import { testSuite } from './test-suite.ts'

/** A busy machine is no failure, ms. */
const patienceMs = 60_000
/** Too narrow for a map beside the list: none is drawn unless a test asks for it. */
const withoutMap = { width: 1100, height: 800 }
export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true }
/** Wide enough for a map beside the list. */
export const desk = { viewport: { width: 1280, height: 720 } }

/** A block of tests that need a browser. */
export const describeInBrowser = describe.skipIf(inject('browserRun') === null)

let connected: Promise<Browser> | null = null

/** The Chromium of this run. */
export function findBrowser(): Promise<Browser> {
  const run = inject('browserRun')
  if (run === null) throw new Error('no Chromium on this machine')
  connected ??= chromium.connect(run.browser)
  return connected
}

/** Polls with patience. */
export function soon<T>(read: () => Promise<T> | T) {
  return expect.poll(read, { timeout: patienceMs })
}

export interface PageOptions extends BrowserContextOptions {
  /** Default: the suite that all stories share, and the key of its owner. */
  readonly url?: string
  readonly key?: string
  /** Default: the console. */
  readonly path?: string
  readonly query?: string
  /** Runs before the page is opened. */
  readonly prepare?: (page: Page) => Promise<unknown>
}

/** A context whose pages are checked at the end of the test. They may ask `others`. */
export async function openContext(
  options: BrowserContextOptions = {},
  url = testSuite().url,
  others: readonly string[] = []
): Promise<BrowserContext> {
  const browser = await findBrowser()
  // Without motion: contrast is not measured while a colour changes.
  const context = await browser.newContext({
    viewport: withoutMap,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options
  })
  context.setDefaultTimeout(patienceMs)
  const complaints: string[] = []
  const hosts = [url, ...others].map(each => new URL(each).host)
  const noteHost = (address: string) => {
    const asked = new URL(address)
    if (/^(http|ws)s?:$/.test(asked.protocol) && !hosts.includes(asked.host))
      complaints.push(`asked another host: ${address}`)
  }
  context.on('request', request => noteHost(request.url()))
  context.on('page', page => {
    page.on('websocket', socket => noteHost(socket.url()))
    page.on('pageerror', error => complaints.push(String(error)))
    page.on('crash', () => complaints.push('the page crashed'))
    page.on('console', message => {
      // The browser itself logs every refusal: before sign-in, and while the suite is down.
      const isExpected = /Failed to load resource|WebSocket connection|Refused to apply style/.test(
        message.text()
      )
      if (message.type() === 'error' && !isExpected) complaints.push(message.text())
    })
  })
  onTestFinished(async () => {
    await context.close()
    expect(complaints).toEqual([])
  })
  return context
}

/** Opens the console and signs in with a key. */
export async function openPage({
  url = testSuite().url,
  key = testSuite().key,
  path = '',
  query = '',
  prepare,
  ...options
}: PageOptions = {}): Promise<Page> {
  const context = await openContext(options, url)
  const page = await context.newPage()
  await prepare?.(page)
  await page.goto(`${url}/${path}${query}`)
  await signIn(page, key)
  return page
}

export async function signIn(page: Page, key: string): Promise<void> {
  await page.locator('#key').fill(key)
  await page.keyboard.press('Enter')
  await page.locator('.page, .sendbar').waitFor()
}

/** Waits until the page is live. */
export async function waitUntilLive(page: Page): Promise<void> {
  await page.locator('.page.is-live').waitFor()
}

/** Opens the first alert of the list, and waits for its history. */
export async function openFirstAlert(page: Page): Promise<void> {
  await page.locator('.row-main').first().click()
  await page.locator('.history').waitFor()
}

/** Presses the first button of this name. */
export async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).first().click()
}

/** Opens a menu of the bar or of the list, by the class of its room. */
export async function openMenu(
  page: Page,
  name: 'who' | 'filters' | 'more-tools' | 'more-views' | 'foot-switch'
): Promise<void> {
  await page.locator(`.${name} > .menu-button, .${name} > .menu-room > .menu-button`).click()
}

export async function signOut(page: Page): Promise<void> {
  await openMenu(page, 'who')
  await press(page, words.top.signOut)
}

/** Opens a view by its link in the bar, or in the menu behind it. */
export async function openView(page: Page, view: keyof typeof words.views.names): Promise<void> {
  const link = page.locator('.views a', { hasText: words.views.names[view] })
  await link.first().waitFor({ state: 'attached' })
  const shown = link.filter({ visible: true })
  if ((await shown.count()) === 0) await openMenu(page, 'more-views')
  await shown.first().click()
}

export function readText(page: Page, selector: string): Promise<string | null> {
  return page.locator(selector).first().textContent()
}

export function readQuery(page: Page, name: string): string | null {
  return new URL(page.url()).searchParams.get(name)
}

/** Text of the element that has the focus. */
export function readFocus(page: Page): Promise<string | null> {
  return page.evaluate<string | null>('document.activeElement.textContent')
}

/** Fails if the page scrolls sideways. */
export async function expectFits(page: Page): Promise<void> {
  expect(
    await page.evaluate('document.documentElement.scrollWidth - innerWidth')
  ).toBeLessThanOrEqual(0)
}

/** Opens the form of an act at the open alert: from the menu where the page is narrow. */
export async function openAct(page: Page, name: string): Promise<void> {
  const button = page.locator('.acts').getByRole('button', { name: `${name}…`, exact: true })
  if (!(await button.first().isVisible())) await page.locator('.more-acts > .menu-button').click()
  await button.filter({ visible: true }).first().click()
  await page.locator('form.act').waitFor()
}

/** Replaces the text of an editor, which is no field that a browser fills. */
export async function typeOver(editor: Locator, text: string): Promise<void> {
  await editor.click()
  await editor.press('Control+A')
  await editor.page().keyboard.insertText(text)
}
