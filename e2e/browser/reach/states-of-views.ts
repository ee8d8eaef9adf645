// All states of the views of the console: accessible.e2e.test.ts checks each.

import type { ViewName } from '@tocsin/console/shown/console-views'
import { words } from '@tocsin/console/words/words'
import type { Page } from 'playwright-core'
import { press, soon, typeOver } from '../support/page.ts'

const { rules, silences, subscriptions, watches } = words

export interface ShownState {
  readonly name: string
  /** Parameters of the address, after `view`. */
  readonly query?: string
  /** Leads the page there and waits until it is shown; default: waits for the heading. */
  readonly lead?: (page: Page) => Promise<unknown>
}

const openFirst = (page: Page) => page.locator('.record h3 button').first().click()
const records = (page: Page) => page.locator('.record').first().waitFor()

async function openRule(page: Page, search: string): Promise<void> {
  await page.getByLabel(rules.search).fill(search)
  await openFirst(page)
  await soon(() => page.getByLabel(rules.text).textContent()).toContain(`pattern: ${search}`)
}

/** The first state of a view is the view as it is opened. */
export const statesOfViews: Readonly<Record<ViewName, readonly [ShownState, ...ShownState[]]>> = {
  alerts: [
    { name: 'the list', lead: page => page.locator('.row-main').first().waitFor() },
    {
      name: 'the list and the form of what is selected',
      lead: async page => {
        await page.locator('.row-pick').first().click()
        await page.locator('.bulk').waitFor()
      }
    },
    {
      name: 'filters, and none that matches',
      query: '&q=nowhere&severity=minor&changed=1h',
      lead: page => page.locator('.empty').waitFor()
    },
    {
      name: 'groups',
      query: '&group=owner',
      lead: page => page.locator('.group').first().waitFor()
    },
    {
      name: 'the wall',
      query: '&look=wall',
      lead: page => page.locator('.ticker li').first().waitFor()
    },
    {
      name: 'an open alert',
      query: '&pattern=mass-casualty',
      lead: async page => {
        await page.locator('.row-main').first().click()
        await page.locator('.history').waitFor()
        await page.locator('.measured').waitFor()
      }
    }
  ],
  area: [
    {
      name: 'a region',
      query: '&item=ML-4&days=365',
      lead: page => page.locator('.area-numbers').waitFor()
    },
    { name: 'none chosen' }
  ],
  incidents: [
    { name: 'the list', lead: page => page.locator('.incident-row').first().waitFor() },
    {
      name: 'reports, by outcome',
      query: '&list=reports&outcome=counted&days=0',
      lead: page => page.locator('.incident-row').first().waitFor()
    },
    { name: 'reports in no theatre', query: '&list=reports&outcome=no-theatre' }
  ],
  'hand-over': [
    { name: 'what changed', lead: page => page.locator('.report-item').first().waitFor() },
    {
      name: 'the text of it',
      lead: async page => {
        await page.locator('.report-text summary').click()
        await page.locator('.report-text pre').waitFor()
      }
    }
  ],
  'response-times': [
    { name: 'the figures', lead: page => page.locator('.figures tbody tr').first().waitFor() }
  ],
  board: [
    {
      name: 'what was open',
      // Alerts of the test are newer than the time that is shown first.
      query: '&at=2100-01-01T00:00:00Z',
      lead: page => page.locator('.record').first().waitFor()
    }
  ],
  digest: [{ name: 'the last week', lead: page => page.locator('.digest-total').waitFor() }],
  sources: [
    { name: 'the table', lead: page => page.locator('.sources tbody tr').first().waitFor() }
  ],
  import: [
    { name: 'a form' },
    {
      name: 'what a file would become',
      lead: async page => {
        const buffer = Buffer.from('{"source":{"id":"swept"}}\n')
        await page
          .getByLabel(words.importing.file)
          .setInputFiles({ name: 'a.ndjson', mimeType: '', buffer })
        await press(page, words.importing.try)
        await records(page)
      }
    }
  ],
  subscriptions: [
    { name: 'the list', lead: records },
    {
      name: 'one with a delivery and its form',
      lead: async page => {
        await openFirst(page)
        await page.locator('.deliveries [aria-expanded]').last().click()
        await page.locator('.deliveries .columns').waitFor()
        await press(page, watches.titles.change)
        await page.getByLabel(subscriptions.form.url).waitFor()
      }
    },
    {
      name: 'a new one',
      query: '&item=new',
      lead: page => page.getByLabel(subscriptions.form.url).waitFor()
    }
  ],
  silences: [
    { name: 'the list', lead: records },
    {
      name: 'a new one',
      query: '&item=new',
      lead: page => page.getByLabel(silences.form.reason).waitFor()
    }
  ],
  watches: [
    { name: 'the list', lead: records },
    {
      name: 'one that gets a rotation',
      lead: async page => {
        await openFirst(page)
        await press(page, watches.rotate)
        await page.getByLabel(watches.form.officers).fill('Ama\nKofi')
        await page.getByText(watches.form.plans(84)).waitFor()
      }
    },
    {
      name: 'one that is handed over',
      lead: async page => {
        await openFirst(page)
        await press(page, watches.titles['hand-over'])
        await page.getByLabel(watches.form.note).waitFor()
      }
    },
    {
      name: 'a new one',
      query: '&item=new',
      lead: page => page.getByLabel(watches.form.name, { exact: true }).waitFor()
    }
  ],
  rules: [
    { name: 'the list', lead: records },
    {
      name: 'a preview',
      lead: async page => {
        await openRule(page, 'mass-casualty')
        await typeOver(
          page.getByLabel(rules.text),
          'pattern: mass-casualty\nwhere: country == "NE"\n'
        )
        await press(page, rules.preview)
        await page.locator('.rule-preview').waitFor()
      }
    },
    {
      name: 'a backtest',
      lead: async page => {
        await openRule(page, 'mass-casualty')
        await press(page, rules.backtest)
        await page.locator('.backtest-bars').waitFor()
      }
    },
    {
      name: 'a new one',
      query: '&item=new',
      lead: page => page.getByLabel(rules.id, { exact: true }).waitFor()
    }
  ]
}
