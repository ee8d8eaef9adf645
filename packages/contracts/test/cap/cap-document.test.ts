import { type CapInput, renderCapDocument } from '@tocsin/contracts/cap/cap-document'
import { computeRuns } from '@tocsin/testing/process/test-size'
import { checkByXmllint, checkCap, hasXmllint } from '@tocsin/testing/xml/cap-validity'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aCapAlert, aCapInput, anyInput, hostileTexts, inLanguages } from './cap-alert.ts'

const publisher = {
  sender: 'tocsin@example.org',
  senderName: 'Tocsin',
  contact: 'the desk, +223 20 00 00 00',
  web: 'https://tocsin.example.org'
}
const told = (input: Partial<CapInput> = {}) => renderCapDocument(aCapInput(input), publisher)
const element = (xml: string, name: string) =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text)
const parameter = (xml: string, name: string) =>
  new RegExp(`<valueName>${name}</valueName>\\s*<value>([^<]*)</value>`).exec(xml)?.[1]

describe('a CAP document', () => {
  it('tells what the alert says, in the words of CAP', () => {
    const xml = told()
    expect(
      ['identifier', 'sender', 'sent', 'status', 'msgType', 'scope', 'references', 'incidents'].map(
        name => element(xml, name)
      )
    ).toEqual([
      ['f3a1c07b52de4490'],
      ['tocsin@example.org'],
      ['2026-03-01T12:00:01-00:00'],
      ['Actual'],
      ['Update'],
      ['Public'],
      ['tocsin@example.org,0123456789abcdef,2026-03-01T12:00:00-00:00'],
      ['a1']
    ])
    expect(
      ['language', 'category', 'event', 'urgency', 'severity', 'certainty', 'onset', 'contact'].map(
        name => element(xml, name)
      )
    ).toEqual([
      ['en-US'],
      ['Security'],
      ['Siege'],
      ['Immediate'],
      ['Severe'],
      ['Likely'],
      ['2026-02-20T00:00:00-00:00'],
      ['the desk, +223 20 00 00 00']
    ])
    expect(element(xml, 'headline')).toEqual(['Siege of Diosso: two of three criteria'])
    expect(element(xml, 'areaDesc')).toEqual(['Diosso, Mopti, Mali'])
    expect(element(xml, 'circle')).toEqual(['13.88,-5.36 5'])
    expect(parameter(xml, 'ISO 3166-2')).toBe('ML-5')
    expect(parameter(xml, 'tocsin:threshold')).toBe('2')
    expect(element(xml, 'description')[0]).toBe(
      [
        'Two of three criteria have held for a week.',
        'Measure: criteria held 2, threshold 2.',
        'Evidence: triggers 2, in support 1.',
        'Deaths: at least 3.',
        'Level 2 since 2026-02-20T00:00:00.000Z.',
        'Status: provisional.'
      ].join('\n')
    )
  })

  it('tells the same in French, where the alert has words in French', () => {
    const alert = aCapAlert({ inLanguages, drill: true, status: 'resolved', reason: 'merged' })
    const xml = told({ alert })
    const [english, french] = xml.split('<info>').slice(1) as [string, string]
    expect(element(english, 'language')).toEqual(['en-US'])
    expect(
      ['language', 'event', 'severity', 'headline', 'areaDesc'].map(name => element(french, name))
    ).toEqual([
      ['fr'],
      ['Siège'],
      ['Severe'],
      ['EXERCICE : Close : Siège de Diosso : 2 critères sur 3'],
      ['Diosso, Mopti, Mali']
    ])
    expect(element(french, 'description')[0]).toBe(
      [
        'Ceci est un exercice.',
        'Deux critères sur trois sont remplis depuis une semaine.',
        'Mesure : critères remplis 2, seuil 2.',
        'Éléments : déclencheurs 2, à l’appui 1.',
        'Morts : au moins 3.',
        'Niveau 2 depuis le 2026-02-20T00:00:00.000Z.',
        'État : close, fusionnée avec une autre alerte.'
      ].join('\n')
    )
    expect(xml.split('<info>')).toHaveLength(3)
    expect(told({ type: 'Cancel', alert: null })).not.toContain('<info>')
  })

  it.each([
    ['public', '<scope>Public</scope>'],
    ['partners', '<scope>Restricted</scope>\n  <restriction>'],
    ['internal', '<scope>Restricted</scope>\n  <restriction>'],
    ['restricted', '<scope>Private</scope>\n  <addresses>']
  ] as const)('of handling %s has the scope that CAP has for it', (handling, scope) => {
    expect(told({ handling })).toContain(scope)
  })

  it('marks a drill in its status, its headline and its note', () => {
    const xml = told({ drill: true, alert: aCapAlert({ drill: true }) })
    expect(element(xml, 'status')).toEqual(['Exercise'])
    expect(element(xml, 'headline')[0]).toMatch(/^EXERCISE: /)
    expect(element(xml, 'note')).toEqual(['This is a drill.'])
    expect(element(told({ status: 'Test' }), 'status')).toEqual(['Test'])
  })

  it('asks severe alerts to be checked and others to be followed, and leads to the alert', () => {
    const asked = (more: Parameters<typeof aCapAlert>[0]) => {
      const xml = told({ alert: aCapAlert(more) })
      return ['responseType', 'instruction'].map(name => element(xml, name)[0])
    }
    expect(asked({})).toEqual(['Assess', expect.stringContaining('your own sources')])
    expect(asked({ severity: 'minor' })).toEqual(['Monitor', expect.stringContaining('updates')])
    expect(asked({ status: 'retracted' })).toEqual(['None', undefined])
    expect(element(told(), 'web')).toEqual(['https://tocsin.example.org/?alert=a1'])
  })

  it('expires with an end of the window that is still to come, else after 30 days, and at once when the alert is over', () => {
    const expires = (more: Parameters<typeof aCapAlert>[0]) =>
      element(told({ alert: aCapAlert(more) }), 'expires')
    expect(expires({})).toEqual(['2026-03-31T12:00:01-00:00'])
    expect(
      expires({ window: { from: '2026-02-20T00:00:00.000Z', to: '2026-02-27T00:00:00.000Z' } })
    ).toEqual(['2026-03-31T12:00:01-00:00'])
    expect(
      expires({ window: { from: '2026-02-20T00:00:00.000Z', to: '2026-03-27T00:00:00.000Z' } })
    ).toEqual(['2026-03-27T00:00:00-00:00'])
    expect(expires({ status: 'resolved' })).toEqual(['2026-03-01T12:00:01-00:00'])
  })

  it('tells of an alert that left the view nothing but its id, and of an acknowledgement who gave it', () => {
    const left = told({ type: 'Cancel', alert: null })
    expect(left).not.toMatch(/<info>|<note>|Diosso/)
    expect(element(left, 'incidents')).toEqual(['a1'])
    const operator = {
      acknowledgedBy: 'desk',
      acknowledgedUntil: null,
      assignedTo: null,
      disposition: null
    }
    const taken = told({ type: 'Ack', alert: aCapAlert({ operator }) })
    expect(element(taken, 'note')).toEqual(['Acknowledged by desk.'])
    expect(taken).not.toContain('<info>')
    const cancelled = told({
      type: 'Cancel',
      alert: aCapAlert({ status: 'retracted', reason: 'support-fell-away' })
    })
    expect(element(cancelled, 'note')).toEqual(['Retracted: its evidence no longer supports it.'])
    expect(element(cancelled, 'headline')[0]).toMatch(/^Retracted: /)
    const marked = aCapAlert({ status: 'retracted', headline: 'Retracted: Attacks surge' })
    expect(element(told({ alert: marked }), 'headline')[0]).toBe('Retracted: Attacks surge')
  })

  it('is valid whatever an alert says', async () => {
    const seed = Number(process.env.TOCSIN_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))
    const numRuns = computeRuns(400)
    const documents = fc
      .sample(anyInput, { numRuns, seed })
      .map(input => renderCapDocument(input, publisher))
    for (const text of hostileTexts) {
      const alert = aCapAlert({
        headline: text,
        explanation: text,
        pattern: text,
        group: { settlement: text }
      })
      documents.push(renderCapDocument(aCapInput({ alert }), { ...publisher, senderName: text }))
    }
    documents.push(
      told({
        alert: aCapAlert({
          explanation: '<&"\u202e]]>'.repeat(20_000),
          headline: 'x'.repeat(100_000)
        })
      })
    )
    expect(await checkCap(documents), `TOCSIN_TEST_SEED=${seed}`).toEqual([])
    if (hasXmllint) expect(checkByXmllint(documents), `TOCSIN_TEST_SEED=${seed}`).toEqual([])
  })

  it('is held to the schema by a check that finds faults', async () => {
    const faulty = [
      told().replace('Severe', 'Grave'),
      told().replace('-00:00</sent>', 'Z</sent>'),
      '<alert/>'
    ]
    expect((await checkCap(faulty)).join('\n')).toMatch(/severity[\s\S]*sent[\s\S]*alert/)
    if (hasXmllint) expect(checkByXmllint(faulty).length).toBeGreaterThan(2)
  })
})
