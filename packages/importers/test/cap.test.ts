import { describe, expect, it } from 'vitest'
import { contractErrors, importSample, importText, refusalsOf, reportsOf } from './import-sample.ts'

interface Parts {
  readonly identifier?: string
  readonly status?: string
  readonly msgType?: string
  readonly scope?: string
  readonly references?: string
  readonly info?: string
  readonly area?: string
}
const circle = '<area><areaDesc>Somewhere</areaDesc><circle>13.5,-5.5 30</circle></area>'
const infoOf = (area: string, more = '') =>
  `<info><category>Security</category><event>Curfew</event><urgency>Immediate</urgency><severity>Severe</severity><certainty>Likely</certainty>${more}<headline>Stay in</headline>${area}</info>`
function alert({
  identifier = 'A-1',
  status = 'Actual',
  msgType = 'Alert',
  scope = 'Public',
  ...parts
}: Parts = {}): string {
  const references =
    parts.references === undefined ? '' : `<references>${parts.references}</references>`
  return `<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>${identifier}</identifier><sender>police@example.ml</sender><sent>2025-06-01T10:00:00+00:00</sent><status>${status}</status><msgType>${msgType}</msgType><scope>${scope}</scope>${references}${parts.info ?? infoOf(parts.area ?? circle)}</alert>`
}
const faultsIn = async (text: string) =>
  refusalsOf(await importText(text, 'cap')).flatMap(({ faults }) =>
    faults.map(({ column, reason }) => `${column} ${reason}`)
  )

