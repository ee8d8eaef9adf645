// All evidence of an alert, in pages: what a reader may see of it, once each, and nothing of the
// rest.

import type { EvidenceItem } from '@tocsin/contracts/alert/alert'
import { describe, expect, it } from 'vitest'
import { Suite } from '../support/http-suite.ts'
import { settle } from '../support/manual-clock.ts'

const item = (
  incidentId: string,
  role: EvidenceItem['role'],
  handling: EvidenceItem['handling'] = 'public'
): EvidenceItem => ({
  incidentId,
  revision: 1,
  role,
  handling
})
const triggers = Array.from({ length: 70 }, (_, i) => item(`t${i}`, 'trigger'))
const support = Array.from({ length: 60 }, (_, i) => item(`s${i}`, 'support'))
const hidden = Array.from({ length: 40 }, (_, i) => item(`h${i}`, 'support', 'restricted'))
const mixed = [...triggers, ...support.flatMap((each, i) => [...hidden.slice(i, i + 1), each])]

type Ask = (url: string) => Promise<{ status: number; body: Body }>
interface Body {
  readonly items: readonly {
    readonly incidentId: string
    readonly role: string
    readonly revision?: number
    readonly incident: null
  }[]
  readonly next: string | null
}

async function suiteWithPartner() {
  const suite = await Suite.start()
  const key = await suite.key(['alerts:read'], { handling: 'partners', theatres: ['sahel'] })
  const asPartner = ((url: string) => suite.ask('GET', url, { key })) as Ask
  const asOwner = ((url: string) => suite.ask('GET', url)) as Ask
  return { suite, asPartner, asOwner }
}

/** Every page, each with its cursor. `between`: what happens after the first. */
async function pages(ask: Ask, limit: number, between?: () => Promise<unknown>) {
  const found: Body[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { status, body } = await ask(
      `/v1/alerts/a1/evidence?limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`
    )
    expect(status).toBe(200)
    found.push(body)
    cursor = body.next
    if (found.length === 1) await between?.()
  }
  return found
}

const idsOf = (found: readonly Body[]) =>
  found.flatMap(({ items }) => items.map(({ incidentId }) => incidentId))

describe('the evidence of an alert', () => {
  it('is on pages, each piece once, in the order of its statement', async () => {
    const { suite, asOwner } = await suiteWithPartner()
    await suite.h.alerts.write('raised', 'a1', { evidence: mixed })
    await settle()
    for (const limit of [1, 7, 100])
      expect(idsOf(await pages(asOwner, limit))).toEqual(mixed.map(({ incidentId }) => incidentId))
    expect((await asOwner('/v1/alerts/a1/evidence')).body.items).toHaveLength(50)
    expect((await asOwner('/v1/alerts/a1/evidence?limit=101')).status).toBe(400)
    await suite.close()
  })

  it('is on no page twice while it grows, and goes on where the last piece of a page is gone', async () => {
    const { suite, asOwner } = await suiteWithPartner()
    const { alerts } = suite.h
    await alerts.write('raised', 'a1', { evidence: triggers })
    await settle()
    const late = [item('late', 'trigger'), ...triggers, item('new', 'trigger')]
    const grown = await pages(asOwner, 20, async () => {
      await alerts.write('revised', 'a1', { evidence: late })
      await settle()
    })
    expect(idsOf(grown)).toEqual([...triggers.map(({ incidentId }) => incidentId), 'new'])
    const shrunk = await pages(asOwner, 20, async () => {
      await alerts.write('revised', 'a1', { evidence: late.toSpliced(19, 1) })
      await settle()
    })
    expect(idsOf(shrunk)).toEqual(late.map(({ incidentId }) => incidentId))
    await suite.close()
  })

  it('takes the cursors of its own pages alone', async () => {
    const { suite, asOwner } = await suiteWithPartner()
    for (const id of ['a1', 'a2']) await suite.h.alerts.write('raised', id, { evidence: triggers })
    await settle()
    const next = (await asOwner('/v1/alerts/a1/evidence?limit=5')).body.next
    const list = (await asOwner('/v1/alerts?limit=1')).body.next
    for (const url of [
      `/v1/alerts/a2/evidence?cursor=${next}`,
      `/v1/alerts/a1/evidence?cursor=${list}`,
      `/v1/alerts?cursor=${next}`
    ])
      expect(await asOwner(url)).toMatchObject({ status: 400, body: { code: 'cursor-invalid' } })
    await suite.close()
  })
})
