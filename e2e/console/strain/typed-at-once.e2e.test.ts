// Words that are typed in the moment in which a form appears, in a real browser: by a script, a
// password manager or a quick hand on a busy machine. The form does not begin anew under them.

import { MemoryLog } from '@tocsin/event-log/memory-log'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type ListeningNotifier,
  listenNotifier
} from '../../../services/notifier/test/support/listening-notifier.ts'
import { ownerKey } from '../../../services/notifier/test/support/notifier-harness.ts'
import { executablePath, openConsole, soon, startBrowser, typedAtOnce } from '../browser.ts'

describe.skipIf(executablePath === undefined)('what is typed as a form appears', () => {
  let notifier: ListeningNotifier
  let browser: Browser

  beforeAll(async () => {
    browser = await startBrowser()
    notifier = await listenNotifier({}, new MemoryLog())
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await notifier?.close()
  })

  it('stays, of a new rule', async () => {
    const { page, complaints } = await openConsole(browser, {
      ...{ url: notifier.url, key: ownerKey, query: '?view=rules&item=new' },
      prepare: page => typedAtOnce(page, 'form.fields textarea.code', 'pattern: front')
    })
    const text = page.getByLabel('The rule, as YAML')
    await text.waitFor()
    await page.getByLabel('Id', { exact: true }).fill('mine')
    await soon(async () => [
      await page.getByLabel('Id', { exact: true }).inputValue(),
      await text.inputValue()
    ]).toEqual(['mine', 'pattern: front'])
    expect(complaints).toEqual([])
  })
})