describe('CAP', () => {
  it('reads the examples: circles, polygons, codes, versions 1.1 and 1.2, prefixes', async () => {
    const items = (
      await Promise.all(
        ['australia', 'canada', 'earthquake'].map(name => importSample(`${name}.cap`, 'cap'))
      )
    ).flat()
    expect(contractErrors(items)).toEqual([])
    expect(
      reportsOf(items).map(({ report }) => [
        report.source.id,
        report.category,
        report.tactics,
        report.location
      ])
    ).toEqual([
      [
        'webmaster-rfs.nsw.gov.au',
        'other',
        ['other:hazard-fire', 'other:hazard-met'],
        { country: 'AU', admin1: 'AU-NSW', lat: -35.3888, lon: 147.0598, radiusKm: 25 }
      ],
      [
        'cap-ec.gc.ca',
        'other',
        ['other:hazard-met'],
        { lat: 42.03075, lon: -82.7211, radiusKm: 42.3 }
      ],
      [
        'earthquake.usgs.gov-research-monitoring-anss-neic',
        'other',
        ['other:hazard-geo'],
        { lat: -16.053, lon: -173.274, radiusKm: 0 }
      ]
    ])
  })

  it('turns an update into a revision of the first alert of its chain', async () => {
    const [canada] = reportsOf(await importSample('canada.cap', 'cap'))
    expect(canada?.report.externalId).toBe('2.49.0.1.124.a3f342a4.2012')
    const ref = (id: string) => `police@example.ml,${id},2025-06-01T10:00:00+00:00`
    const chain = [alert(), alert({ identifier: 'A-2', msgType: 'Update', references: ref('A-1') })]
    chain.push(alert({ identifier: 'A-3', msgType: 'Update', references: ref('A-2') }))
    const items = await importText(`<feed>${chain.join('\n')}</feed>`, 'cap')
    expect(reportsOf(items).map(item => [item.row, item.report.externalId])).toEqual([
      [1, 'A-1'],
      [2, 'A-1'],
      [3, 'A-1']
    ])
  })

  it('turns a cancellation into a withdrawal', async () => {
    const references = 'police@example.ml,A-1,2025-06-01T10:00:00+00:00'
    expect(
      await importText(alert({ identifier: 'A-9', msgType: 'Cancel', references }), 'cap')
    ).toMatchObject([
      {
        kind: 'withdrawal',
        sourceId: 'police-example.ml',
        externalId: 'A-1',
        reason: 'cancelled by its sender: Stay in'
      }
    ])
    expect(await faultsIn(alert({ msgType: 'Cancel' }))).toEqual(['references missing'])
  })

  it('identifies alerts by sender and identifier, and follows references of updates and cancellations only', async () => {
    const other = (parts: Parts) => alert(parts).replace('police@example.ml', 'army@example.ml')
    const ref = 'police@example.ml,A-1,2025-06-01T10:00:00+00:00'
    const texts = [
      alert(),
      other({ identifier: 'A-1' }),
      alert({ identifier: 'A-5', references: ref })
    ]
    texts.push(
      other({
        identifier: 'A-2',
        msgType: 'Update',
        references: 'army@example.ml,A-1,2025-06-01T10:00:00+00:00'
      })
    )
    texts.push(other({ identifier: 'A-3', msgType: 'Cancel', references: ref }))
    const named = (items: Awaited<ReturnType<typeof importText>>) =>
      items.map(item =>
        item.kind === 'report'
          ? [item.report.source.id, item.report.externalId]
          : 'sourceId' in item
            ? [item.sourceId, item.externalId]
            : []
      )
    expect(named(await importText(texts.join(''), 'cap'))).toEqual([
      ['police-example.ml', 'A-1'],
      ['army-example.ml', 'A-1'],
      ['police-example.ml', 'A-5'],
      ['army-example.ml', 'A-1'],
      ['police-example.ml', 'A-1']
    ])
    // With one source for all, two senders would otherwise share one report.
    expect(named(await importText(texts.slice(0, 2).join(''), 'cap', { source: 'feed' }))).toEqual([
      ['feed', 'police@example.ml,A-1'],
      ['feed', 'army@example.ml,A-1']
    ])
  })

  it('turns exercises into drills, leaves out tests, drafts and acknowledgements, and restricts non-public alerts', async () => {
    const kinds = async (parts: Parts) =>
      (await importText(alert(parts), 'cap')).map(item =>
        item.kind === 'report' ? item.report.drill : item.kind
      )
    expect(await kinds({})).toEqual([undefined])
    expect(await kinds({ status: 'Exercise' })).toEqual([true])
    expect(await kinds({ status: 'Test' })).toEqual(['skipped'])
    expect(await kinds({ status: 'Draft' })).toEqual(['skipped'])
    expect(await kinds({ msgType: 'Ack' })).toEqual(['skipped'])
    expect(
      reportsOf(await importText(alert({ scope: 'Private' }), 'cap'))[0]?.report.handling
    ).toBe('restricted')
  })

  it('gives an advisory for safety alerts, from onset to expiry, at most a day ahead', async () => {
    const info = infoOf(
      circle,
      '<onset>2025-06-01T12:00:00+00:00</onset><expires>2025-06-09T12:00:00+00:00</expires>'
    )
    expect(reportsOf(await importText(alert({ info }), 'cap'))[0]).toMatchObject({
      report: {
        category: 'advisory',
        tactics: ['other:advisory-security'],
        credibility: 3,
        occurred: { from: '2025-06-01T12:00:00+00:00', to: '2025-06-02T10:00:00.000Z' }
      },
      warnings: ['cut']
    })
  })

  it('refuses what CAP forbids, with the element', async () => {
    expect(refusalsOf(await importSample('invalid.cap', 'cap'))).toMatchObject([
      { row: 1, faults: [{ column: 'scope', reason: 'missing' }] }
    ])
    expect(await faultsIn(alert({ status: 'Perhaps' }))).toEqual(['status unknown-value'])
    expect(await faultsIn(alert({ info: '<info><category>Met</category></info>' }))).toEqual([
      'event missing',
      'urgency missing',
      'severity missing',
      'certainty missing'
    ])
    expect(await faultsIn(alert({ area: '<area><areaDesc>New York</areaDesc></area>' }))).toEqual([
      'area no-place'
    ])
    expect(
      await faultsIn(alert({ area: '<area><areaDesc>X</areaDesc><circle>95,0 3</circle></area>' }))
    ).toEqual(['circle malformed'])
    expect(
      await faultsIn(
        alert({ area: '<area><areaDesc>X</areaDesc><polygon>1,2 3,4</polygon></area>' })
      )
    ).toEqual(['polygon malformed'])
  })

  it('refuses an alert of any depth in a few words', async () => {
    const [refusal] = refusalsOf(await importText(`<alert>${'<a>'.repeat(200_000)}`, 'cap'))
    expect(refusal?.faults[0]?.detail).toMatch(/^is not well-formed XML: .{1,220}$/)
  })

  it('refuses document types, so that nothing is expanded or fetched', async () => {
    const bomb = `<!DOCTYPE alert [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${alert().replace('Somewhere', '&b;')}`
    await expect(importText(bomb, 'cap')).rejects.toThrow('declares a document type')
    expect(
      refusalsOf(await importText(alert().replace(/headline/g, '__proto__'), 'cap'))
    ).toHaveLength(1)
    const deep = `${'<x>'.repeat(200)}${'</x>'.repeat(200)}`
    expect(refusalsOf(await importText(alert({ area: deep }), 'cap'))).toHaveLength(1)
  })
})
